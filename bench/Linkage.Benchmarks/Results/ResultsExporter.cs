using System.Globalization;
using System.Text;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;

namespace Linkage.Benchmarks.Results;

/// <summary>
/// The file of a class for bench/results: what the figures depend on, then a table of the class's cases, one for each unit. Its first column has the cases' stable names; tables elsewhere are
/// made from it (<see cref="Figures.FigureTable"/>). A class of which a case failed has no file.
/// </summary>
internal sealed class ResultsExporter : IExporter
{
    /// <inheritdoc/>
    public string Name => "linkage";

    /// <summary>The file's text; null when a case failed.</summary>
    public static string? Text(Summary summary, IEnumerable<(string What, string Value)> surroundings)
    {
        var figures = summary.BenchmarksCases.Select(b => BenchmarkFigures.Of(summary, b)).ToList();
        if (figures.Count == 0 || figures.Contains(null))
            return null;
        var job = summary.BenchmarksCases[0].Job;
        var iterations = summary.Reports.Min(static r => r.ResultStatistics!.N);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {summary.BenchmarksCases[0].Descriptor.Type.Name}\n\n");
        text.Append(Surroundings.Table([.. surroundings, ("job", string.Create(CultureInfo.InvariantCulture, $"{job.ResolvedId}: median of {iterations} iterations"))]));
        foreach (var unit in figures.OfType<BenchmarkFigures>().GroupBy(static f => f.Unit.Name, StringComparer.Ordinal))
            text.Append('\n').Append(Table([.. unit]));
        return text.ToString();
    }

    /// <summary>The table of cases of one unit; columns without any value are left out.</summary>
    public static string Table(IReadOnlyList<BenchmarkFigures> figures)
    {
        var columns = FigureColumn.All.Where(c => figures.Any(f => c.Text(f).Length > 0)).ToList();
        var text = new StringBuilder();
        text.Append("| benchmark |").AppendJoin("", columns.Select(c => $" {c.Heading(figures[0].Unit)} |"));
        text.Append("\n|---|").AppendJoin("", columns.Select(static _ => "---:|")).Append('\n');
        foreach (var row in figures)
            text.Append(CultureInfo.InvariantCulture, $"| {row.Name} |").AppendJoin("", columns.Select(c => $" {c.Text(row)} |")).Append('\n');
        return text.ToString();
    }

    /// <inheritdoc/>
    public void ExportToLog(Summary summary, ILogger logger) => logger.WriteLine(Text(summary, Surroundings.Read()) ?? "A case failed.");

    /// <inheritdoc/>
    public IEnumerable<string> ExportToFiles(Summary summary, ILogger consoleLogger)
    {
        if (Text(summary, Surroundings.Read()) is not { } text)
            return [];
        var path = Path.Combine(summary.ResultsDirectoryPath, summary.BenchmarksCases[0].Descriptor.Type.Name + ".md");
        Directory.CreateDirectory(summary.ResultsDirectoryPath);
        File.WriteAllText(path, text);
        return [path];
    }
}
