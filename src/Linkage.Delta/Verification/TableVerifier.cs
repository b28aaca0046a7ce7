using System.Collections.Immutable;
using System.Globalization;
using Linkage.Delta.Checkpoints;

namespace Linkage.Delta.Verification;

/// <summary>
/// Re-reads a table from nothing but its files: every log entry from version 0, every live data file's length and footer, every file that is there. Out:
/// findings as data. Writes nothing; may run while workers do.
/// </summary>
public sealed class TableVerifier
{
    private readonly string _outputDirectory;
    private readonly string _tableDirectory;
    private readonly string _table;
    private readonly LogPaths _paths;
    private readonly ImmutableArray<VerificationFinding>.Builder _findings = ImmutableArray.CreateBuilder<VerificationFinding>();

    private TableVerifier(string outputDirectory, string tableDirectory)
    {
        _outputDirectory = outputDirectory;
        _tableDirectory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(tableDirectory));
        _table = Path.GetFileName(_tableDirectory);
        _paths = new LogPaths(_tableDirectory);
    }

    /// <summary>Verifies one table.</summary>
    /// <param name="outputDirectory">Folder of all tables, which has the leases of runs.</param>
    /// <param name="tableDirectory">Folder of the table.</param>
    /// <exception cref="OutputUnavailableException">Something there cannot be read.</exception>
    public static TableVerification Verify(string outputDirectory, string tableDirectory) => Verify(outputDirectory, tableDirectory, values: false);

    /// <summary>Verifies one table.</summary>
    /// <param name="outputDirectory">Folder of all tables, which has the leases of runs.</param>
    /// <param name="tableDirectory">Folder of the table.</param>
    /// <param name="values">Whether to read every value of every file: checksums of pages, and statistics against what they are of.</param>
    /// <exception cref="OutputUnavailableException">Something there cannot be read.</exception>
    public static TableVerification Verify(string outputDirectory, string tableDirectory, bool values)
    {
        var result = new TableVerifier(outputDirectory, tableDirectory).Verify(values);
        if (result.Findings.IsEmpty)
            return result;
        // A compaction that comes meanwhile changes files under our eyes: what was seen of them is neither of before nor of after.
        for (var (before, after) = (-1L, LastRewrite(tableDirectory)); before != after; after = LastRewrite(tableDirectory))
        {
            before = after;
            result = new TableVerifier(outputDirectory, tableDirectory).Verify(values);
        }
        return result;
    }

    private static long LastRewrite(string tableDirectory)
    {
        var log = new LogReplay(tableDirectory, static (_, _, _) => { });
        log.ReadAll(new LogPaths(tableDirectory));
        return log.LastRewrite;
    }

    private TableVerification Verify(bool values)
    {
        // Files, then live runs, then the log: a file of a run that is dead by then is in the log or never will be.
        var present = OrphanCandidates.Find(_tableDirectory);
        var alive = present.Select(f => f.RunId).Distinct(StringComparer.Ordinal).Where(run => RunLease.IsAlive(_outputDirectory, run)).ToHashSet(StringComparer.Ordinal);
        var log = new LogReplay(_tableDirectory, Report);
        log.ReadAll(_paths);
        if (log.Version < 0)
            Report(Severity.Error, "There is no log entry of version 0.", _paths.Entry(0));

        foreach (var file in present.Where(f => !alive.Contains(f.RunId) && !(f.IsPublished && log.Files.ContainsKey(f.Path))))
        {
            if (file.IsPublished)
                Report(Severity.Error, "A data file of a run that has ended is not in the log: readers that glob see rows that were never committed.", file.Path);
            else
                Report(Severity.Warning, "A run that has ended left a temporary file; the next start removes it.", file.Path);
        }
        var (rows, bytes) = (0L, 0L);
        using var data = new DataFileCheck(_tableDirectory, log.Definition, values, Report);
        foreach (var file in log.Files.Values.OrderBy(f => f.Path, StringComparer.Ordinal))
        {
            rows += data.Check(file);
            bytes += file.Bytes;
        }
        CheckCheckpoint(log);
        return new TableVerification(_table, log.Version, log.Files.Count, rows, bytes, log.Progress.ToImmutableDictionary(StringComparer.Ordinal), _findings.ToImmutable())
        {
            RowsByRun = log.RowsByRun.ToImmutableDictionary(StringComparer.Ordinal),
        };
    }

    /// <summary>A checkpoint must say what the entries up to it say.</summary>
    private void CheckCheckpoint(LogReplay log)
    {
        if (LastCheckpoint.TryRead(OutputDisk.Shared, _paths) is not { } last)
            return;
        var path = _paths.Checkpoint(last.Version);
        try
        {
            using var checkpoint = CheckpointReader.TryOpen(OutputDisk.Shared, path);
            if (checkpoint is null)
            {
                if (!File.Exists(path))
                    Report(Severity.Error, $"_last_checkpoint names version {Text(last.Version)}, which is not there.", path);
                return;
            }
            var expected = new LogReplay(_tableDirectory, static (_, _, _) => { });
            expected.ReadTo(_paths, last.Version);
            if (expected.Version != last.Version || log.Version < last.Version)
                return; // the gap in the log is reported already
            var state = checkpoint.ReadState();
            if (!state.Txns.ToDictionary(t => t.AppId, t => t.Version, StringComparer.Ordinal).OrderBy(t => t.Key, StringComparer.Ordinal).SequenceEqual(expected.Progress.OrderBy(t => t.Key, StringComparer.Ordinal)))
                Report(Severity.Error, "The checkpoint's progress is not what the log says.", path);
            var files = checkpoint.ReadFiles().ToDictionary(f => f.Path, f => f.Bytes, StringComparer.Ordinal);
            if (files.Count != expected.Files.Count || expected.Files.Values.Any(f => !files.TryGetValue(f.Path, out var bytes) || bytes != f.Bytes))
                Report(Severity.Error, "The checkpoint's files are not those of the log.", path);
        }
        catch (InvalidDataException e)
        {
            Report(Severity.Warning, $"The checkpoint cannot be read; the log serves instead. {e.Message}", path);
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private void Report(Severity severity, string what, string where) => _findings.Add(new VerificationFinding(severity, _table, what, where));
}
