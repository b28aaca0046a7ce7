using System.Text.RegularExpressions;

namespace Linkage.Benchmarks.Figures;

/// <summary>The tables of a file of bench/results, as they were written: a row by its stable name, a cell by its column.</summary>
internal sealed partial class ResultsFile
{
    private readonly Dictionary<string, Dictionary<string, (string Heading, string Text)>> _rows = new(StringComparer.Ordinal);

    private ResultsFile(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Names of the rows.</summary>
    public IReadOnlyCollection<string> Rows => _rows.Keys;

    /// <summary>Reads a file.</summary>
    public static ResultsFile Read(string path)
    {
        var file = new ResultsFile(path);
        string[] headings = [];
        foreach (var line in File.ReadLines(path))
        {
            var cells = Cells(line);
            if (cells.Length == 0)
                headings = [];
            else if (cells[0] == "benchmark")
                headings = cells;
            else if (headings.Length > 0 && !cells[0].StartsWith("---", StringComparison.Ordinal))
                file._rows[cells[0]] = headings.Zip(cells).Skip(1).ToDictionary(static c => Column(c.First), static c => c, StringComparer.Ordinal);
        }

        return file;
    }

    /// <summary>Columns of a row, whatever its unit.</summary>
    public IReadOnlyCollection<string> Columns(string row) => _rows[row].Keys;

    /// <summary>A cell with its heading; null when there is no such row or column.</summary>
    public (string Heading, string Text)? Cell(string row, string column) => _rows.TryGetValue(row, out var cells) && cells.TryGetValue(column, out var cell) ? cell : null;

    /// <summary>The cells of a line of a Markdown table; none when it is no such line.</summary>
    public static string[] Cells(string line)
    {
        var trimmed = line.Trim();
        return trimmed.Length > 1 && trimmed[0] == '|' && trimmed[^1] == '|' ? trimmed[1..^1].Split('|', StringSplitOptions.TrimEntries) : [];
    }

    // ns/token and million tokens/s are the columns "ns" and "million/s".
    private static string Column(string heading) => Millions().IsMatch(heading) ? "million/s" : PerUnit().Replace(heading, "${column}");

    [GeneratedRegex("^million [^/]+/s$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Millions();

    [GeneratedRegex("^(?<column>(least |most )?ns|B)/.+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PerUnit();
}
