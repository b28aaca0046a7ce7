namespace Linkage.Parquet.Columns;

/// <summary>
/// Encodes the columns of a row group on several threads: the caller's and some of the pool's. Each takes the next column that nobody has, and the caller hands those that are complete on in
/// order; so a file's bytes do not depend on how many there are, and a thread of the pool that comes late, or never, costs time only.
/// </summary>
/// <param name="own">The caller's buffers; the others have their own.</param>
internal sealed class ColumnTeam(ParquetScratch own) : IDisposable
{
    private readonly List<EncodedColumn> _columns = [];
    private readonly List<Member> _members = [];

    /// <summary>Encodes all columns of a row group.</summary>
    /// <param name="group">The row group.</param>
    /// <param name="take">Takes each column when it and those before it are complete.</param>
    /// <remarks>What the source or an encoder throws is thrown here, whichever thread it met; the columns that are left are not encoded.</remarks>
    public void Encode(RowGroupWork group, Action<EncodedColumn> take)
    {
        int count = group.Schema.Columns.Length, threads = Math.Min(group.Options.EncodeThreads, count);
        while (_columns.Count < count)
            _columns.Add(new EncodedColumn());
        foreach (EncodedColumn column in _columns)
            column.Clear();
        while (_members.Count < threads)
            _members.Add(new Member(_members.Count, _members.Count == 0 ? own : new ParquetScratch()));
        using ColumnQueue queue = new(count);
        Task[] helpers = new Task[threads - 1];
        for (int i = 1; i < threads; i++)
        {
            Member member = _members[i];
            helpers[i - 1] = Task.Run(() => Help(queue, member, group));
        }

        try
        {
            _members[0].Begin(group);
            for (int taken = 0; taken < count && !queue.HasFailed;)
            {
                if (queue.TryClaim(out int column))
                    Encode(queue, _members[0], group, column);
                else
                    queue.WaitFor(taken);
                for (; taken < count && queue.IsDone(taken); taken++)
                {
                    take(_columns[taken]);
                    _columns[taken].Clear();
                }
            }
        }
        finally
        {
            queue.Close();
        }

        // Those that came to work have ended, or are about to; what one of them threw is thrown here. One that the pool has not begun yet finds the queue closed.
        foreach (Task helper in helpers)
        {
            if (helper.Status >= TaskStatus.Running)
                helper.GetAwaiter().GetResult();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Member member in _members)
        {
            if (!ReferenceEquals(member.Scratch, own))
                member.Scratch.Dispose();
        }
    }

    private void Help(ColumnQueue queue, Member member, RowGroupWork group)
    {
        if (!queue.TryJoin())
            return;
        try
        {
            member.Begin(group);
            while (queue.TryClaim(out int column))
                Encode(queue, member, group, column);
        }
        finally
        {
            queue.Leave();
        }
    }

    private void Encode(ColumnQueue queue, Member member, RowGroupWork group, int column)
    {
        bool done = false;
        try
        {
            EncodedColumn encoded = _columns[column];
            ColumnSink sink = member.Sink!;
            sink.Pages.Begin(encoded.Bytes, encoded.Footer);
            sink.Open(column, group.Rows, group.Totals[column], encoded.Footer);
            group.Source.WriteColumn(column, sink, member.Number);
            sink.RequireWritten();
            encoded.IsSorted = sink.IsSorted;
            done = true;
        }
        finally
        {
            queue.Finish(column, done);
        }
    }

    private sealed class Member(int number, ParquetScratch scratch)
    {
        private ParquetOptions? _options;
        private TableSchema? _schema;

        public int Number => number;

        public ParquetScratch Scratch => scratch;

        public ColumnSink? Sink { get; private set; }

        public void Begin(RowGroupWork group)
        {
            if (ReferenceEquals(_options, group.Options) && ReferenceEquals(_schema, group.Schema) && Sink is { IsBroken: false })
                return;
            scratch.Prepare(group.Options);
            Sink = new ColumnSink(group.Schema, group.Options, scratch);
            (_options, _schema) = (group.Options, group.Schema);
        }
    }
}

/// <summary>A row group to encode.</summary>
internal sealed record RowGroupWork(TableSchema Schema, ParquetOptions Options, FileTotals Totals, IRowGroupSource Source, int Rows);
