using System.Collections.Concurrent;

namespace Linkage.Delta;

/// <summary>
/// Where a table's data files come into being: written under a hidden temporary name, synced, renamed without replacing,
/// named for the run that owns them; files of runs that are dead and that no log entry names are removed. Thread-safe.
/// </summary>
public sealed class DataFolder : IDisposable
{
    // fsync waits for the disk, not for the processor: more threads than cores let the disk take the files together.
    private const int SyncThreads = 8;

    private readonly RunLease _lease;
    private readonly ConcurrentDictionary<string, bool> _knownFolders = new(StringComparer.Ordinal);
    private readonly Lazy<FileSystemSync?> _fileSystem;
    private long _sequence;

    /// <summary>Opens the data folder of a table for one run.</summary>
    /// <param name="tableDirectory">Folder of the table, below the lease's output folder.</param>
    /// <param name="lease">The run that writes; must be held as long as its files are not in the log.</param>
    public DataFolder(string tableDirectory, RunLease lease)
        : this(tableDirectory, lease, OutputDisk.Shared)
    {
    }

    internal DataFolder(string tableDirectory, RunLease lease, OutputDisk disk)
    {
        TableDirectory = tableDirectory;
        Disk = disk;
        _lease = lease;
        _fileSystem = new Lazy<FileSystemSync?>(() => FileSystemSync.TryOpen(disk, tableDirectory));
    }

    /// <summary>Folder of the table.</summary>
    public string TableDirectory { get; }

    internal OutputDisk Disk { get; }

    /// <summary>
    /// Starts a file in a partition folder (relative, '/' separated, '' for none; see <see cref="HivePath.Format"/>). Write to
    /// <see cref="StagedFile.Stream"/>, then <see cref="StagedFile.Sync"/>, then <see cref="StagedFile.Publish"/>.
    /// </summary>
    /// <exception cref="OutputUnavailableException">The file cannot be created.</exception>
    public StagedFile Create(string partitionPath)
    {
        var folder = Path.Combine(TableDirectory, partitionPath);
        if (!_knownFolders.ContainsKey(folder))
        {
            Disk.CreateDirectory(folder);
            _knownFolders.TryAdd(folder, false);
            // Before the first byte is written: it reports errors from then on.
            _ = _fileSystem.Value;
        }
        var name = DataFileName.Published(_lease.RunId, Interlocked.Increment(ref _sequence));
        return new StagedFile(this, partitionPath, name, Disk.CreateNew(Path.Combine(folder, DataFileName.Temporary(name))));
    }

    /// <summary>
    /// Syncs and closes many files, as <see cref="StagedFile.Sync"/> does for one. On local file systems where that is safe, one syncfs(2) does it for
    /// all (see <see cref="FileSystemSync"/>), else fsync(2) by several threads.
    /// </summary>
    /// <exception cref="OutputUnavailableException">A file could not be synced; discard them all.</exception>
    /// <param name="files">Files of any tables.</param>
    public static void SyncAll(IReadOnlyCollection<StagedFile> files)
    {
        foreach (var table in files.GroupBy(f => f.Folder))
        {
            var some = table.ToList();
            if (some.Count <= FileSystemSync.FewFiles || table.Key._fileSystem.Value is not { } fileSystem)
            {
                ForEach(some, file => file.Sync());
                continue;
            }
            foreach (var file in some)
                file.Flush();
            fileSystem.Sync();
            foreach (var file in some)
                file.MarkSynced();
        }
    }

    /// <summary>
    /// Removes files (temporary and published) that belong to no live run and that the log does not name. Files of this run, of live runs, and files
    /// whose names this program does not give are left alone.
    /// </summary>
    /// <returns>How many files were removed.</returns>
    public int RemoveOrphans(TableLog log)
    {
        // The order is what makes it safe: files first, then which runs are dead, then the log. A run that was dead before the log was
        // read has no commit that the log does not show; a file that came into being after the listing is not in it.
        var files = OrphanCandidates.Find(TableDirectory);
        var dead = files.Select(f => f.RunId).Distinct(StringComparer.Ordinal)
            .Where(run => !string.Equals(run, _lease.RunId, StringComparison.Ordinal) && !RunLease.IsAlive(_lease.OutputDirectory, run))
            .ToHashSet(StringComparer.Ordinal);
        files.RemoveAll(f => !dead.Contains(f.RunId));
        if (files.Count == 0)
            return 0;
        var live = files.Exists(f => f.IsPublished) ? log.ReadFiles().Files : null;
        var removed = 0;
        foreach (var file in files)
        {
            if (file.IsPublished && live!.ContainsKey(file.Path))
                continue;
            Disk.Delete(Path.Combine(TableDirectory, file.Path));
            removed++;
        }
        return removed;
    }

    /// <summary>Closes what is open of the folder itself; files are their own.</summary>
    public void Dispose()
    {
        if (_fileSystem is { IsValueCreated: true, Value: { } opened })
            opened.Dispose();
    }

    /// <summary>Renames many synced files of this table to their final names, then makes the names durable, together.</summary>
    /// <exception cref="OutputUnavailableException">A file could not be published; others may be. None is in the log: discard them all.</exception>
    internal void PublishAll(IReadOnlyCollection<StagedFile> files)
    {
        foreach (var file in files)
            file.Rename();
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var folder = file.PartitionFolder;
            // Up to the table folder, or to one whose own name is durable already.
            while (folders.Add(folder) && _knownFolders.TryGetValue(folder, out var durable) && !durable && folder.Length > TableDirectory.Length)
                folder = Path.GetDirectoryName(folder)!;
        }
        if (folders.Count > FileSystemSync.FewFiles && _fileSystem.Value is { } fileSystem)
            fileSystem.Sync();
        else
            ForEach(folders, Disk.SyncDirectory);
        foreach (var folder in folders)
            _knownFolders[folder] = true;
    }

    private static void ForEach<T>(IReadOnlyCollection<T> items, Action<T> action)
    {
        try
        {
            Parallel.ForEach(items, new ParallelOptions { MaxDegreeOfParallelism = SyncThreads }, action);
        }
        catch (AggregateException e) when (e.InnerExceptions.FirstOrDefault(i => i is OutputUnavailableException) is OutputUnavailableException first)
        {
            // Many files fail for one reason: the first says it. Not rethrown from inside, to keep where it came from.
            throw new OutputUnavailableException("sync", first.Path, first.Errno, e);
        }
    }
}
