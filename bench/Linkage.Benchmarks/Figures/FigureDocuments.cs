using System.Globalization;

namespace Linkage.Benchmarks.Figures;

/// <summary>The documents whose tables must say what bench/results says: README.md and docs/*.md.</summary>
internal static class FigureDocuments
{
    /// <summary>Where tables differ from the results, one line each: document, line, what is there, what the results say.</summary>
    /// <exception cref="InvalidDataException">A table names what is not there.</exception>
    public static IReadOnlyList<string> Differences(string root)
    {
        var differences = new List<string>();
        foreach (var document in All(root))
        {
            var lines = File.ReadAllLines(Path.Combine(root, document));
            foreach (var table in FigureTable.Find(document, lines))
            {
                var expected = table.Render(root, document);
                for (var i = 0; i < Math.Max(expected.Count, table.End - table.First); i++)
                {
                    var there = table.First + i < table.End ? lines[table.First + i] : null;
                    var should = i < expected.Count ? expected[i] : null;
                    if (there != should)
                        differences.Add(string.Create(CultureInfo.InvariantCulture, $"{document}:{table.First + i + 1}: is \"{there}\", by {table.Folder} it is \"{should}\"; `eng/bench.sh --tables` writes it"));
                }
            }
        }

        return differences;
    }

    /// <summary>Writes every table anew.</summary>
    /// <returns>The documents that were changed.</returns>
    /// <exception cref="InvalidDataException">A table names what is not there; the documents before it are written.</exception>
    public static IReadOnlyList<string> Write(string root)
    {
        var changed = new List<string>();
        foreach (var document in All(root))
        {
            var path = Path.Combine(root, document);
            var before = File.ReadAllText(path);
            List<string> lines = [.. before.Split('\n')];
            foreach (var table in FigureTable.Find(document, lines).Reverse())
            {
                lines.RemoveRange(table.First, table.End - table.First);
                lines.InsertRange(table.First, table.Render(root, document));
            }

            var after = string.Join('\n', lines);
            if (after == before)
                continue;
            File.WriteAllText(path, after);
            changed.Add(document);
        }

        return changed;
    }

    private static IEnumerable<string> All(string root) =>
        Directory.GetFiles(Path.Combine(root, "docs"), "*.md").Select(p => Path.GetRelativePath(root, p)).Order(StringComparer.Ordinal).Prepend("README.md");
}
