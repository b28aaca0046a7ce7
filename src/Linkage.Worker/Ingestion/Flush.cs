using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Linkage.Delta;
using Linkage.Matching.Links;
using Linkage.Parquet;
using Linkage.Tables;

namespace Linkage.Worker.Ingestion;

/// <summary>
/// One flush: the lanes' rows as files, then one log entry a table. In two halves: <see cref="Encode"/> while the lanes stand still,
/// <see cref="Commit"/> while they already fill the next rows.
/// </summary>
internal sealed class Flush
{
    /// <summary>Threads that encode columns side by side at most: no table has more columns that take long.</summary>
    internal const int MaxEncodeThreads = 16;

    private readonly TableSet _set;
    private readonly string _runId;
    private readonly ImmutableArray<ImmutableArray<PendingFile>> _files;
    private readonly ImmutableArray<(PartitionState State, long Next)> _positions;
    private readonly LinkFindings? _links;
    private readonly Func<long> _clock;
    private readonly TableGate _gate;

    private Flush(TableSet set, TableGate gate, string runId, ImmutableArray<ImmutableArray<PendingFile>> files, LinkFindings? links, ImmutableArray<(PartitionState State, long Next)> positions, PipelineCounts counts, TimeSpan encodeTime, Func<long> clock)
    {
        _set = set;
        _gate = gate;
        _runId = runId;
        _files = files;
        _links = links;
        _positions = positions;
        Counts = counts;
        EncodeTime = encodeTime;
        _clock = clock;
    }

    /// <summary>What these rows came from.</summary>
    public PipelineCounts Counts { get; }

    /// <summary>Time the encoding took, on all its threads together.</summary>
    public TimeSpan EncodeTime { get; }

    /// <summary>Time syncing, publishing and committing took, once done.</summary>
    public TimeSpan CommitTime { get; private set; }

    /// <summary>When the last table was committed, by <see cref="Stopwatch"/>.</summary>
    public long CommittedAt { get; private set; }

    /// <summary>Data files.</summary>
    public int FileCount => _files.Sum(static f => f.Length);

    /// <summary>Bytes of data files.</summary>
    public long FileBytes => _files.Sum(static t => t.Sum(static f => f.File.Summary.Bytes));

    /// <summary>Next offset of each source partition after this flush.</summary>
    public ImmutableArray<(PartitionState State, long Next)> Positions => _positions;

    /// <summary>Number of tables.</summary>
    public int TableCount => _files.Length;

    /// <summary>Name of a table.</summary>
    public string NameOf(int table) => _set.Tables[table].Spec.Schema.Name;

    /// <summary>Rows written to a table.</summary>
    public long RowsOf(int table) => _files[table].Sum(static f => f.File.Summary.Rows);

    /// <summary>Bytes written to a table.</summary>
    public long BytesOf(int table) => _files[table].Sum(static f => f.File.Summary.Bytes);

    /// <summary>How the columns written to a table are stored, file by file.</summary>
    public IEnumerable<ColumnStatistics> ColumnsOf(int table) => _files[table].SelectMany(static f => f.File.Summary.Columns);

    /// <summary>Files written to a table.</summary>
    public int FilesOf(int table) => _files[table].Length;

    /// <summary>
    /// Writes the rows of paused lanes to files, under temporary names, on as many threads as there are lanes. The lanes' tables may be cleared afterwards. The clock is for <see cref="EncodeTime"/> and
    /// <see cref="CommitTime"/>.
    /// </summary>
    public static Flush Encode(TableSet set, string runId, IReadOnlyList<Lane> lanes, IEnumerable<PartitionState> partitions, ConcurrentBag<GatherScratch> scratches, Func<long> clock)
    {
        // Waiting for a compaction to exchange its folders is no encoding.
        var gate = set.Enter();
        try
        {
            return EncodeInside(set, gate, runId, lanes, partitions, scratches, clock);
        }
        catch
        {
            gate.Dispose();
            throw;
        }
    }

