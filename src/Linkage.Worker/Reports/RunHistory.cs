using System.Text.Json;
using Linkage.Delta;

namespace Linkage.Worker.Reports;

/// <summary>A report file as it was read.</summary>
/// <param name="Path">The file.</param>
/// <param name="Report">What it says.</param>
/// <param name="Json">The file's own JSON: also what this version of the program does not know.</param>
internal sealed record PastRun(string Path, RunReport Report, JsonElement Json);

/// <summary>A run that has left no report.</summary>
/// <param name="RunId">The run.</param>
/// <param name="IsAlive">It is running; else it was killed.</param>
internal sealed record UnreportedRun(string RunId, bool IsAlive);

/// <summary>A file that is no report.</summary>
/// <param name="Path">The file.</param>
/// <param name="Problem">Why, in one line.</param>
internal sealed record BrokenReport(string Path, string Problem);

/// <summary>The runs of an output folder, from <c>_runs/</c>: reports (newest first), runs without one, and files that cannot be read.</summary>
/// <param name="Runs">Reports, newest first.</param>
/// <param name="Unreported">Runs that are running, or were killed: the next run removes the traces of those.</param>
/// <param name="Broken">Files that are no reports.</param>
internal sealed record RunHistory(IReadOnlyList<PastRun> Runs, IReadOnlyList<UnreportedRun> Unreported, IReadOnlyList<BrokenReport> Broken)
{
    /// <summary>How ids of compactions begin.</summary>
    public const string CompactionPrefix = "compact-";

    private const string Folder = "_runs";

    /// <summary>Reads what is there; an output folder without runs has an empty history.</summary>
    /// <exception cref="OutputUnavailableException">A lease cannot be examined.</exception>
    public static RunHistory Read(string outputDirectory)
    {
        var folder = System.IO.Path.Combine(outputDirectory, Folder);
        var runs = new List<PastRun>();
        var broken = new List<BrokenReport>();
        if (!Directory.Exists(folder))
        {
            return new RunHistory(runs, [], broken);
        }

        // Leases before reports: a run writes its report before it gives its lease back, so that one that ends meanwhile is in one list at least.
        var leased = Directory.EnumerateFiles(folder, "*.lock")
            .Select(static p => System.IO.Path.GetFileNameWithoutExtension(p))
            // A compaction holds a lease like a run, and is none: it takes in no records and has nothing to report.
            .Where(static name => !name.StartsWith(CompactionPrefix, StringComparison.Ordinal) && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            .Select(run => new UnreportedRun(run, RunLease.IsAlive(outputDirectory, run)))
            .ToList();
        foreach (var path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            try
            {
                runs.Add(ReadFile(path));
            }
            catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
            {
                broken.Add(new BrokenReport(path, e.Message));
            }
        }

        var reported = runs.Select(static r => r.Report.RunId).ToHashSet(StringComparer.Ordinal);
        return new RunHistory(
            [.. runs.OrderByDescending(static r => r.Report.StartedAt).ThenByDescending(static r => r.Report.RunId, StringComparer.Ordinal)],
            [.. leased.Where(l => !reported.Contains(l.RunId)).OrderByDescending(static l => l.RunId, StringComparer.Ordinal)],
            broken);
    }

    private static PastRun ReadFile(string path)
    {
        var bytes = File.ReadAllBytes(path);
        using var document = JsonDocument.Parse(bytes);
        var report = RunReport.FromJson(document.RootElement.GetRawText()) ?? throw new JsonException("The file holds null.");
        return new PastRun(path, report, document.RootElement.Clone());
    }
}
