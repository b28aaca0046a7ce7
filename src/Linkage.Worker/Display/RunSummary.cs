using System.Globalization;
using Linkage.Worker.Ingestion;
using Linkage.Worker.Reports;
using Spectre.Console;

namespace Linkage.Worker.Display;

/// <summary>The run report as tables on the terminal.</summary>
internal static class RunSummary
{
    private const int MostPartitionsShown = 8;

    /// <summary>Prints how a run ended: its error on standard error, its report on standard output.</summary>
    public static void Print(RunPlan plan, RunResult result)
    {
        if (result.Report is { } report)
        {
            Print(report);
            Console.Out.WriteLine($"report  {RunReporting.PathOf(plan.OutputDirectory, report.RunId)}");
        }

        if (result.Error is { } error)
        {
            Console.Error.WriteLine($"linkage: {error}");
        }
    }

    private static void Print(RunReport report)
    {
        var console = Terminal.Output();
        Console.Out.WriteLine();
        Records(console, report);
        Tables(console, report);
        Patients(console, report);
        Rejects(console, report);
        Figures(console, report);
    }

    private static void Records(IAnsiConsole console, RunReport report)
    {
        var grid = console.Grid("records", "#in", "#written", "#kept outside", "#dropped", "#rejected");
        foreach (var (kind, r) in report.Records)
        {
            grid.AddTexts(kind, N(r.In), N(r.Out), N(r.Kept), N(r.Dropped), N(r.Rejected));
        }

        var all = report.Records.Values;
        grid.AddTexts("all", N(all.Sum(static r => r.In)), N(all.Sum(static r => r.Out)), N(all.Sum(static r => r.Kept)), N(all.Sum(static r => r.Dropped)), N(all.Sum(static r => r.Rejected)));
        console.WriteTable(grid);
    }

    private static void Tables(IAnsiConsole console, RunReport report)
    {
        var grid = console.Grid("table", "#rows", "#files", "#bytes");
        foreach (var (name, t) in report.Tables)
        {
            grid.AddTexts(name, N(t.Rows), N(t.Files), N(t.Bytes));
        }

        console.WriteTable(grid);
    }

    private static void Patients(IAnsiConsole console, RunReport report)
    {
        var grid = console.Grid("patients", "#count");
        foreach (var (outcome, count) in report.Patients.Outcomes)
        {
            grid.AddTexts(outcome, N(count));
        }

        foreach (var (tier, count) in report.Patients.LinksByTier)
        {
            grid.AddTexts("  linked by " + tier, N(count));
        }

        foreach (var (change, count) in report.Patients.LinkChanges?.AsEnumerable() ?? [])
        {
            grid.AddTexts("  " + change, N(count));
        }

        console.WriteTable(grid);
    }

    private static void Rejects(IAnsiConsole console, RunReport report)
    {
        if (report.Rejects.Count == 0)
        {
            return;
        }

        var grid = console.Grid("rejects", "#count");
        foreach (var (reason, count) in report.Rejects)
        {
            grid.AddTexts(reason, N(count));
        }

        console.WriteTable(grid);
    }

    private static void Figures(IAnsiConsole console, RunReport report)
    {
        var f = report.Figures;
        var grid = console.Grid("figures", string.Empty);
        grid.AddTexts("batches", N(report.Batches) + (report.BatchesRejected > 0 ? $" ({N(report.BatchesRejected)} rejected)" : string.Empty));
        grid.AddTexts("bytes read", N(report.Source.Bytes));
        grid.AddTexts("offsets", Offsets(report.Source.Partitions));
        grid.AddTexts("seconds", string.Create(CultureInfo.InvariantCulture, $"{f.Seconds:F2} ({f.IngestSeconds:F2} from first batch to last commit; {f.CpuSeconds:F2} of processor)"));
        grid.AddTexts("records a second", N((long)f.RecordsPerSecond));
        grid.AddTexts("peak memory", string.Create(CultureInfo.InvariantCulture, $"{f.PeakMemoryBytes / 1048576.0:F0} MiB"));
        grid.AddTexts("stages (s)", string.Join("  ", f.StageSeconds.Select(static s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Value:F2}"))));
        grid.AddTexts("kernels", string.Join("  ", report.KernelPaths?.Select(static k => $"{k.Key} {k.Value}") ?? []));
        console.WriteTable(grid);
    }

    // A topic may have hundreds of partitions; the report has each of them.
    private static string Offsets(IReadOnlyList<PartitionReport> partitions) => partitions.Count <= MostPartitionsShown
        ? string.Join("  ", partitions.Select(static p => string.Create(CultureInfo.InvariantCulture, $"{p.Partition}:{p.From}-{p.To}")))
        : string.Create(CultureInfo.InvariantCulture, $"{partitions.Sum(static p => (p.To ?? 0) - (p.From ?? 0)):N0} in {partitions.Count:N0} partitions");

    private static string N(long n) => n.ToString("N0", CultureInfo.InvariantCulture);
}