    private static Flush EncodeInside(TableSet set, TableGate gate, string runId, IReadOnlyList<Lane> lanes, IEnumerable<PartitionState> partitions, ConcurrentBag<GatherScratch> scratches, Func<long> clock)
    {
        var began = clock();
        var merge = new DictionaryMerge();
        var dictionaries = lanes.Select(static l => l.Tables.Dictionaries.All).ToArray();
        for (var kind = 0; kind < dictionaries[0].Length; kind++)
        {
            merge.Add([.. dictionaries.Select(d => d[kind])]);
        }

        var work = Plan(set, lanes);
        var written = new ImmutableArray<PendingFile>[work.Count];
        var ticks = clock() - began;
        try
        {
            // Largest first: the last file to finish is then a small one. Where fewer files are left than threads, those left over encode columns.
            var left = work.Count;
            var order = Enumerable.Range(0, work.Count).OrderByDescending(i => work[i].Rows).ToArray();
            Parallel.ForEach(Partitioner.Create(order, loadBalance: true), new ParallelOptions { MaxDegreeOfParallelism = lanes.Count }, i =>
            {
                var started = clock();
                if (!scratches.TryTake(out var scratch))
                {
                    scratch = new GatherScratch();
                }

                scratch.Merge = merge;
                var item = work[i];
                var threads = Math.Clamp(lanes.Count / Math.Max(1, Volatile.Read(ref left)), 1, MaxEncodeThreads);
                written[i] = set.Tables[item.Table].Writer.Write(item.Value, item.Lanes, scratch, threads);
                Interlocked.Decrement(ref left);
                scratches.Add(scratch);
                Interlocked.Add(ref ticks, clock() - started);
            });
        }
        catch (AggregateException e)
        {
            // Those that did not come to be written are no arrays yet.
            Discard(written.Where(static files => !files.IsDefault).SelectMany(static files => files));
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        var files = Enumerable.Range(0, set.Tables.Length)
            .Select(t => Enumerable.Range(0, work.Count).Where(i => work[i].Table == t).SelectMany(i => written[i]).ToImmutableArray())
            .ToImmutableArray();
        var counts = new PipelineCounts();
        foreach (var lane in lanes)
        {
            counts.Add(lane.Tables.Counts);
        }

        return new Flush(set, gate, runId, files, set.Links?.Take(), [.. partitions.Select(static p => (p, p.Position))], counts, Stopwatch.GetElapsedTime(0, ticks), clock);
    }

    /// <summary>
    /// Syncs all files, then commits table after table. What a crash leaves between two tables, the next start evens out: each table skips what its
    /// log already holds.
    /// </summary>
    /// <exception cref="OwnershipLostException">Another worker has committed one of the partitions: this table and those after it were left alone.</exception>
    /// <param name="registryIsSound">Check of the registry that the links came from; nothing is committed before it has passed.</param>
    public void Commit(Task registryIsSound)
    {
        var started = _clock();
        var table = 0;
        StagedFile? findings = null;
        try
        {
            registryIsSound.GetAwaiter().GetResult();
            findings = _links is null ? null : _set.Links!.Write(_links);
            StagedFile[] staged = [.. _files.SelectMany(static t => t).Select(static f => f.Staged)];
            DataFolder.SyncAll(findings is null ? staged : [.. staged, findings]);
            for (; table < _files.Length; table++)
            {
                CommitTable(table, table == 0 ? findings : null);
            }

            findings?.Dispose();
            _set.Links?.RenewBaseIfDue();

            CommittedAt = Stopwatch.GetTimestamp();
            CommitTime = Stopwatch.GetElapsedTime(started, _clock());
        }
        catch
        {
            for (var left = table; left < _files.Length; left++)
            {
                Discard(_files[left]);
            }

            findings?.Discard();
            throw;
        }
        finally
        {
            _links?.GiveBack();
            _gate.Dispose();
        }
    }

    private void CommitTable(int table, StagedFile? findings)
    {
        var entry = _set.Tables[table];
        var progress = _positions
            .Where(p => p.Next > (p.State.Committed[table] ?? -1))
            .Select(p => new SourceProgress(_set.AppId(entry, p.State.Partition), p.State.Committed[table], p.Next))
            .ToImmutableArray();
        if (progress.IsEmpty)
        {
            if (findings is not null)
            {
                throw new InvalidOperationException("Links were found in batches that the first table holds already.");
            }

            return;
        }

        var commit = new TableCommit(Guid.NewGuid(), _runId, [.. _files[table].Select(static f => f.File)], progress, TimeProvider.System.GetUtcNow()) { Attached = findings?.Path };
        StagedFile[] staged = [.. _files[table].Select(static f => f.Staged)];
        if (table == 0 && _links is not null)
        {
            var version = entry.Log.Commit(commit, staged, findings, _set.Links!.RequireUnmoved);
            _set.Links.Committed(_links, version, findings?.Path);
        }
        else
        {
            entry.Log.Commit(commit, staged);
        }

        foreach (var (state, next) in _positions)
        {
            if (next > (state.Committed[table] ?? -1))
            {
                state.Committed[table] = next;
            }
        }

        foreach (var file in _files[table])
        {
            file.Staged.Dispose();
        }
    }

    private static void Discard(IEnumerable<PendingFile> files)
    {
        foreach (var file in files)
        {
            file.Staged.Discard();
        }
    }

    private static List<FileWork> Plan(TableSet set, IReadOnlyList<Lane> lanes)
    {
        var work = new List<FileWork>();
        for (var t = 0; t < set.Tables.Length; t++)
        {
            var spec = set.Tables[t].Spec;
            var rows = lanes.Select(l => l.Tables.Table(spec.Table)).ToArray();
            foreach (var key in rows.SelectMany(static r => r.Keys).Distinct().Order())
            {
                var buffers = rows.Select(r => r.Find(key)).OfType<RowBuffer>().ToArray();
                var value = spec.Partition is null ? null : lanes[0].Tables.Partitioning.Value(key);
                work.Add(new FileWork(t, value, buffers, buffers.Sum(static b => (long)b.Count)));
            }
        }

        return work;
    }

    private sealed record FileWork(int Table, string? Value, RowBuffer[] Lanes, long Rows);
}
