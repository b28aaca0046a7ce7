namespace Linkage.Tests.Matching;

/// <summary>The tables of docs/person-id-handbook.md.</summary>
internal static class HandbookPage
{
    /// <summary>Cells of all rows whose first cell is one of <paramref name="kinds"/>, in order.</summary>
    public static List<string[]> Rows(params string[] kinds)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Linkage.sln")))
            folder = folder.Parent;
        var root = folder?.FullName ?? throw new DirectoryNotFoundException("The tests run inside a checkout.");
        return File.ReadLines(Path.Combine(root, "docs", "person-id-handbook.md"))
            .Where(static line => line.StartsWith('|'))
            .Select(static line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => kinds.Contains(cells[0], StringComparer.Ordinal))
            .ToList();
    }
}
