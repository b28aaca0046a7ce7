using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Linkage.Parquet;

namespace Linkage.Delta.Compaction;

/// <summary>What a compaction did to a table.</summary>
/// <param name="Plan">What was to be done.</param>
/// <param name="Version">Version of its log entry; null when there was nothing to do.</param>
/// <param name="Files">New files.</param>
/// <param name="Bytes">Bytes of the new files.</param>
/// <param name="Rows">Rows in them: those of the old ones, checked.</param>
public sealed record CompactionResult(CompactionPlan Plan, long? Version, int Files, long Bytes, long Rows);

/// <summary>
/// Compacts the tables of an output: small files of a partition become large sorted ones, in one log entry a table. Holds the right to do so, which one process has
/// at a time. Safe beside workers and readers, and to be killed at any moment.
/// </summary>
/// <remarks>
/// The new files, the new log entry and hard links to everything that stays are put together in a second folder of the table, under
/// <c>_compaction/&lt;id&gt;/</c>. While no worker writes, the two folders exchange their names, in one step of the file system: readers of the log and
/// readers that glob see all files of before, or all of after. What has the name under <c>_compaction</c> is of no table: before that step it is none yet, after it
/// none any more. It is kept for a while all the same (<see cref="CompactionOptions.Linger"/>). docs/exact-delivery.md, "Compaction".
/// </remarks>
public sealed class TableCompaction : IDisposable
{
    private const string FolderName = "_compaction";

    /// <summary>How long a folder is kept that was a table's a moment ago, or may have been.</summary>
    internal static readonly TimeSpan UsualLinger = TimeSpan.FromSeconds(10);

    private readonly OutputDisk _disk;
    private readonly TableGate _right;
    private readonly RunLease _lease;
    private readonly MergeScratch _scratch = new();
    private readonly string _folder;

    // In the order of their time.
    private readonly Queue<(string Folder, long Exchanged, TimeSpan Linger)> _old = new();

    private TableCompaction(TableGate right, RunLease lease, OutputDisk disk)
    {
        (_right, _lease, _disk) = (right, lease, disk);
        _folder = Path.Combine(lease.OutputDirectory, FolderName, lease.RunId);
    }

    /// <summary>Takes the right to compact, removes what compactions that died have left, and makes sure that the file system can exchange folders.</summary>
    /// <param name="outputDirectory">Folder of the tables.</param>
    /// <param name="id">A new id, as for a run.</param>
    /// <returns>Null when another compaction is at work there.</returns>
    /// <exception cref="OutputUnavailableException">The output cannot be written, or its file system cannot exchange folders.</exception>
    public static TableCompaction? TryBegin(string outputDirectory, string id) => TryBegin(outputDirectory, id, OutputDisk.Shared);

