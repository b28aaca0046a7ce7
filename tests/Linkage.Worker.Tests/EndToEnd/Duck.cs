using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>DuckDB, as an analyst has it: through tests/interop.</summary>
internal static class Duck
{
    private static readonly string Folder = FindFolder();

    /// <summary>Skips the test, saying so, where DuckDB is not installed.</summary>
    public static void Require() =>
        Skip.IfNot(Directory.Exists(Path.Combine(Folder, "node_modules")), "DuckDB is not installed: run 'npm ci' in tests/interop.");

    /// <summary>Rows of a query, each a JSON object.</summary>
    public static List<JsonObject> Rows(string sql)
    {
        using var node = new Child(new ProcessStartInfo("node", ["query.mjs", sql]) { WorkingDirectory = Folder });
        return [.. node.WaitForEnd().Expect(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];
    }

    /// <summary>Outcomes of queries, one after the other in one process: each {"rows":[…]} or {"error":"…"}.</summary>
    public static List<JsonObject> Outcomes(IEnumerable<string> queries)
    {
        using var node = new Child(new ProcessStartInfo("node", ["query.mjs", "--each", .. queries]) { WorkingDirectory = Folder });
        return [.. node.WaitForEnd().Expect(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];
    }

    /// <summary>A file's footer, indexes, bloom filters and pages as they lie in it (tests/interop/pages.mjs).</summary>
    public static JsonObject Layout(string file)
    {
        using var node = new Child(new ProcessStartInfo("node", ["pages.mjs", file]) { WorkingDirectory = Folder });
        return JsonNode.Parse(node.WaitForEnd().Expect(0).Output)!.AsObject();
    }

    /// <summary>Numbers of a query's only row; DuckDB's 64-bit ones come as text.</summary>
    public static long[] Numbers(string sql) => [.. Assert.Single(Rows(sql)).Select(pair => Number(pair.Value))];

    /// <summary>A number, whether it came as one or as text.</summary>
    public static long Number(JsonNode? node) => long.Parse(node!.ToString());

    /// <summary>A text as SQL.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string FindFolder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Linkage.sln")))
            {
                return Path.Combine(folder.FullName, "tests", "interop");
            }
        }

        throw new DirectoryNotFoundException("The tests do not run inside the checkout: no Linkage.sln above them.");
    }
}
