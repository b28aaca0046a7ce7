using System.Collections.Immutable;

namespace Linkage.Delta.Checkpoints;

/// <summary>
/// What keeps opening a table cheap: when a checkpoint is due, where the last one is, and the list of files from it and the entries since.
/// For this program a checkpoint is a cache of the log, which stays whole: what is wrong with one costs time, never truth.
/// </summary>
internal sealed class Checkpointing(LogPaths paths, OutputDisk disk)
{
    /// <summary>Only the worker whose commit has a version divisible by this asks whether a checkpoint is due: never two at once.</summary>
    public const int Interval = 100;

    // A checkpoint restates the whole table. Waiting until the entries since the last one are a quarter of it keeps the sum of all checkpoints in proportion to
    // the log; the cap bounds what has to be replayed, in time and memory.
    private const int DueFraction = 4;
    private const long DueCap = 32 << 20;
    private const int Kept = 3;

    // Delta's default retention of removed files (delta.deletedFileRetentionDuration): VACUUM counts on finding them.
    private static readonly long TombstoneMilliseconds = (long)TimeSpan.FromDays(7).TotalMilliseconds;

    private long _version = -1;
    private long _damaged = -1;
    private long _bytesSince;

    /// <summary>The last failure to write a checkpoint; null when the last one due was written.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Brings an empty state to the last checkpoint, when there is one that can be read.</summary>
    public void Restore(LogState state)
    {
        if (LastCheckpoint.TryRead(disk, paths) is not { } last)
            return;
        using var checkpoint = TryOpen(last.Version);
        if (checkpoint is null)
            return;
        try
        {
            var (protocol, metaData, txns) = checkpoint.ReadState();
            state.Load(last.Version, protocol, metaData, txns);
            (_version, _bytesSince) = (last.Version, 0);
        }
        catch (InvalidDataException)
        {
            _damaged = last.Version;
        }
    }

    /// <summary>Notes an entry read or written.</summary>
    public void Count(LogEntry entry) => _bytesSince += entry.Bytes;

    /// <summary>The live files at a version.</summary>
    public ImmutableDictionary<string, LiveFile> ReadFiles(long version)
    {
        try
        {
            return Replay(version);
        }
        catch (InvalidDataException) when (_version >= 0)
        {
            // The checkpoint, or what it would replace: the log from its start tells.
            (_damaged, _version) = (_version, -1);
            return Replay(version);
        }
    }

    private ImmutableDictionary<string, LiveFile> Replay(long version)
    {
        var files = ImmutableDictionary.CreateBuilder<string, LiveFile>(StringComparer.Ordinal);
        using (var checkpoint = TryOpen(_version))
        {
            var from = checkpoint is null ? 0 : _version + 1;
            foreach (var file in checkpoint?.ReadFiles() ?? [])
                files[file.Path] = file;
            foreach (var entry in Entries(from, version))
            {
                foreach (var removed in entry.Removes)
                    files.Remove(removed.Path);
                foreach (var added in entry.Adds)
                    files[added.Path] = added;
            }
        }
        return files.ToImmutable();
    }

    /// <summary>
    /// Writes a checkpoint of the state when the entries since the last one are many and long enough. A failure is kept in <see cref="Failure"/>: the
    /// commit before it stands, and the next one due tries again.
    /// </summary>
    /// <param name="state">State at the version just committed.</param>
    /// <param name="runId">The run that writes.</param>
    /// <param name="now">Time of the commit, by which removed files expire.</param>
    public void WriteIfDue(LogState state, string runId, DateTimeOffset now)
    {
        if (state.Version % Interval != 0)
            return;
        try
        {
            var last = LastCheckpoint.TryRead(disk, paths);
            if (last is not null && last.Version > _version && last.Version != _damaged)
            {
                // Another worker wrote it: the bytes since are fewer than counted here, which at worst makes the next one early.
                _bytesSince -= Math.Min(_bytesSince, _bytesSince * (last.Version - _version) / Math.Max(1, state.Version - _version));
                _version = last.Version;
            }
            if (last is not null && (last.Version >= state.Version || _bytesSince < Math.Min(DueCap, last.Bytes / DueFraction)))
                return;
            Write(state, runId, now, last);
            Failure = null;
        }
        catch (OutputUnavailableException e)
        {
            Failure = e;
        }
        catch (InvalidDataException e)
        {
            Failure = e;
            (_damaged, _version) = (_version, -1);
        }
    }

