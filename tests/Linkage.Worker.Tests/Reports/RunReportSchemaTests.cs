using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Linkage.Worker.Reports;

namespace Linkage.Worker.Tests.Reports;

[Collection(SmallRunTests.Name)]
public sealed class RunReportSchemaTests(SmallRun run)
{
    private static readonly JsonElement Schema = JsonDocument.Parse(Repository.Text("schemas", "run-report.schema.json")).RootElement;

    [Fact]
    public void A_report_is_as_the_schema_says()
    {
        Assert.Empty(SchemaWalker.Problems(Parse(run.Report.ToJson()), Schema));
        var failed = run.Report with { Error = "Something.", Outcome = "failed", ExitCode = 4, Mode = "continuous" };
        Assert.Empty(SchemaWalker.Problems(Parse(failed.ToJson()), Schema));
        Assert.Equal(run.Report.ToJson(), File.ReadAllText(Path.Combine(run.Output, "_runs", run.Report.RunId + ".json")).TrimEnd('\n'));
    }

    // The walker must be able to fail, and the schema to be strict: without any one field, or with one more, a report is none.
    [Fact]
    public void Any_other_report_is_not()
    {
        var optional = new HashSet<string>(StringComparer.Ordinal) { "$.error", "$.source.partitions[0].from", "$.source.partitions[0].to", "$.source.partitions[0].end", "$.patients.link_changes", "$.kernel_paths" };
        var whole = JsonNode.Parse(run.Report.ToJson())!.AsObject();
        var places = 0;
        foreach (var path in Paths(whole, "$").Where(p => p.Item2 && !optional.Contains(p.Item1) && !p.Item1.EndsWith(".columns", StringComparison.Ordinal)).Select(static p => p.Item1).ToList())
        {
            var damaged = JsonNode.Parse(run.Report.ToJson())!;
            var (parent, name) = Locate(damaged, path);
            parent.Remove(name);
            Assert.NotEmpty(SchemaWalker.Problems(Parse(damaged.ToJsonString()), Schema));
            parent[name] = JsonNode.Parse("{\"x\":[null]}");
            Assert.NotEmpty(SchemaWalker.Problems(Parse(damaged.ToJsonString()), Schema));
            places++;
        }

        Assert.True(places > 40, $"only {places} places");
        whole["surname"] = "x";
        Assert.Equal(["$.surname: is not in the schema"], SchemaWalker.Problems(Parse(whole.ToJsonString()), Schema));
    }

    [Fact]
    public void The_schema_has_the_fields_of_the_code_and_describes_each()
    {
        var properties = SchemaWalker.Properties(Schema).ToList();
        Assert.Equal(Fields(ReportJson.Default.RunReport, "").Order(StringComparer.Ordinal), properties.Select(static p => p.Path).Order(StringComparer.Ordinal));
        Assert.All(properties, static p => Assert.True(p.Schema.GetProperty("description").GetString()!.Length > 10, p.Path));
    }

    [Fact]
    public void Every_stage_is_timed_and_in_the_schema_and_the_document()
    {
        Assert.Equal(["decode", "hash", "link", "rows", "encode", "commit", "commit_wait", "lane_idle"], run.Report.Figures.StageSeconds.Keys);
        var schema = SchemaWalker.Properties(Schema).Single(static p => p.Path == "figures.stage_seconds").Schema.GetProperty("description").GetString()!;
        var document = Repository.Text("docs", "run-report.md").Split('\n').Single(static l => l.StartsWith("| `figures`", StringComparison.Ordinal));
        Assert.All(run.Report.Figures.StageSeconds.Keys, stage => Assert.All((string[])[schema, document], text => Assert.Matches($@"\b{stage}\b", text)));
    }

    [Fact]
    public void The_document_names_every_field()
    {
        var text = Repository.Text("docs", "run-report.md");
        Assert.All(SchemaWalker.Properties(Schema), p => Assert.Contains($"`{p.Path.Split('.')[^1]}`", text, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Fields(JsonTypeInfo type, string at)
    {
        if (type.ElementType is { } element)
        {
            return Fields(ReportJson.Default.GetTypeInfo(element)!, at + "*.");
        }

        return type.Properties.SelectMany(p => Fields(ReportJson.Default.GetTypeInfo(p.PropertyType)!, at + p.Name + ".").Prepend(at + p.Name));
    }

    // A field the schema requires, or an entry of a map, which may be absent.
    private static IEnumerable<(string, bool)> Paths(JsonNode? node, string at) => node switch
    {
        JsonObject o => o.SelectMany(p => Paths(p.Value, $"{at}.{p.Key}").Prepend(($"{at}.{p.Key}", !IsMap(at)))),
        JsonArray { Count: > 0 } a => Paths(a[0], at + "[0]"),
        _ => [],
    };

    private static bool IsMap(string at) =>
        at is "$.records" or "$.tables" or "$.rejects" or "$.figures.stage_seconds" or "$.kernel_paths"
        || at.EndsWith("_by", StringComparison.Ordinal)
        || at.EndsWith(".columns", StringComparison.Ordinal)
        || (at.StartsWith("$.patients.", StringComparison.Ordinal));

    private static (JsonObject Parent, string Name) Locate(JsonNode root, string path)
    {
        var parts = path[2..].Replace("[0]", ".0", StringComparison.Ordinal).Split('.');
        var node = root;
        foreach (var part in parts[..^1])
        {
            node = node is JsonArray array ? array[int.Parse(part)]! : node[part]!;
        }

        return (node.AsObject(), parts[^1]);
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
