using System.Globalization;

namespace Linkage.Delta.Verification;

/// <summary>Replays log entries with distrust: what contradicts what came before is reported, and the replay goes on.</summary>
internal sealed class LogReplay(string tableDirectory, Action<Severity, string, string> report)
{
    private readonly Dictionary<Guid, long> _commits = [];

    public long Version { get; private set; } = -1;

    public TableDefinition? Definition { get; private set; }

    public Dictionary<string, long> Progress { get; } = new(StringComparer.Ordinal);

    /// <summary>Rows that each run committed.</summary>
    public Dictionary<string, long> RowsByRun { get; } = new(StringComparer.Ordinal);

    /// <summary>Version of the last entry that put rows into other files; −1 for none.</summary>
    public long LastRewrite { get; private set; } = -1;

    public Dictionary<string, LiveFile> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads every entry the folder has, in order of versions.</summary>
    public void ReadAll(LogPaths paths)
    {
        if (!Directory.Exists(paths.Folder))
            return;
        var versions = Directory.EnumerateFiles(paths.Folder).Select(f => LogPaths.VersionOf(Path.GetFileName(f))).OfType<long>().Order().ToList();
        foreach (var version in versions)
        {
            if (version != Version + 1)
                report(Severity.Error, $"The log goes from version {Text(Version)} to {Text(version)}.", paths.Entry(version));
            Read(paths, version);
        }
        // Entries that came while the folder was listed.
        ReadTo(paths, long.MaxValue);
    }

    /// <summary>Reads entries from the version after the current one up to and including another, or as far as there are any.</summary>
    public void ReadTo(LogPaths paths, long version)
    {
        while (Version < version && File.Exists(paths.Entry(Version + 1)))
            Read(paths, Version + 1);
    }

    private void Read(LogPaths paths, long version)
    {
        var path = paths.Entry(version);
        Version = version;
        try
        {
            if (OutputDisk.Shared.TryReadAll(path) is { } bytes)
                Apply(LogEntryReader.Read(bytes, version, path), path);
        }
        catch (Exception e) when (e is InvalidDataException or TableMismatchException)
        {
            report(Severity.Error, e.Message, path);
        }
    }

    private void Apply(LogEntry entry, string path)
    {
        if (entry.Version == 0 && (entry.Protocol is null || entry.MetaData is null))
            report(Severity.Error, "The first entry lacks the protocol or metaData action.", path);
        if (entry.Info?.CommitId is { } id && !_commits.TryAdd(id, entry.Version))
            report(Severity.Error, $"The commit is in the log twice: it is that of version {Text(_commits[id])}.", path);
        CheckProgress(entry, path);
        CountRows(entry, path);
        foreach (var removed in entry.Removes)
        {
            if (!Files.Remove(removed.Path))
                report(Severity.Warning, $"A file is removed that is not in the table: {removed.Path}.", path);
        }
        foreach (var added in entry.Adds)
        {
            if (!Files.TryAdd(added.Path, added))
            {
                report(Severity.Error, $"A file is added that is in the table already: {added.Path}.", path);
                Files[added.Path] = added;
            }
        }
        if (entry.MetaData is { } metaData)
            Definition = metaData.ToDefinition(tableDirectory);
    }

    /// <summary>Compaction moves rows and makes none: before the entry's files are taken in.</summary>
    private void CountRows(LogEntry entry, string path)
    {
        var added = entry.Adds.Sum(f => f.Rows ?? 0);
        if (entry.Info is { CommitId: not null, Operation: CommitInfo.Rewrite })
        {
            LastRewrite = entry.Version;
            var removed = entry.Removes.Sum(r => Files.TryGetValue(r.Path, out var file) ? file.Rows ?? 0 : 0);
            if (removed != added || entry.Txns.Count > 0)
                report(Severity.Error, $"A compaction has put {Text(removed)} rows into files of {Text(added)}, or moved offsets: it changes the table.", path);
            return;
        }
        foreach (var file in entry.Adds)
        {
            if (file.RunId is { } run)
                RowsByRun[run] = RowsByRun.GetValueOrDefault(run) + (file.Rows ?? 0);
        }
    }

    private void CheckProgress(LogEntry entry, string path)
    {
        var own = entry.Info is { CommitId: not null } info ? info : null;
        if (own is not null && !own.Progress.Select(p => (p.AppId, p.Next)).Order().SequenceEqual(entry.Txns.Select(t => (t.AppId, t.Version)).Order()))
            report(Severity.Error, "The commit's own account of its progress differs from its txn actions.", path);
        foreach (var step in own?.Progress ?? [])
        {
            var before = Progress.TryGetValue(step.AppId, out var offset) ? offset : (long?)null;
            if (step.Expected != before)
                report(Severity.Error, $"{step.AppId} goes from offset {Text(step.Expected)} to {Text(step.Next)}, and was at {Text(before)}: records are {(before > step.Expected ? "doubled" : "missing")}.", path);
        }
        foreach (var txn in entry.Txns)
        {
            if (Progress.TryGetValue(txn.AppId, out var before) && (own is null ? txn.Version < before : txn.Version <= before))
                report(Severity.Error, $"{txn.AppId} does not grow: from offset {Text(before)} to {Text(txn.Version)}.", path);
            Progress[txn.AppId] = txn.Version;
        }
    }

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "none";
}
