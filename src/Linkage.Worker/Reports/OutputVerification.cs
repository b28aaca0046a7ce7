using System.Collections.Immutable;
using System.Globalization;
using Linkage.Delta;
using Linkage.Delta.Compaction;
using Linkage.Delta.Verification;
using Linkage.Tables;

namespace Linkage.Worker.Reports;

/// <summary>
/// A whole output folder held against itself: every table against its log (<see cref="TableVerifier"/>), the tables against each other, and the run reports against
/// their own sums and against the logs. Writes nothing; may run while workers do.
/// </summary>
internal sealed class OutputVerification
{
    private const string RunsFolder = "_runs";
    private readonly string _directory;
    private readonly List<VerificationFinding> _findings = [];

    private OutputVerification(string directory) => _directory = directory;

    /// <summary>The tables, by name.</summary>
    public required ImmutableArray<TableVerification> Tables { get; init; }

    /// <summary>The runs.</summary>
    public required RunHistory Runs { get; init; }

    /// <summary>Whether every row in the logs is of a run that has left its report: then the reports together say where all of it came from.</summary>
    public bool AllReported { get; private set; } = true;

    /// <summary>What is not as it should be: the tables' own findings first.</summary>
    public IReadOnlyList<VerificationFinding> Findings => _findings;

    /// <summary>Verifies an output folder.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="values">Whether to read every value of every file.</param>
    /// <exception cref="OutputUnavailableException">Something there cannot be read.</exception>
    public static OutputVerification Of(string directory, bool values = false)
    {
        // Reports before tables: whatever a report counts is in the logs by the time they are read.
        var runs = RunHistory.Read(directory);
        var folders = Directory.EnumerateDirectories(directory).Where(static d => Directory.Exists(Path.Combine(d, "_delta_log"))).Order(StringComparer.Ordinal);
        var verification = new OutputVerification(directory) { Runs = runs, Tables = [.. folders.Select(f => TableVerifier.Verify(directory, f, values))] };
        verification.Check();
        return verification;
    }

    /// <summary>Adds what another check found.</summary>
    public void Add(VerificationFinding finding) => _findings.Add(finding);

    private void Check()
    {
        _findings.AddRange(Tables.SelectMany(static t => t.Findings));
        CheckOffsets();
        foreach (var broken in Runs.Broken)
        {
            Report(Severity.Error, $"It is not a run report: {broken.Problem}", broken.Path);
        }

        foreach (var run in Runs.Runs)
        {
            CheckSums(run);
        }

        CheckRows();
        foreach (var id in TableCompaction.Leftovers(_directory))
        {
            Report(Severity.Warning, $"Compaction {id} was ended before it was done, and left a folder of which no table has need; a later run or compaction removes it.", Path.Combine(_directory, "_compaction", id));
        }

        var carrier = TableSpec.NameOf(TableSpec.First);
        if (Tables.Any(t => string.Equals(t.Table, carrier, StringComparison.Ordinal) && t.IsSound))
        {
            _findings.AddRange(LinkVerification.Of(_directory, carrier));
        }
    }

    // Tables that the newest run does not write (outsiders kept once, and no longer) stand where they stand.
    private void CheckOffsets()
    {
        var current = Runs.Runs.FirstOrDefault(static r => r.Report.Tables.Count > 0)?.Report.Tables.Keys.ToHashSet(StringComparer.Ordinal);
        var tables = Tables.Where(t => current is null || current.Contains(t.Table)).ToList();
        foreach (var source in tables.SelectMany(static t => t.Progress.Keys.Select(app => SourceOf(t.Table, app))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var offsets = tables.Select(t => (t.Table, Next: t.Progress.TryGetValue($"{t.Table}/{source}", out var next) ? next : (long?)null)).ToList();
            if (offsets.Select(static o => o.Next).Distinct().Count() > 1)
            {
                var places = string.Join(", ", offsets.Select(static o => $"{o.Table} {o.Next?.ToString(CultureInfo.InvariantCulture) ?? "none"}"));
                Report(Severity.Warning, $"The tables stand at different offsets ({places}): a crash between two commits, or a commit under way; the next run evens it out.", source);
            }
        }
    }

    private static string SourceOf(string table, string appId) => appId.StartsWith(table + "/", StringComparison.Ordinal) ? appId[(table.Length + 1)..] : appId;

    private void CheckSums(PastRun run)
    {
        foreach (var (kind, r) in run.Report.Records)
        {
            if (r.In != r.Out + r.Kept + r.Dropped + r.Rejected)
            {
                Report(Severity.Error, string.Create(CultureInfo.InvariantCulture, $"{kind}: {r.In} records in, but {r.Out} out + {r.Kept} kept + {r.Dropped} dropped + {r.Rejected} rejected."), run.Path);
            }

            if (r.Dropped != r.DroppedBy.Values.Sum() || r.Rejected != r.RejectedBy.Values.Sum())
            {
                Report(Severity.Error, $"{kind}: dropped or rejected records are not the sum of their reasons.", run.Path);
            }
        }

        if (run.Report.Patients.Total != run.Report.Patients.Outcomes.Values.Sum())
        {
            Report(Severity.Error, "The patients are not the sum of their outcomes.", run.Path);
        }

        var rejects = run.Report.BatchesRejected + run.Report.Records.Values.Sum(static r => r.Rejected);
        if (rejects != run.Report.Rejects.Values.Sum())
        {
            Report(Severity.Error, "The rejects are not the sum of their reasons.", run.Path);
        }
    }

    /// <summary>What a run's report says of a table, against the files in the table's log that carry the run's id.</summary>
    private void CheckRows()
    {
        var reported = Runs.Runs.ToDictionary(static r => r.Report.RunId, StringComparer.Ordinal);
        foreach (var table in Tables.Where(static t => t.IsSound))
        {
            foreach (var (id, run) in reported)
            {
                var rows = table.RowsByRun.GetValueOrDefault(id);
                var said = run.Report.Tables.TryGetValue(table.Table, out var t) ? t.Rows : 0;
                if (said > rows)
                {
                    Report(Severity.Error, string.Create(CultureInfo.InvariantCulture, $"The report says {said} rows were committed to {table.Table}, the log has {rows} of this run."), run.Path);
                }
                else if (said < rows)
                {
                    Report(Severity.Warning, string.Create(CultureInfo.InvariantCulture, $"The log has {rows} rows of this run in {table.Table}, its report counts {said}: its last flush ended between two tables."), run.Path);
                }
            }

            foreach (var (id, rows) in table.RowsByRun.Where(r => !reported.ContainsKey(r.Key)).OrderBy(static r => r.Key, StringComparer.Ordinal))
            {
                AllReported = false;
                if (Runs.Unreported.Any(u => u.IsAlive && u.RunId == id))
                {
                    continue;
                }

                Report(Severity.Warning, string.Create(CultureInfo.InvariantCulture, $"{rows} rows of {table.Table} are of run {id}, which has left no report (it was killed, or failed unexpectedly); its rows are committed and stand."), Path.Combine(_directory, RunsFolder));
            }
        }
    }

    private void Report(Severity severity, string what, string where) => Add(new VerificationFinding(severity, string.Empty, what, where));
}
