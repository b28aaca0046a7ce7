using Linkage.Tables;
using Linkage.Worker.Metrics;

namespace Linkage.Worker.Ingestion;

/// <summary>What a run has committed: counts of the input, rows, files and bytes of the output.</summary>
/// <param name="tables">Number of tables.</param>
internal sealed class RunTotals(int tables)
{
    /// <summary>What the committed rows came from.</summary>
    public PipelineCounts Counts { get; } = new();

    /// <summary>Rows by table.</summary>
    public long[] RowsOf { get; } = new long[tables];

    /// <summary>Bytes of data files by table.</summary>
    public long[] BytesOf { get; } = new long[tables];

    /// <summary>Data files by table.</summary>
    public int[] FilesOf { get; } = new int[tables];

    /// <summary>How the columns of each table are stored.</summary>
    public StoredColumns[] ColumnsOf { get; } = [.. Enumerable.Range(0, tables).Select(static _ => new StoredColumns())];

    /// <summary>Flushes committed.</summary>
    public int Flushes { get; private set; }

    /// <summary>Time spent encoding, over all threads.</summary>
    public TimeSpan EncodeTime { get; private set; }

    /// <summary>Time spent syncing, publishing and committing.</summary>
    public TimeSpan CommitTime { get; private set; }

    /// <summary>When the last flush was committed, by Stopwatch; 0 before any.</summary>
    public long LastCommitAt { get; private set; }

    /// <summary>Time a flush had to wait for the commit before it.</summary>
    public TimeSpan CommitWait { get; set; }

    /// <summary>Next offset committed by source partition.</summary>
    public SortedDictionary<int, long> Offsets { get; } = [];

    /// <summary>Rows of all tables.</summary>
    public long Rows => RowsOf.Sum();

    /// <summary>Adds a committed flush.</summary>
    public void Add(Flush flush)
    {
        Counts.Add(flush.Counts);
        for (var table = 0; table < tables; table++)
        {
            RowsOf[table] += flush.RowsOf(table);
            BytesOf[table] += flush.BytesOf(table);
            FilesOf[table] += flush.FilesOf(table);
            ColumnsOf[table].Add(flush.ColumnsOf(table));
        }

        foreach (var (state, next) in flush.Positions)
        {
            if (next >= 0)
            {
                Offsets[state.Partition] = next;
            }
        }

        EncodeTime += flush.EncodeTime;
        CommitTime += flush.CommitTime;
        LastCommitAt = flush.CommittedAt;
        Flushes++;
        WorkerMetrics.Committed(flush);
    }
}
