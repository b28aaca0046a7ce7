namespace Linkage.Parquet.Columns;

/// <summary>Who encodes which column of one row group, and which are done. For the thread that owns the row group and any that help it.</summary>
internal sealed class ColumnQueue(int columns) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _news = new(0);
    private readonly bool[] _done = new bool[columns];
    private int _next;
    private int _helpers;
    private bool _closed;
    private bool _failed;

    /// <summary>Whether a column could not be encoded.</summary>
    public bool HasFailed
    {
        get
        {
            lock (_gate)
                return _failed;
        }
    }

    /// <summary>Whether a column is encoded.</summary>
    public bool IsDone(int column)
    {
        lock (_gate)
            return _done[column];
    }

    /// <summary>Begins to help; false when there is nothing left to help with.</summary>
    public bool TryJoin()
    {
        lock (_gate)
        {
            _helpers += _closed ? 0 : 1;
            return !_closed;
        }
    }

    /// <summary>Ends helping.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _helpers--;
            _news.Release();
        }
    }

    /// <summary>Takes the next column that nobody has.</summary>
    public bool TryClaim(out int column)
    {
        lock (_gate)
        {
            column = _next;
            if (_closed || _failed || _next == columns)
                return false;
            _next++;
            return true;
        }
    }

    /// <summary>Says what became of a column.</summary>
    public void Finish(int column, bool done)
    {
        lock (_gate)
        {
            _done[column] = done;
            _failed |= !done;
            _news.Release();
        }
    }

    /// <summary>Waits until a column that a helper has may be done, or will not be.</summary>
    public void WaitFor(int column)
    {
        while (!IsDone(column) && !HasFailed)
            _news.Wait();
    }

    /// <summary>Lets nobody begin any more, and waits for those who help.</summary>
    public void Close()
    {
        lock (_gate)
            _closed = true;
        while (true)
        {
            lock (_gate)
            {
                if (_helpers == 0)
                    return;
            }

            _news.Wait();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _news.Dispose();
}
