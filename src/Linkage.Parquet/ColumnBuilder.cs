namespace Linkage.Parquet;

/// <summary>
/// One column being filled row by row in memory. Builders of several lanes are written together in one row order
/// (<see cref="RowOrder"/>), so that nothing is copied between filling and encoding but the gather itself. Not thread-safe.
/// </summary>
public abstract class ColumnBuilder
{
    /// <summary>Rows in the builder.</summary>
    public abstract int Count { get; }

    /// <summary>Bytes of memory held.</summary>
    public abstract long AllocatedBytes { get; }

    /// <summary>The ids behind a String column; null for other types.</summary>
    internal virtual IdBuilder? Rows => null;

    /// <summary>Forgets the rows and gives their memory back to the pool that all builders share.</summary>
    public abstract void Clear();

    /// <summary>Bytes that a row's value takes PLAIN.</summary>
    internal abstract int PlainBytes(int row);

    /// <summary>Writes this column of the lanes' builders, gathered in the given order.</summary>
    /// <param name="sink">Takes a column of <c>order.Length</c> rows.</param>
    /// <param name="column">Position of the column in <see cref="RowBuffer.Columns"/>.</param>
    /// <param name="lanes">The same kind of buffer from every lane.</param>
    /// <param name="order">Rows to write: lane and row by <see cref="RowOrder"/>.</param>
    /// <param name="scratch">Gather memory of this thread.</param>
    internal abstract void Write(ColumnSink sink, int column, ReadOnlySpan<RowBuffer> lanes, ReadOnlySpan<ulong> order, GatherScratch scratch);

    /// <summary>The same column's chunks of every lane.</summary>
    private protected static T[][][] Arrays<TBuilder, T>(ReadOnlySpan<RowBuffer> lanes, int column, Func<TBuilder, T[][]> arrays)
        where TBuilder : ColumnBuilder
    {
        var all = new T[lanes.Length][][];
        for (var lane = 0; lane < all.Length; lane++)
        {
            all[lane] = arrays((TBuilder)lanes[lane].Columns[column]);
        }

        return all;
    }
}

/// <summary>An Int32 or Date column.</summary>
public sealed class Int32Builder : ColumnBuilder
{
    private Chunks<int> _values = new();
    private Chunks<bool> _valid = new();
    private bool _anyNull;

    /// <inheritdoc/>
    public override int Count => _values.Count;

    /// <inheritdoc/>
    public override long AllocatedBytes => _values.AllocatedBytes + _valid.AllocatedBytes;

    /// <summary>Adds a value.</summary>
    public void Append(int value)
    {
        _values.Append(value);
        if (_anyNull)
        {
            _valid.Append(true);
        }
    }

    /// <summary>Adds a null.</summary>
    public void AppendNull()
    {
        FillValid(_values.Count);
        _valid.Append(false);
        _values.Append(0);
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        _values.Clear();
        _valid.Clear();
        _anyNull = false;
    }

    internal override int PlainBytes(int row) => sizeof(int);

    internal override void Write(ColumnSink sink, int column, ReadOnlySpan<RowBuffer> lanes, ReadOnlySpan<ulong> order, GatherScratch scratch)
    {
        var anyNull = false;
        foreach (var lane in lanes)
        {
            anyNull |= ((Int32Builder)lane.Columns[column])._anyNull;
        }

        var values = scratch.Int32(order.Length);
        Chunks<int>.Gather(Arrays<Int32Builder, int>(lanes, column, static b => b._values.Arrays), order, values);
        if (!anyNull)
        {
            sink.WriteInt32(values, []);
            return;
        }

        foreach (var lane in lanes)
        {
            var builder = (Int32Builder)lane.Columns[column];
            builder.FillValid(builder.Count);
        }

        var valid = scratch.Valid(order.Length);
        Chunks<bool>.Gather(Arrays<Int32Builder, bool>(lanes, column, static b => b._valid.Arrays), order, valid);
        sink.WriteInt32(values, valid);
    }

    // Validity is kept from the first null on: most Int32 columns never have one.
    private void FillValid(int rows)
    {
        if (!_anyNull)
        {
            for (var i = 0; i < rows; i++)
            {
                _valid.Append(true);
            }

            _anyNull = true;
        }
    }
}

/// <summary>An Int64 or TimestampMicros column without nulls.</summary>
public sealed class Int64Builder : ColumnBuilder
{
    private Chunks<long> _values = new();

    /// <inheritdoc/>
    public override int Count => _values.Count;

    /// <inheritdoc/>
    public override long AllocatedBytes => _values.AllocatedBytes;

    /// <summary>Adds a value.</summary>
    public void Append(long value) => _values.Append(value);

    /// <inheritdoc/>
    public override void Clear() => _values.Clear();

    internal override int PlainBytes(int row) => sizeof(long);

    internal override void Write(ColumnSink sink, int column, ReadOnlySpan<RowBuffer> lanes, ReadOnlySpan<ulong> order, GatherScratch scratch)
    {
        var values = scratch.Int64(order.Length);
        Chunks<long>.Gather(Arrays<Int64Builder, long>(lanes, column, static b => b._values.Arrays), order, values);
        sink.WriteInt64(values, []);
    }
}

/// <summary>A nullable Double column.</summary>
public sealed class DoubleBuilder : ColumnBuilder
{
    private Chunks<double> _values = new();
    private Chunks<bool> _valid = new();

    /// <inheritdoc/>
    public override int Count => _values.Count;

    /// <inheritdoc/>
    public override long AllocatedBytes => _values.AllocatedBytes + _valid.AllocatedBytes;

    /// <summary>Adds a value, or a null when <paramref name="hasValue"/> is false.</summary>
    public void Append(double value, bool hasValue)
    {
        _values.Append(value);
        _valid.Append(hasValue);
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        _values.Clear();
        _valid.Clear();
    }

    internal override int PlainBytes(int row) => sizeof(double);

    internal override void Write(ColumnSink sink, int column, ReadOnlySpan<RowBuffer> lanes, ReadOnlySpan<ulong> order, GatherScratch scratch)
    {
        var values = scratch.Double(order.Length);
        var valid = scratch.Valid(order.Length);
        Chunks<double>.Gather(Arrays<DoubleBuilder, double>(lanes, column, static b => b._values.Arrays), order, values);
        Chunks<bool>.Gather(Arrays<DoubleBuilder, bool>(lanes, column, static b => b._valid.Arrays), order, valid);
        sink.WriteDouble(values, valid);
    }
}