    internal static TableCompaction? TryBegin(string outputDirectory, string id, OutputDisk disk)
    {
        if (TableGate.TryReserveCompaction(outputDirectory) is not { } right)
            return null;
        RunLease? lease = null;
        try
        {
            lease = RunLease.Take(outputDirectory, id);
            var compaction = new TableCompaction(right, lease, disk);
            RemoveLeftovers(outputDirectory, UsualLinger, disk);
            compaction.TryExchange();
            return compaction;
        }
        catch
        {
            lease?.Dispose();
            right.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Removes the folders of compactions that died; those of live ones are left alone, and those in which something was exchanged or begun within the last seconds.
    /// </summary>
    /// <returns>How many were removed.</returns>
    public static int RemoveLeftovers(string outputDirectory) => RemoveLeftovers(outputDirectory, UsualLinger, OutputDisk.Shared);

    /// <summary>Ids of compactions that died and left a folder.</summary>
    public static IReadOnlyList<string> Leftovers(string outputDirectory)
    {
        var folder = Path.Combine(outputDirectory, FolderName);
        if (!Directory.Exists(folder))
            return [];
        try { return [.. Directory.GetDirectories(folder).Select(d => Path.GetFileName(d)).Where(id => RunLease.IsRunId(id) && !RunLease.IsAlive(outputDirectory, id)).Order(StringComparer.Ordinal)]; }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw OutputDisk.Unavailable("list", folder, e); }
    }

    /// <summary>Compacts a table.</summary>
    /// <param name="tableDirectory">Folder of the table.</param>
    /// <param name="layout">How its files are sorted.</param>
    /// <param name="options">Sizes and encoding.</param>
    /// <param name="clock">For the log entry's time.</param>
    /// <exception cref="InvalidDataException">The table is damaged, or what was written is not what was read. The table is as it was.</exception>
    /// <exception cref="TimeoutException">A worker did not come to the end of a flush. The table is as it was.</exception>
    /// <exception cref="OutputUnavailableException">The table is as it was, or, when only the old folder could not be removed, compacted.</exception>
    public CompactionResult Run(string tableDirectory, TableLayout layout, CompactionOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        options.Parquet.Validate();
        tableDirectory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(tableDirectory));
        var log = TableLog.Open(tableDirectory, _disk);
        var plan = CompactionPlan.Of(log, options);
        if (plan.Groups.IsEmpty)
            return new CompactionResult(plan, null, 0, 0, 0);
        var replica = Path.Combine(_folder, Path.GetFileName(tableDirectory));
        RemoveOld(wait: IsOld(replica));
        CompactionResult result;
        try
        {
            var added = Write(plan, layout, options, replica);
            var version = Exchange(log, plan, added, replica, options, clock);
            result = new CompactionResult(plan, version, added.Length, added.Sum(f => f.Summary.Bytes), added.Sum(f => f.Summary.Rows));
        }
        catch
        {
            if (!IsOld(replica))
                RemoveAfterFailure(replica);
            throw;
        }
        RemoveOld(wait: false);
        return result;
    }

    private bool IsOld(string folder) => _old.Any(o => string.Equals(o.Folder, folder, StringComparison.Ordinal));

    /// <summary>What failed is for the operator to read; what cannot be removed after it is removed by the next compaction or run.</summary>
    private void RemoveAfterFailure(string replica)
    {
        try { _disk.DeleteTree(replica); }
        catch (OutputUnavailableException) { return; }
    }

    /// <summary>Removes the tables' old folders, waiting until it is time for the last of them, and gives the right back.</summary>
    /// <exception cref="OutputUnavailableException">They could not be removed; the tables are compacted.</exception>
    public void Dispose()
    {
        _scratch.Dispose();
        try
        {
            RemoveOld(wait: true);
            // Whatever else is there is of compactions that died: there is one at a time.
            var all = Path.Combine(_lease.OutputDirectory, FolderName);
            _disk.DeleteTree(Leftovers(_lease.OutputDirectory).Count == 0 ? all : _folder);
        }
        finally
        {
            _lease.Dispose();
            _right.Dispose();
        }
    }

    internal static int RemoveLeftovers(string outputDirectory, TimeSpan linger, OutputDisk disk)
    {
        var removed = 0;
        foreach (var id in Leftovers(outputDirectory))
        {
            // An exchange counts as a change of the folder it is in.
            var folder = Path.Combine(outputDirectory, FolderName, id);
            if (TimeProvider.System.GetUtcNow().UtcDateTime - Directory.GetLastWriteTimeUtc(folder) < linger)
                continue;
            disk.DeleteTree(folder);
            removed++;
        }
        return removed;
    }

    /// <summary>Removes what were tables' folders and have been kept long enough.</summary>
    /// <param name="wait">Whether to wait for the others, and remove them too.</param>
    private void RemoveOld(bool wait)
    {
        while (_old.TryPeek(out var old))
        {
            var left = old.Linger - Stopwatch.GetElapsedTime(old.Exchanged);
            if (left > TimeSpan.Zero && !wait)
                return;
            if (left > TimeSpan.Zero)
                Thread.Sleep(left);
            _old.Dequeue();
            _disk.DeleteTree(old.Folder);
        }
    }

    private void TryExchange()
    {
        var (one, other) = (Path.Combine(_folder, ".one"), Path.Combine(_folder, ".other"));
        _disk.CreateDirectory(one);
        _disk.CreateDirectory(other);
        _disk.Exchange(one, other);
    }

