using System.Globalization;
using Linkage.Worker.Display;
using Spectre.Console;

namespace Linkage.Worker.Benchmarking;

/// <summary>A benchmark's figures on the terminal.</summary>
internal static class BenchTables
{
    /// <summary>Prints them: each source by stage, then the sources side by side.</summary>
    public static void Print(BenchReport report, IAnsiConsole console)
    {
        foreach (var (source, figures) in report.Sources)
        {
            var grid = console.Grid("from " + source, "#processor s", "#least", "#most", "#share", "#million records/s a core");
            foreach (var (stage, f) in figures.Stages)
            {
                grid.AddTexts(stage, Seconds(f.CpuSeconds.Median), Seconds(f.CpuSeconds.Least), Seconds(f.CpuSeconds.Most), string.Create(CultureInfo.InvariantCulture, $"{f.Share * 100:F1}%"), Millions(f.RecordsPerSecondACore));
            }

            console.WriteTable(grid);
        }

        var all = console.Grid("source", "#million records/s", "#least", "#most", "#a core", "#wall s", "#processor s", "#bytes allocated a record");
        foreach (var (source, f) in report.Sources)
        {
            all.AddTexts(
                source,
                Millions(f.RecordsPerSecond.Median),
                Millions(f.RecordsPerSecond.Least),
                Millions(f.RecordsPerSecond.Most),
                Millions(f.RecordsPerSecondACore.Median),
                Seconds(f.Seconds.Median),
                Seconds(f.CpuSeconds.Median),
                f.AllocatedBytesARecord.Median.ToString("F1", CultureInfo.InvariantCulture));
        }

        console.WriteTable(all);
    }

    private static string Seconds(double seconds) => seconds.ToString("F3", CultureInfo.InvariantCulture);

    private static string Millions(double perSecond) => (perSecond / 1e6).ToString("F3", CultureInfo.InvariantCulture);
}
