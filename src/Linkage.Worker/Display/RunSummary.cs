using System.Globalization;
using Linkage.Worker.Ingestion;
using Linkage.Worker.Reports;
using Spectre.Console;

namespace Linkage.Worker.Display;

/// <summary>The run report as tables on the terminal.</summary>
internal static class RunSummary
{
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
        var console = AnsiConsole.Console;
        console.WriteLine();
        var records = Grid("records", "in", "written", "kept outside", "dropped", "rejected");
        foreach (var (kind, r) in report.Records)
        {
            records.AddRow(kind, N(r.In), N(r.Out), N(r.Kept), N(r.Dropped), N(r.Rejected));
        }

        records.AddRow("all", N(report.Records.Values.Sum(static r => r.In)), N(report.Records.Values.Sum(static r => r.Out)), N(report.Records.Values.Sum(static r => r.Kept)), N(report.Records.Values.Sum(static r => r.Dropped)), N(report.Records.Values.Sum(static r => r.Rejected)));
        console.Write(records);

        var tables = Grid("table", "rows", "files", "bytes");
        foreach (var (name, t) in report.Tables)
        {
            tables.AddRow(name, N(t.Rows), N(t.Files), N(t.Bytes));
        }

        console.Write(tables);

        var patients = Grid("patients", "count");
        foreach (var (outcome, count) in report.Patients.Outcomes)
        {
            patients.AddRow(outcome, N(count));
        }

        foreach (var (tier, count) in report.Patients.LinksByTier)
        {
            patients.AddRow("  linked by " + tier, N(count));
        }

        console.Write(patients);
        if (report.Rejects.Count > 0)
        {
            var rejects = Grid("rejects", "count");
            foreach (var (reason, count) in report.Rejects)
            {
                rejects.AddRow(reason, N(count));
            }

            console.Write(rejects);
        }

        var f = report.Figures;
        var figures = Grid("figures", string.Empty);
        figures.AddRow("batches", N(report.Batches) + (report.BatchesRejected > 0 ? $" ({N(report.BatchesRejected)} rejected)" : string.Empty));
        figures.AddRow("bytes read", N(report.Source.Bytes));
        figures.AddRow("offsets", string.Join("  ", report.Source.Partitions.Select(static p => string.Create(CultureInfo.InvariantCulture, $"{p.Partition}:{p.From}-{p.To}"))));
        figures.AddRow("seconds", string.Create(CultureInfo.InvariantCulture, $"{f.Seconds:F2} ({f.IngestSeconds:F2} from first batch to last commit; {f.CpuSeconds:F2} of processor)"));
        figures.AddRow("records a second", N((long)f.RecordsPerSecond));
        figures.AddRow("peak memory", string.Create(CultureInfo.InvariantCulture, $"{f.PeakMemoryBytes / 1048576.0:F0} MiB"));
        figures.AddRow("stages (s)", string.Join("  ", f.StageSeconds.Select(static s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Value:F2}"))));
        console.Write(figures);
    }

    private static Table Grid(params string[] headers)
    {
        var table = new Table().Border(TableBorder.Simple);
        for (var i = 0; i < headers.Length; i++)
        {
            var column = new TableColumn(new Text(headers[i], new Style(decoration: Decoration.Bold)));
            table.AddColumn(i > 0 && headers[i].Length > 0 ? column.RightAligned() : column);
        }

        return table;
    }

    private static string N(long n) => n.ToString("N0", CultureInfo.InvariantCulture);
}