    /// <summary>Writes the new files into the replica, under their last names, and checks that their rows are those of the old ones.</summary>
    private ImmutableArray<DataFile> Write(CompactionPlan plan, TableLayout layout, CompactionOptions options, string replica)
    {
        var columns = plan.Definition.Schema.Columns.Where(c => !plan.Definition.IsPartitionColumn(c.Name)).Select(c => c with { Bloom = layout.Bloom.Contains(c.Name, StringComparer.Ordinal) });
        var schema = plan.Definition.Schema with { Columns = [.. columns] };
        using var folder = new DataFolder(replica, _lease, _disk);
        var added = ImmutableArray.CreateBuilder<DataFile>();
        foreach (var group in plan.Groups)
        {
            using var merge = new FileMerge(plan.TableDirectory, group, schema, layout, options, folder, _lease.RunId, _scratch);
            var files = merge.Run(out var read);
            RequireSame(plan.TableDirectory, group, schema, read, files);
            folder.PublishAll([.. files.Select(f => f.Staged)]);
            added.AddRange(files.Select(f => f.File));
        }
        return added.ToImmutable();
    }

    private void RequireSame(string table, MergeGroup group, TableSchema schema, RowChecksum read, IReadOnlyList<PendingFile> files)
    {
        var where = group.Folder.Length == 0 ? table : $"{table}/{group.Folder}";
        if (group.Files.All(f => f.Rows is not null) && group.Files.Sum(f => f.Rows!.Value) != read.Rows)
            throw new InvalidDataException($"The files of '{where}' have {Text(read.Rows)} rows, their log entries say {Text(group.Files.Sum(f => f.Rows!.Value))}: run 'linkage verify'. Nothing was changed.");
        var written = default(RowChecksum);
        foreach (var file in files)
        {
            var input = new MergeInput(file.Staged.TemporaryPath, ParquetFooter.Read(file.Staged.TemporaryPath), schema.Columns, sortColumn: -1);
            for (input.Advance(0, _scratch.Reading, _scratch.Hasher, ref written); !input.IsAtEnd;)
                input.Advance(input.GroupRows - input.Row, _scratch.Reading, _scratch.Hasher, ref written);
        }
        if (written != read)
            throw new InvalidDataException($"The new files for '{where}' do not hold the rows of the old ones ({Text(written.Rows)} rows instead of {Text(read.Rows)}, or other values). Nothing was changed: keep the files, and report this.");
    }

    /// <summary>Completes the replica and puts it in the table's place; returns the version of the log entry.</summary>
    private long Exchange(TableLog log, CompactionPlan plan, ImmutableArray<DataFile> added, string replica, CompactionOptions options, TimeProvider clock)
    {
        if (new DirectoryInfo(plan.TableDirectory).LinkTarget is not null)
            throw new OutputUnavailableException("exchange the folder, which is a symbolic link,", plan.TableDirectory, Errnos.Invalid);
        var links = new TableReplica(plan.TableDirectory, replica, _disk);
        links.LinkEntries();
        var removed = plan.Groups.SelectMany(g => g.Files).ToList();
        var now = clock.GetUtcNow();
        long version;
        using (TableGate.TryEnterAlone(_lease.OutputDirectory, options.Patience) ?? throw new TimeoutException($"A worker has been writing to '{_lease.OutputDirectory}' without a pause for {Text((long)options.Patience.TotalSeconds)} s: it may be stuck. Nothing was changed; run again later."))
        {
            // Nobody adds an entry now. Offsets are not touched: the entry has no txn action, and those of before stay what they are.
            var live = log.ReadFiles();
            if (removed.Find(f => !live.Files.ContainsKey(f.Path)) is { } gone)
                throw new InvalidDataException($"'{gone.Path}' is no longer part of the table in '{plan.TableDirectory}': another program has removed it. Nothing was changed.");
            version = live.Version + 1;
            var entry = new LogPaths(replica).Entry(version);
            _disk.WriteTemporary(entry, LogEntryWriter.Rewrite(Guid.NewGuid(), _lease.RunId, now, plan.Definition, removed, added));
            links.LinkRest(removed.Select(f => f.Path).ToHashSet(StringComparer.Ordinal));
            _disk.Exchange(replica, plan.TableDirectory);
            _old.Enqueue((replica, Stopwatch.GetTimestamp(), options.Linger));
            _disk.SyncDirectory(_lease.OutputDirectory);
            _disk.SyncDirectory(_folder);
        }
        log.CheckpointIfDue(_lease.RunId, now);
        return version;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
