using System.Text;
using System.Text.Json;
using Linkage.Batches;

namespace Linkage.Tests.Batches;

public sealed class BatchSchemaTests
{
    private readonly JsonElement _schema = JsonDocument.Parse(BatchSchema.Text).RootElement;

    [Fact]
    public void Fingerprint_is_that_of_the_schema_file() =>
        Assert.Equal(BatchSchema.Fingerprint, AvroFingerprint.Of(BatchSchema.Text));

    [Fact]
    public void Embedded_schema_is_the_file_in_the_repository() =>
        Assert.Equal(File.ReadAllBytes(InRepository("schemas", "gp-record-batch.avsc")), BatchSchema.Text.ToArray());

    [Fact]
    public void The_page_about_the_schema_shows_what_is_true()
    {
        var page = File.ReadAllText(InRepository("docs", "batch-schema.md"));
        Assert.Contains($"0x{BatchSchema.Fingerprint:x16}", page, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexString(BitConverter.GetBytes(BatchSchema.Fingerprint)), page.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);

        var example = page.Split("```json")[1].Split("```")[0];
        using var raw = Decoding.Raw(Encoding.UTF8.GetBytes(example), BatchFormat.Json);
        Assert.True(new BatchDecoder(new BatchLimits()).Decode(raw, out var batch).Ok);
        Assert.Equal(new ClinicalRecord(0, 14672, ClinicalRecord.NoDate, 0, 71.5, 0, true, false, 0, false), batch.Clinical[0]);

        // Every reason of a batch, by the name that users see.
        var reasons = Enum.GetNames<RejectReason>().TakeWhile(n => !string.Equals(n, nameof(RejectReason.Deleted), StringComparison.Ordinal)).Skip(1);
        Assert.All(reasons, reason => Assert.Contains($"| {JsonNamingPolicy.KebabCaseLower.ConvertName(reason).Replace("utf-8", "utf8", StringComparison.Ordinal)} |", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_record_type_has_the_fields_the_code_reads_in_their_order()
    {
        var records = Objects(_schema).Where(o => IsType(o, "record")).ToList();
        Assert.Equal(["GpRecordBatch", "Patient", "Code", "Clinical", "Script", "Registration"], records.Select(Name));
        Assert.All(records, record => Assert.Equal(
            record.GetProperty("fields").EnumerateArray().Select(Name), BatchSchema.FieldsOf(Name(record)), StringComparer.Ordinal));
        Assert.Throws<ArgumentOutOfRangeException>(() => BatchSchema.FieldsOf("Nothing"));
    }

    [Fact]
    public void Code_systems_are_the_symbols_of_the_schema()
    {
        var symbols = Assert.Single(Objects(_schema), o => IsType(o, "enum")).GetProperty("symbols").EnumerateArray().Select(s => s.GetString()!).ToList();
        Assert.Equal(symbols, BatchSchema.CodeSystemSymbols);
        Assert.Equal(
            Enum.GetNames<CodeSystem>().Select(n => n.ToUpperInvariant()),
            symbols.Select(s => s.Replace("_", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_type_and_field_says_what_it_is()
    {
        var documented = Objects(_schema).Where(o => o.TryGetProperty("name", out _)).ToList();
        Assert.Equal(12 + 8 + 2 + 8 + 6 + 4 + 6 + 1, documented.Count);
        Assert.All(documented, o => Assert.True(o.TryGetProperty("doc", out var doc) && doc.GetString()!.EndsWith('.'), Name(o)));
    }

    [Fact]
    public void Every_field_that_may_be_missing_has_a_default()
    {
        var without = Objects(_schema).Where(o => IsType(o, "record")).SelectMany(r => r.GetProperty("fields").EnumerateArray())
            .Where(f => !f.TryGetProperty("default", out _)).Select(Name);
        Assert.Equal(["batch_id", "practice", "code_system", "code"], without);
    }

    // From share/test/data/schema-tests.txt of the Avro project, and the namespace rules of its specification.
    [Theory]
    [InlineData("\"null\"", "\"null\"", 7195948357588979594)]
    [InlineData("{\"type\":\"int\"}", "\"int\"", 8247732601305521295)]
    [InlineData("\"string\"", "\"string\"", -8142146995180207161)]
    [InlineData("[  ]", "[]", -1241056759729112623)]
    [InlineData("[ \"int\" , {\"type\":\"boolean\"} ]", "[\"int\",\"boolean\"]", 5392556393470105090)]
    [InlineData("{\"fields\":[], \"type\":\"record\", \"name\":\"foo\", \"namespace\":\"x.y\"}", "{\"name\":\"x.y.foo\",\"type\":\"record\",\"fields\":[]}", 5916914534497305771)]
    [InlineData("{\"fields\":[], \"type\":\"record\", \"name\":\"a.b.foo\", \"namespace\":\"x.y\"}", "{\"name\":\"a.b.foo\",\"type\":\"record\",\"fields\":[]}", -4616218487480524110)]
    [InlineData("{\"fields\":[], \"type\":\"record\", \"name\":\"foo\", \"doc\":\"foo\", \"aliases\":[\"foo\",\"bar\"]}", "{\"name\":\"foo\",\"type\":\"record\",\"fields\":[]}", -4824392279771201922)]
    [InlineData("{ \"fields\":[{\"type\":\"boolean\", \"aliases\":[], \"name\":\"f1\", \"default\":true}, {\"order\":\"descending\",\"name\":\"f2\",\"doc\":\"Hello\",\"type\":\"int\"}], \"type\":\"record\", \"name\":\"foo\" }", "{\"name\":\"foo\",\"type\":\"record\",\"fields\":[{\"name\":\"f1\",\"type\":\"boolean\"},{\"name\":\"f2\",\"type\":\"int\"}]}", -4860222112080293046)]
    [InlineData("{\"namespace\":\"x.y.z\", \"type\":\"enum\", \"name\":\"foo\", \"doc\":\"foo bar\", \"symbols\":[\"A1\", \"A2\"]}", "{\"name\":\"x.y.z.foo\",\"type\":\"enum\",\"symbols\":[\"A1\",\"A2\"]}", -4448647247586288245)]
    [InlineData("{\"namespace\":\"x.y.z\", \"type\":\"fixed\", \"name\":\"foo\", \"doc\":\"foo bar\", \"size\":32}", "{\"name\":\"x.y.z.foo\",\"type\":\"fixed\",\"size\":32}", -3064184465700546786)]
    [InlineData("{ \"items\":{\"type\":\"null\"}, \"type\":\"array\"}", "{\"type\":\"array\",\"items\":\"null\"}", -589620603366471059)]
    [InlineData("{ \"values\":\"string\", \"type\":\"map\"}", "{\"type\":\"map\",\"values\":\"string\"}", -8732877298790414990)]
    [InlineData("{\"name\":\"PigValue\",\"type\":\"record\", \"fields\":[{\"name\":\"value\", \"type\":[\"null\", \"int\", \"long\", \"PigValue\"]}]}", "{\"name\":\"PigValue\",\"type\":\"record\",\"fields\":[{\"name\":\"value\",\"type\":[\"null\",\"int\",\"long\",\"PigValue\"]}]}", -1759257747318642341)]
    public void Canonical_form_and_fingerprint_are_the_specifications(string schema, string canonical, long fingerprint)
    {
        Assert.Equal(canonical, AvroFingerprint.CanonicalForm(Encoding.UTF8.GetBytes(schema)));
        Assert.Equal(fingerprint, unchecked((long)AvroFingerprint.Of(Encoding.UTF8.GetBytes(schema))));
    }

    [Fact]
    public void Names_inside_a_type_take_its_namespace()
    {
        const string Nested = """{"type":"record","name":"a.R","fields":[{"name":"f","type":{"type":"enum","name":"E","symbols":[]}},{"name":"g","type":"E"},{"name":"h","type":{"type":"E"}}]}""";
        Assert.Equal(
            """{"name":"a.R","type":"record","fields":[{"name":"f","type":{"name":"a.E","type":"enum","symbols":[]}},{"name":"g","type":"a.E"},{"name":"h","type":"a.E"}]}""",
            AvroFingerprint.CanonicalForm(Encoding.UTF8.GetBytes(Nested)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("{\"type\":7}")]
    [InlineData("{\"type\":\"record\",\"name\":\"r\",\"fields\":7}")]
    [InlineData("{\"type\":\"record\",\"name\":7,\"fields\":[]}")]
    [InlineData("{\"type\":\"record\",\"name\":\"r\",\"fields\":[7]}")]
    [InlineData("{\"type\":\"array\"}")]
    public void What_is_no_schema_is_said_so(string schema) =>
        Assert.Throws<InvalidDataException>(() => AvroFingerprint.Of(Encoding.UTF8.GetBytes(schema)));

    private static string InRepository(params string[] path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Linkage.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine([folder?.FullName ?? throw new DirectoryNotFoundException("The tests run inside a checkout."), .. path]);
    }

    private static string Name(JsonElement element) => element.GetProperty("name").GetString()!;

    private static bool IsType(JsonElement element, string type) =>
        element.TryGetProperty("type", out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(type);

    /// <summary>Every object of the schema, outer before inner, in file order.</summary>
    private static IEnumerable<JsonElement> Objects(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Objects(p.Value)).Prepend(element),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Objects),
        _ => [],
    };
}
