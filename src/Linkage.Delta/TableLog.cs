using Linkage.Delta.Checkpoints;

namespace Linkage.Delta;

/// <summary>
/// The commit protocol of one table on a Delta Lake log (protocol reader 1, writer 2). In: data files already synced and renamed, and how
/// far each source partition came. Out: one log entry that makes both true at once. Safe against other processes on the same folder;
/// thread-safe. Memory follows the number of source partitions, not the size of the table.
/// </summary>
/// <remarks>
/// What holds: an entry appears whole under the next version or not at all, and never changes; a source partition's offset only grows; an
/// entry that takes a partition from a to b exists only once, and follows the entry that brought it to a.
/// </remarks>
public sealed class TableLog
{
    private readonly Lock _lock = new();
    private readonly OutputDisk _disk;
    private readonly LogPaths _paths;
    private readonly TableDefinition? _wanted;
    private readonly LogState _state;
    private readonly Checkpointing _checkpoints;

    // Commits tried, with the version they were found at: how an attempt whose outcome got lost is recognised in the log.
    private readonly Dictionary<Guid, long?> _attempts = [];

    private TableLog(string tableDirectory, TableDefinition? wanted, OutputDisk disk)
    {
        Directory = tableDirectory;
        _disk = disk;
        _wanted = wanted;
        _paths = new LogPaths(tableDirectory);
        _state = new LogState(tableDirectory);
        _checkpoints = new Checkpointing(_paths, disk);
    }

    /// <summary>
    /// Opens the table, creating folder, protocol and metadata when absent. Columns that the definition has beyond the table's, at the end and
    /// nullable, are added to the table by a commit. Two workers may open the same new table at the same time.
    /// </summary>
    /// <exception cref="TableMismatchException">The table has other columns or partition columns.</exception>
    /// <exception cref="OutputUnavailableException">The folder cannot be written.</exception>
    /// <exception cref="InvalidDataException">The log is damaged.</exception>
    public static TableLog OpenOrCreate(string tableDirectory, TableDefinition definition, TimeProvider clock) =>
        OpenOrCreate(tableDirectory, definition, clock, OutputDisk.Shared);

    internal static TableLog OpenOrCreate(string tableDirectory, TableDefinition definition, TimeProvider clock, OutputDisk disk)
    {
        TableDefinition.Validate(definition);
        var log = new TableLog(tableDirectory, definition, disk);
        lock (log._lock)
        {
            disk.CreateDirectory(log._paths.TemporaryFolder);
            log._checkpoints.Restore(log._state);
            while (true)
            {
                log.ReadNew();
                var state = log._state;
                if (state.Version < 0)
                {
                    var metaData = MetaDataAction.For(definition, Guid.NewGuid(), clock.GetUtcNow());
                    log.Define(metaData, create: true, clock);
                    continue;
                }
                var added = state.Definition.CompareTo(definition, tableDirectory);
                if (added == 0)
                    return log;
                if (added < 0)
                    throw new TableMismatchException(tableDirectory, state.Definition.Schema.Columns[^1].Name, "only the table has it: a newer program version added it");
                log.Define(state.MetaData! with { SchemaString = DeltaSchema.Format(definition.Schema.Columns) }, create: false, clock);
            }
        }
    }

    /// <summary>Opens an existing table read-only (verify, readers of the log).</summary>
    /// <exception cref="FileNotFoundException">There is no table in the folder.</exception>
    public static TableLog Open(string tableDirectory) => Open(tableDirectory, OutputDisk.Shared);

    internal static TableLog Open(string tableDirectory, OutputDisk disk)
    {
        var log = new TableLog(tableDirectory, null, disk);
        lock (log._lock)
        {
            log._checkpoints.Restore(log._state);
            log.ReadNew();
            return log._state.Version >= 0 ? log : throw new FileNotFoundException($"There is no table in '{tableDirectory}': '{log._paths.Entry(0)}' does not exist.", log._paths.Entry(0));
        }
    }

    /// <summary>Folder of the table.</summary>
    public string Directory { get; }

    /// <summary>
    /// The last failure to write a checkpoint, or null. Checkpoints only make opening cheap: a commit whose checkpoint fails stands, and
    /// the next one due tries again.
    /// </summary>
    public Exception? CheckpointFailure => _checkpoints.Failure;

    /// <summary>The table's own id: another one when it was removed and made anew.</summary>
    public Guid Id
    {
        get
        {
            lock (_lock)
                return Guid.TryParse(_state.MetaData!.Id, out var id) ? id : throw new InvalidDataException($"The id of the table in '{Directory}' is no UUID: '{_state.MetaData.Id}'.");
        }
    }

    internal OutputDisk Disk => _disk;

    /// <summary>Reads new log entries and returns the state at the newest version.</summary>
    public TableSnapshot Refresh()
    {
        lock (_lock)
        {
            ReadNew();
            return _state.ToSnapshot();
        }
    }