    private void Write(LogState state, string runId, DateTimeOffset now, LastCheckpoint? last)
    {
        var temporary = paths.Temporary(runId);
        long actions, adds = 0, bytes;
        try
        {
            using (var output = new OutputStream(disk, disk.CreateNew(temporary), temporary))
            {
                var writer = new CheckpointWriter(output);
                writer.AddState(state.Protocol!.Value, state.MetaData!, state.Txns);
                adds = WriteFiles(writer, state.Version, now);
                writer.Close();
                (actions, bytes) = (writer.Actions, output.Length);
                disk.Sync(output.File, temporary);
            }
            // Somebody who wrote the same checkpoint before is as good.
            disk.TryMove(temporary, paths.Checkpoint(state.Version));
        }
        finally
        {
            disk.Delete(temporary);
        }
        disk.SyncDirectory(paths.Folder);
        ImmutableArray<long> earlier = last is null ? [] : [last.Version, .. last.Earlier];
        new LastCheckpoint(state.Version, actions, bytes, adds, earlier.Length < Kept ? earlier : earlier[..(Kept - 1)]).Write(disk, paths, runId);
        (_version, _bytesSince) = (state.Version, 0);
        foreach (var version in earlier.Skip(Kept - 1))
            disk.Delete(paths.Checkpoint(version));
    }

    /// <summary>Copies the files of the last checkpoint, less what changed since, then adds the new ones; removed ones stay as tombstones until they expire.</summary>
    private long WriteFiles(CheckpointWriter writer, long version, DateTimeOffset now)
    {
        var expired = now.ToUnixTimeMilliseconds() - TombstoneMilliseconds;
        var adds = 0L;
        using var checkpoint = TryOpen(_version);
        var (added, removed) = (new Dictionary<string, LiveFile>(StringComparer.Ordinal), new Dictionary<string, RemoveAction>(StringComparer.Ordinal));
        foreach (var entry in Entries(checkpoint is null ? 0 : _version + 1, version))
        {
            foreach (var remove in entry.Removes)
            {
                added.Remove(remove.Path);
                removed[remove.Path] = remove;
            }
            foreach (var add in entry.Adds)
            {
                removed.Remove(add.Path);
                added[add.Path] = add;
            }
        }
        foreach (var file in (checkpoint?.ReadFiles() ?? []).Where(f => !added.ContainsKey(f.Path) && !removed.ContainsKey(f.Path)).Concat(added.Values))
        {
            writer.Add(file);
            adds++;
        }
        foreach (var remove in (checkpoint?.ReadRemoves() ?? []).Where(r => !added.ContainsKey(r.Path) && !removed.ContainsKey(r.Path)).Concat(removed.Values))
        {
            if (remove.DeletionTimestamp > expired)
                writer.Remove(remove);
        }
        return adds;
    }

    private CheckpointReader? TryOpen(long version)
    {
        if (version < 0)
            return null;
        try
        {
            return CheckpointReader.TryOpen(disk, paths.Checkpoint(version));
        }
        catch (InvalidDataException)
        {
            _damaged = version;
            return null;
        }
    }

    private IEnumerable<LogEntry> Entries(long from, long to)
    {
        for (var version = from; version <= to; version++)
        {
            var path = paths.Entry(version);
            yield return LogEntryReader.Read(
                disk.TryReadAll(path) ?? throw new InvalidDataException($"Log entry '{path}' is missing, and no checkpoint of this program stands for it. Restore it from a copy."), version, path);
        }
    }
}
