using System.Text;
using System.Text.Json;
using Linkage.Parquet;

namespace Linkage.Delta.Tests;

/// <summary>Holds what is written against PROTOCOL.md of delta-io/delta, field by field.</summary>
public sealed class DeltaFormatTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Entries_have_every_field_the_protocol_requires_with_its_type()
    {
        var log = TableLog.OpenOrCreate(_folder["t"], Sample.Definition, TimeProvider.System);
        log.Commit(Sample.Commit("t/a/0", null, 10, Sample.File("year=a%20b/part-run-1-000001.parquet", "a b"), Sample.File("year=__HIVE_DEFAULT_PARTITION__/part-run-1-000002.parquet", "")));
        var first = Read(0);
        Assert.Equal(["commitInfo", "protocol", "metaData"], first.Select(a => a.EnumerateObject().Single().Name));
        Assert.Equal((1, 2), (first[1].GetProperty("protocol").GetProperty("minReaderVersion").GetInt32(), first[1].GetProperty("protocol").GetProperty("minWriterVersion").GetInt32()));
        var metaData = first[2].GetProperty("metaData");
        Assert.True(Guid.TryParseExact(metaData.GetProperty("id").GetString(), "D", out _));
        Assert.Equal("parquet", metaData.GetProperty("format").GetProperty("provider").GetString());
        Assert.Empty(metaData.GetProperty("format").GetProperty("options").EnumerateObject());
        Assert.Equal(["year"], metaData.GetProperty("partitionColumns").EnumerateArray().Select(c => c.GetString()));
        Assert.All(metaData.GetProperty("configuration").EnumerateObject(), c => Assert.Equal(JsonValueKind.String, c.Value.ValueKind));
        Assert.InRange(metaData.GetProperty("createdTime").GetInt64(), 1_600_000_000_000, 10_000_000_000_000);
        using var schema = JsonDocument.Parse(metaData.GetProperty("schemaString").GetString()!);
        Assert.Equal("struct", schema.RootElement.GetProperty("type").GetString());
        Assert.Equal(
            ["participant_id:string:False", "event_dt:date:True", "value:double:True", "count:integer:True", "offset:long:False", "seen:timestamp:True", "flag:boolean:True", "year:string:True"],
            schema.RootElement.GetProperty("fields").EnumerateArray().Select(f => $"{f.GetProperty("name").GetString()}:{f.GetProperty("type").GetString()}:{f.GetProperty("nullable").GetBoolean()}"));
        Assert.All(schema.RootElement.GetProperty("fields").EnumerateArray(), f => Assert.Equal(JsonValueKind.Object, f.GetProperty("metadata").ValueKind));

        var second = Read(1);
        Assert.Equal(["commitInfo", "txn", "add", "add"], second.Select(a => a.EnumerateObject().Single().Name));
        var info = second[0].GetProperty("commitInfo");
        Assert.Equal(("WRITE", "run-1"), (info.GetProperty("operation").GetString(), info.GetProperty("linkage").GetProperty("runId").GetString()));
        Assert.StartsWith("Linkage/", info.GetProperty("engineInfo").GetString(), StringComparison.Ordinal);
        Assert.All(info.GetProperty("operationMetrics").EnumerateObject(), m => Assert.Equal(JsonValueKind.String, m.Value.ValueKind));
        Assert.Equal("6", info.GetProperty("operationMetrics").GetProperty("numOutputRows").GetString());
        var time = Sample.Time.ToUnixTimeMilliseconds();
        Assert.Equal($$"""{"appId":"t/a/0","version":10,"lastUpdated":{{time}}}""", second[1].GetProperty("txn").GetRawText());
        var add = second[2].GetProperty("add");
        Assert.Equal("year=a%2520b/part-run-1-000001.parquet", add.GetProperty("path").GetString());
        Assert.Equal("""{"year":"a b"}""", add.GetProperty("partitionValues").GetRawText());
        Assert.Equal("""{"year":null}""", second[3].GetProperty("add").GetProperty("partitionValues").GetRawText());
        Assert.Equal((100L, time, true), (add.GetProperty("size").GetInt64(), add.GetProperty("modificationTime").GetInt64(), add.GetProperty("dataChange").GetBoolean()));
        Assert.Equal(
            """{"numRecords":3,"minValues":{"participant_id":"P1","event_dt":"1970-01-01","value":-1.5,"offset":1,"seen":"2023-11-14T22:13:20.123456Z"},"maxValues":{"participant_id":"P9","event_dt":"2024-10-04","value":2.25,"offset":9,"seen":"2023-11-14T22:13:20.999999Z"},"nullCount":{"participant_id":0,"event_dt":1,"value":0,"count":3,"offset":0,"seen":0,"flag":0}}""",
            add.GetProperty("stats").GetString());
    }

    [Fact]
    public void Lists_are_arrays_without_nulls()
    {
        ColumnSchema list = new(2, "ids", ColumnType.StringList, true, "Ids.");
        TableDefinition definition = new(new TableSchema("t", "", [new(1, "id", ColumnType.String, false, ""), list]), []);
        TableLog.OpenOrCreate(_folder["t"], definition, TimeProvider.System);
        using var schema = JsonDocument.Parse(Read(0)[2].GetProperty("metaData").GetProperty("schemaString").GetString()!);
        Assert.Equal("""{"type":"array","elementType":"string","containsNull":false}""", schema.RootElement.GetProperty("fields")[1].GetProperty("type").GetRawText());
        Assert.Equal(list, DeltaSchema.Parse(schema.RootElement.GetRawText(), "t")[1]);
        TableLog.OpenOrCreate(_folder["t"], definition, TimeProvider.System);
        // Lists whose elements may be null, or are no strings, are not ours.
        foreach (var other in (string[])["""{"type":"array","elementType":"string","containsNull":true}""", """{"type":"array","elementType":"long","containsNull":false}""", """{"type":"map"}"""])
            Assert.Throws<TableMismatchException>(() => DeltaSchema.Parse(schema.RootElement.GetRawText().Replace("""{"type":"array","elementType":"string","containsNull":false}""", other, StringComparison.Ordinal), "t"));
        var mismatch = Assert.Throws<TableMismatchException>(() => TableLog.OpenOrCreate(_folder["t"], definition with { Schema = definition.Schema with { Columns = [definition.Schema.Columns[0], list with { Type = ColumnType.String }] } }, TimeProvider.System));
        Assert.Contains("StringList", mismatch.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_are_one_action_a_line()
    {
        TableLog.OpenOrCreate(_folder["t"], Sample.Definition, TimeProvider.System);
        var text = File.ReadAllText(_folder["t/_delta_log/00000000000000000000.json"]);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        Assert.Equal(3, text.Count(c => c == '\n'));
    }

    [Fact]
    public void String_bounds_hold_for_every_value_between_them()
    {
        var random = new Random(20261121);
        // Characters of one to four bytes, the highest there is among them, so that cuts fall everywhere.
        string[] characters = ["a", "b", "é", "߿", "€", "\uffff", "😀", "\U0010FFFF"];
        for (var round = 0; round < 5000; round++)
        {
            var value = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(80)).Select(_ => characters[random.Next(random.Next(2) == 0 ? 8 : 2)])) + (random.Next(3) == 0 ? new string('x', 30) : ""));
            var (lower, upper) = (Encoding.UTF8.GetBytes(FileStatistics.LowerBound(value)!), Encoding.UTF8.GetBytes(FileStatistics.UpperBound(value)!));
            Assert.True(lower.AsSpan().SequenceCompareTo(value) <= 0, $"seed 20261121, round {round}");
            Assert.True(upper.AsSpan().SequenceCompareTo(value) >= 0, $"seed 20261121, round {round}");
            if (Encoding.UTF8.GetString(value).EnumerateRunes().Count() <= FileStatistics.PrefixLength)
                Assert.True(lower.SequenceEqual(value) && upper.SequenceEqual(value), $"seed 20261121, round {round}");
        }
        Assert.Equal(new string('x', 32), FileStatistics.LowerBound(Encoding.UTF8.GetBytes(new string('x', 33))));
        Assert.Equal(new string('x', 32) + "\U0010FFFF", FileStatistics.UpperBound(Encoding.UTF8.GetBytes(new string('x', 33))));
        Assert.Null(FileStatistics.LowerBound([0xC3, 0x28]));
        Assert.Null(FileStatistics.UpperBound([0xC3, 0x28]));
    }

    [Theory]
    [InlineData(0, "1970-01-01")]
    [InlineData(-25567, "1900-01-01")]
    [InlineData(24659, "2037-07-07")]
    [InlineData(-719162, "0001-01-01")]
    [InlineData(-719163, null)]
    [InlineData(2932896, "9999-12-31")]
    [InlineData(2932897, null)]
    [InlineData(int.MaxValue, null)]
    [InlineData(int.MinValue, null)]
    public void Dates_are_ISO_or_left_out(int days, string? text) => Assert.Equal(text, FileStatistics.DateText(days));

    [Theory]
    [InlineData(0, "1970-01-01T00:00:00.000000Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999999Z")]
    [InlineData(long.MaxValue, null)]
    [InlineData(long.MinValue, null)]
    public void Times_are_ISO_or_left_out(long micros, string? text) => Assert.Equal(text, FileStatistics.TimestampText(micros));

    [Fact]
    public void Bounds_that_JSON_cannot_carry_are_left_out()
    {
        var column = Sample.Columns[2];
        var summary = new ParquetFileSummary(1, 1, [new(column, 0, double.NegativeInfinity, double.PositiveInfinity)]);
        Assert.Equal("""{"numRecords":1,"minValues":{},"maxValues":{},"nullCount":{"value":0}}""", FileStatistics.Format(summary, Sample.Definition));
    }

    private List<JsonElement> Read(int version) =>
        [.. File.ReadLines(_folder[$"t/_delta_log/{version:D20}.json"]).Select(line => JsonDocument.Parse(line).RootElement)];
}