    /// <summary>Reads the list of live data files at the newest version, from the last checkpoint and the entries since. Costs time and memory by the number of files.</summary>
    public TableFiles ReadFiles()
    {
        lock (_lock)
        {
            ReadNew();
            return new TableFiles(_state.Version, _checkpoints.ReadFiles(_state.Version));
        }
    }

    /// <summary>Reads new log entries, and what is attached to the entries after a version: up to the newest, whose version is returned too.</summary>
    /// <exception cref="InvalidDataException">An entry is missing or damaged.</exception>
    public (long Version, IReadOnlyList<AttachedFile> Files) ReadAttached(long after)
    {
        lock (_lock)
        {
            ReadNew();
            var files = new List<AttachedFile>();
            for (var version = after + 1; version <= _state.Version; version++)
            {
                var path = _paths.Entry(version);
                var bytes = _disk.TryReadAll(path) ?? throw new InvalidDataException($"Log entry '{path}' is missing. Restore it from a copy.");
                if (LogEntryReader.ReadAttached(bytes, path) is { } name)
                    files.Add(new AttachedFile(version, name));
            }
            return (_state.Version, files);
        }
    }

    /// <summary>
    /// Publishes synced files and adds the log entry that names them: <see cref="Commit(TableCommit)"/> with the files' fate settled. Afterwards
    /// <see cref="StagedFile.Discard"/> and Dispose remove a file only when the log certainly does not name it.
    /// </summary>
    /// <param name="commit">The commit.</param>
    /// <param name="files">The files that <paramref name="commit"/> names, synced (see <see cref="DataFolder.SyncAll"/>).</param>
    /// <returns>The version committed.</returns>
    /// <exception cref="OwnershipLostException">Progress in the log differs from what the commit expects; nothing was written. Discard the files.</exception>
    /// <exception cref="TableMismatchException">Another program changed the table's columns meanwhile; nothing was written. Discard the files.</exception>
    /// <exception cref="OutputUnavailableException">The files or the log could not be written. Read progress from the log before going on.</exception>
    public long Commit(TableCommit commit, IReadOnlyCollection<StagedFile> files) => Commit(commit, files, null, null);

    /// <summary>The same with a file of another folder that becomes valid with the entry, and a condition on the entries that it will follow.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="files">The files that <paramref name="commit"/> names, synced.</param>
    /// <param name="attached">The file that <see cref="TableCommit.Attached"/> names, synced; null for none.</param>
    /// <param name="mayFollow">
    /// Asked before every attempt, when no entry can come between the answer and the attempt but one that makes it fail: throws <see cref="OwnershipLostException"/> when the commit must not
    /// follow the entries that are there. It may call <see cref="ReadAttached"/>.
    /// </param>
    public long Commit(TableCommit commit, IReadOnlyCollection<StagedFile> files, StagedFile? attached, Action? mayFollow)
    {
        if (!string.Equals(commit.Attached, attached?.Path, StringComparison.Ordinal))
            throw new ArgumentException("The attached file is not the one that the commit names.", nameof(attached));
        if (!commit.Files.Select(f => f.Path).Order(StringComparer.Ordinal).SequenceEqual(files.Select(f => f.Path).Order(StringComparer.Ordinal), StringComparer.Ordinal))
            throw new ArgumentException("The staged files are not those that the commit names.", nameof(files));
        if (files.FirstOrDefault(f => !string.Equals(f.Folder.TableDirectory, Directory, StringComparison.Ordinal)) is { } stray)
            throw new ArgumentException($"The staged file '{stray.Path}' is of the table in '{stray.Folder.TableDirectory}', not of '{Directory}'.", nameof(files));
        files.FirstOrDefault()?.Folder.PublishAll(files);
        attached?.Folder.PublishAll([attached]);
        StagedFile[] all = attached is null ? [.. files] : [.. files, attached];
        foreach (var file in all)
            file.MarkOffered();
        try
        {
            return Commit(commit, mayFollow);
        }
        catch (Exception e) when (e is OwnershipLostException or TableMismatchException or ArgumentException)
        {
            foreach (var file in all)
                file.MarkRefused();
            throw;
        }
    }

    /// <summary>
    /// Adds one log entry. Retries on version conflicts with other workers after re-checking every expected offset. The files must be
    /// synced and have their final names.
    /// </summary>
    /// <returns>The version committed.</returns>
    /// <exception cref="OwnershipLostException">Progress in the log differs from what the commit expects; nothing was written, the files may be discarded.</exception>
    /// <exception cref="TableMismatchException">Another program changed the table's columns meanwhile; nothing was written.</exception>
    /// <exception cref="OutputUnavailableException">
    /// The log could not be written or read. Whether the commit happened may be unknown: leave the files to <see cref="DataFolder.RemoveOrphans"/>, and
    /// read progress from the log before going on.
    /// </exception>
    public long Commit(TableCommit commit) => Commit(commit, mayFollow: null);

    /// <summary>Reads new entries, one of which the caller has added by other means than <see cref="Commit(TableCommit)"/>, and writes a checkpoint when one is due.</summary>
    internal void CheckpointIfDue(string runId, DateTimeOffset now)
    {
        lock (_lock)
        {
            ReadNew();
            _checkpoints.WriteIfDue(_state, runId, now);
        }
    }

