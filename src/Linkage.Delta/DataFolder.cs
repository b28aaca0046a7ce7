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
    private readonly string _extension = DataFileName.Parquet;
    private long _sequence;

    /// <summary>Opens the data folder of a table for one run.</summary>
    /// <param name="tableDirectory">Folder of the table, below the lease's output folder.</param>
    /// <param name="lease">The run that writes; must be held as long as its files are not in the log.</param>
    public DataFolder(string tableDirectory, RunLease lease)
        : this(tableDirectory, lease, OutputDisk.Shared)
    {
    }

    private DataFolder(string directory, RunLease lease, string extension)
        : this(directory, lease, OutputDisk.Shared) => _extension = extension;

    internal DataFolder(string tableDirectory, RunLease lease, OutputDisk disk)
    {
        TableDirectory = tableDirectory;
        Disk = disk;
        _lease = lease;
        _fileSystem = new Lazy<FileSystemSync?>(() => FileSystemSync.TryOpen(disk, tableDirectory));
    }

    /// <summary>
    /// Opens, and makes when absent (mode 0700), a folder of files that go with a table's log without being data of it. Their names end in <c>.links</c>, which no
    /// glob for data meets.
    /// </summary>
    /// <exception cref="OutputUnavailableException">The folder cannot be made.</exception>
    public static DataFolder OpenPrivate(string directory, RunLease lease)
    {
        OutputDisk.Shared.CreatePrivateDirectory(directory);
        OutputDisk.Shared.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(directory))!);
        return new DataFolder(directory, lease, DataFileName.Links);
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
        var name = NextName();
        return Create(partitionPath, name, name);
    }

    /// <summary>Starts a file that will have a name of its own; to be synced, then published by <see cref="TryPublish"/>. Until then it is the run's, like the others.</summary>
    /// <exception cref="OutputUnavailableException">The file cannot be created.</exception>
    public StagedFile CreateNamed(string name) => Create("", name, NextName());

    /// <summary>Gives a synced file its name without any log's word, and makes the name durable.</summary>
    /// <returns>False when there is such a file already; this one is to be discarded.</returns>
    /// <exception cref="OutputUnavailableException">It could not be renamed.</exception>
    public bool TryPublish(StagedFile file)
    {
        if (!file.TryRename())
            return false;
        file.MarkOffered();
        Disk.SyncDirectory(file.PartitionFolder);
        return true;
    }

    /// <summary>Opens a file of the folder for reading, and says how long it is; null when it is not there.</summary>
    /// <exception cref="OutputUnavailableException">It cannot be opened.</exception>
    public Stream? TryOpen(string name) => Disk.TryOpen(Path.Combine(TableDirectory, name)) is { } file ? new FileStream(file, FileAccess.Read) : null;

    /// <summary>Whether a file has the name of one that this run wrote.</summary>
    public bool IsOwn(string name) => string.Equals(DataFileName.RunOf(name), _lease.RunId, StringComparison.Ordinal);

    /// <summary>Removes a file of the folder; one that is gone already is as good.</summary>
    /// <exception cref="OutputUnavailableException">It cannot be removed.</exception>
    public void Remove(string name) => Disk.Delete(Path.Combine(TableDirectory, name));

    private string NextName() => DataFileName.Published(_lease.RunId, Interlocked.Increment(ref _sequence), _extension);

    private StagedFile Create(string partitionPath, string name, string temporary)
    {
        var folder = Path.Combine(TableDirectory, partitionPath);
        if (!_knownFolders.ContainsKey(folder))
        {
            Disk.CreateDirectory(folder);
            _knownFolders.TryAdd(folder, false);
            // Before the first byte is written: it reports errors from then on.
            _ = _fileSystem.Value;
        }
        temporary = DataFileName.Temporary(temporary);
        return new StagedFile(this, partitionPath, name, temporary, Disk.CreateNew(Path.Combine(folder, temporary)));
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
    public int RemoveOrphans(TableLog log) => RemoveUnused(() => log.ReadFiles().Files.Keys.ToHashSet(StringComparer.Ordinal));

    /// <summary>The same where something else than the list of data files says which files are in use: asked once, after it is known which runs are dead.</summary>
    public int RemoveUnused(Func<IReadOnlySet<string>> inUse)
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
        var live = files.Exists(f => f.IsPublished) ? inUse() : null;
        var removed = 0;
        foreach (var file in files)
        {
            if (file.IsPublished && live!.Contains(file.Path))
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
