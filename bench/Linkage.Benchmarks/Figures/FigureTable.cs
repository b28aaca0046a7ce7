using System.Globalization;

namespace Linkage.Benchmarks.Figures;

/// <summary>
/// A table in a document whose figures come from bench/results: a comment that names the folder, the columns and the rows, the table made from it, and a comment that ends it. See docs/benchmarks.md.
/// </summary>
/// <param name="Line">Line of the first comment, from 0.</param>
/// <param name="First">First line of the table, from 0.</param>
/// <param name="End">Line of the comment that ends it, from 0.</param>
/// <param name="Folder">Folder of the results, below the checkout.</param>
/// <param name="Columns">Names of columns.</param>
/// <param name="Rows">File (without .md), name of its row, and what the row is called here.</param>
internal sealed record FigureTable(int Line, int First, int End, string Folder, IReadOnlyList<string> Columns, IReadOnlyList<(string File, string Row, string Label)> Rows)
{
    private const string Begins = "<!-- bench/results/";
    private const string Ends = "<!-- /bench/results -->";
    private const string Fence = "```";

    /// <summary>The tables of a document.</summary>
    /// <exception cref="InvalidDataException">A comment is not as it must be; says which line and what is expected.</exception>
    public static IReadOnlyList<FigureTable> Find(string document, IReadOnlyList<string> lines)
    {
        var tables = new List<FigureTable>();
        var isExample = false;
        for (var i = 0; i < lines.Count; i++)
        {
            isExample ^= lines[i].TrimStart().StartsWith(Fence, StringComparison.Ordinal);
            if (!isExample && lines[i].StartsWith(Begins, StringComparison.Ordinal))
            {
                tables.Add(Read(document, lines, i));
                i = tables[^1].End;
            }
            else if (!isExample && lines[i] == Ends)
            {
                throw Wrong(document, i, $"ends a table that no \"{Begins}CPU\" began");
            }
        }

        return tables;
    }

    /// <summary>The lines of the table by the results.</summary>
    /// <exception cref="InvalidDataException">A file, row or column is not there; says which there are.</exception>
    public IReadOnlyList<string> Render(string root, string document)
    {
        var files = new Dictionary<string, ResultsFile>(StringComparer.Ordinal);
        var cells = new List<(string Heading, string Text)[]>();
        foreach (var (name, row, _) in Rows)
        {
            if (!files.TryGetValue(name, out var file))
            {
                var path = Path.Combine(root, Folder, name + ".md");
                files[name] = file = File.Exists(path) ? ResultsFile.Read(path) : throw Wrong(document, Line, $"{Folder}/{name}.md is not there; eng/bench.sh {name} writes it");
            }

            if (!file.Rows.Contains(row, StringComparer.Ordinal))
                throw Wrong(document, Line, $"{Folder}/{name}.md has no row \"{row}\"; it has: {string.Join("; ", file.Rows)}");
            cells.Add([.. Columns.Select(c => file.Cell(row, c) ?? throw Wrong(document, Line, $"\"{row}\" of {Folder}/{name}.md has no column \"{c}\"; it has: {string.Join(", ", file.Columns(row))}"))]);
        }

        // The unit stands in the heading where all rows have the same.
        var headings = Columns.Select((c, i) => cells.TrueForAll(r => r[i].Heading == cells[0][i].Heading) ? cells[0][i].Heading : c);
        return
        [
            $"| | {string.Join(" | ", headings)} |",
            $"|---|{string.Concat(Columns.Select(static _ => "---:|"))}",
            .. Rows.Select((r, i) => $"| {r.Label} | {string.Join(" | ", cells[i].Select(static c => c.Text))} |"),
        ];
    }

    private static FigureTable Read(string document, IReadOnlyList<string> lines, int at)
    {
        var folder = lines[at]["<!-- ".Length..].Trim();
        string[] columns = [];
        var rows = new List<(string, string, string)>();
        var i = at + 1;
        for (; i < lines.Count && lines[i] != "-->"; i++)
        {
            if (lines[i].StartsWith("columns: ", StringComparison.Ordinal))
            {
                columns = lines[i]["columns: ".Length..].Split(',', StringSplitOptions.TrimEntries);
                continue;
            }

            var (slash, equals) = (lines[i].IndexOf('/', StringComparison.Ordinal), lines[i].IndexOf(" = ", StringComparison.Ordinal));
            if (slash < 1 || equals < slash)
                throw Wrong(document, i, "is neither \"columns: …\" nor \"File/row = what it is called here\" nor \"-->\"");
            rows.Add((lines[i][..slash], lines[i][(slash + 1)..equals], lines[i][(equals + 3)..]));
        }

        var first = i + 1;
        var end = first;
        while (end < lines.Count && lines[end] != Ends)
            end++;
        if (end >= lines.Count)
            throw Wrong(document, at, $"has no \"{Ends}\" after it");
        if (columns.Length == 0 || rows.Count == 0)
            throw Wrong(document, at, "names no columns, or no rows");
        return new FigureTable(at, first, end, folder, columns, rows);
    }

    private static InvalidDataException Wrong(string document, int line, string what) => new(string.Create(CultureInfo.InvariantCulture, $"{document}:{line + 1}: {what}"));
}