    private long Commit(TableCommit commit, Action? mayFollow)
    {
        if (_wanted is null)
            throw new InvalidOperationException($"The table in '{Directory}' was opened for reading only.");
        TableCommit.Validate(commit, _wanted);
        lock (_lock)
        {
            ReadNew();
            // A call before this one may have failed without knowing that its entry was created.
            if (!_attempts.TryGetValue(commit.CommitId, out var version) || version is null)
            {
                version = Append(LogEntryWriter.Commit(commit, _wanted), commit.CommitId, commit.RunId, () =>
                {
                    // First: it may read new entries, which may take the partition away.
                    mayFollow?.Invoke();
                    RequireOwnership(commit);
                    return true;
                });
            }
            _disk.SyncDirectory(_paths.Folder);
            _attempts.Remove(commit.CommitId);
            _checkpoints.WriteIfDue(_state, commit.RunId, commit.Timestamp);
            return version!.Value;
        }
    }

    /// <summary>Takes in every entry after the state's version, by name: a log of any length costs only what is new.</summary>
    private void ReadNew()
    {
        while (TryReadEntry(_state.Version + 1) is { } entry)
            Apply(entry);
    }

    private LogEntry? TryReadEntry(long version)
    {
        var path = _paths.Entry(version);
        return _disk.TryReadAll(path) is { } bytes ? LogEntryReader.Read(bytes, version, path) : null;
    }

    private void Apply(LogEntry entry)
    {
        // A table may gain nullable columns while an older worker runs: its files are still right. Any other change is not.
        if (_state.Version >= 0 && _wanted is not null && entry.MetaData is { } changed)
            changed.ToDefinition(Directory).CompareTo(_wanted, Directory);
        _state.Apply(entry);
        _checkpoints.Count(entry);
        if (entry.Info?.CommitId is { } id && _attempts.ContainsKey(id))
            _attempts[id] = entry.Version;
    }

    private void RequireOwnership(TableCommit commit)
    {
        foreach (var step in commit.Progress)
        {
            var actual = _state.ProgressOf(step.AppId);
            if (actual != step.Expected)
                throw new OwnershipLostException(step.AppId, step.Expected, actual);
        }
    }

    /// <summary>
    /// Creates the next entry, whatever its version turns out to be. Whether it was created is read back from the log in every case, by the
    /// entry's own id: a reply may be lost, and a retry by the system below may find its own first attempt.
    /// </summary>
    /// <param name="bytes">The entry.</param>
    /// <param name="commitId">The id in its commitInfo.</param>
    /// <param name="runId">The run that writes, if it is one.</param>
    /// <param name="mayFollow">Whether the entry may still follow the state as read; asked again after every conflict.</param>
    /// <returns>The version, or null when it may not follow and was not written.</returns>
    private long? Append(byte[] bytes, Guid commitId, string? runId, Func<bool> mayFollow)
    {
        if (!mayFollow())
            return null;
        var temporary = _paths.Temporary(runId);
        _disk.WriteTemporary(temporary, bytes);
        _attempts[commitId] = null;
        try
        {
            while (true)
            {
                OutputUnavailableException? failure = null;
                try { _disk.TryLink(temporary, _paths.Entry(_state.Version + 1)); }
                catch (OutputUnavailableException e) { failure = e; }
                try
                {
                    ReadNew();
                }
                catch (Exception e) when (e is TableMismatchException or InvalidDataException or OutputUnavailableException && _attempts[commitId] is not null)
                {
                    // Ours is in. What is wrong with an entry after it is for the next call to say.
                }
                if (_attempts[commitId] is { } version)
                    return version;
                if (failure is { Errno: Errnos.NoEntry })
                    _disk.WriteTemporary(temporary, bytes); // taken for an orphan; fails when it is the folder that is gone
                else if (failure is not null)
                    throw failure;
                if (!mayFollow())
                    return null;
            }
        }
        finally
        {
            RemoveTemporary(temporary);
        }
    }

    /// <summary>The temporary name of an entry is of no use any more. When it cannot be removed now, it is removed with the orphans.</summary>
    private void RemoveTemporary(string temporary)
    {
        try { _disk.Delete(temporary); }
        catch (OutputUnavailableException) { return; }
    }

    private void Define(MetaDataAction metaData, bool create, TimeProvider clock)
    {
        var before = _state.Version;
        var commitId = Guid.NewGuid();
        // When another worker was quicker, the caller compares with what is there now.
        Append(LogEntryWriter.Definition(metaData, create, commitId, clock.GetUtcNow()), commitId, null, () => _state.Version == before);
        _attempts.Remove(commitId);
        _disk.SyncDirectory(_paths.Folder);
        if (create)
        {
            // The folders' own names must survive as well.
            _disk.SyncDirectory(Directory);
            _disk.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(Path.TrimEndingDirectorySeparator(Directory)))!);
        }
    }
}
