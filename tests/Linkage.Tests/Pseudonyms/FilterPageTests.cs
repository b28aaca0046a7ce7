using System.Globalization;
using Linkage.Pseudonyms;

namespace Linkage.Tests.Pseudonyms;

/// <summary>docs/filters.md says what the code does.</summary>
public sealed class FilterPageTests
{
    [Fact]
    public void The_page_has_the_segments()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Linkage.sln")))
            folder = folder.Parent;
        var root = folder?.FullName ?? throw new DirectoryNotFoundException("The tests run inside a checkout.");
        var rows = File.ReadLines(Path.Combine(root, "docs", "filters.md"))
            .Where(static line => line.StartsWith('|'))
            .Select(static line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .Where(static cells => cells.Length == 4 && int.TryParse(cells[1], CultureInfo.InvariantCulture, out _))
            .Select(static cells => $"{cells[0]} {cells[1]} {cells[2]}");
        string[] names = ["surname", "forename", "date of birth", "sex", "postcode"];
        Assert.Equal(names.Select(static (name, i) => $"{name} {FieldFilter.Segments[i].Bits} {FieldFilter.Segments[i].Hashes}"), rows);
    }
}
