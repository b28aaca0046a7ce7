using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Linkage.Batches;
using Linkage.Testing;

namespace Linkage.Tests.Batches;

[Collection(nameof(AllocationsCounted))]
public sealed class JsonDecodingTests
{
    private const string Whole = """
        {
          "registrations": [{"deduct_date": {"int": 20000}, "reg_date": "1970-01-02", "patient": 0}, {}],
          "scripts": [{"quantity": 1, "drug_name": 0, "code": 1, "issue_date": {"int": -1}, "patient": -1, "deleted": true}],
          "clinical": [
            {"patient": 1, "date": "2010-03-04", "record_date": 14673, "code": 0, "value1": {"double": 7}, "value2": -1.5e2, "value3": 1, "deleted": false},
            {"patient": null, "date": null, "record_date": null, "code": null, "value1": null, "value2": "NaN", "value3": null, "deleted": null}
          ],
          "not known": {"deep": [{"er": [1, 2, {"patients": []}]}]},
          "texts": ["kg", "\u006d\uD83D\uDE42\n"],
          "codes": [{"code": "H33..", "code_system": "READ_2"}, {"code_system": "SNOMED\u005fCT", "code": ""}],
          "patients": [{}, {"surname": {"string": "O'Neill"}, "nhs_\u006eumber": "999 000 0000", "forename": null, "sex": "", "not known": 1}],
          "processed_timestamp": "2024-02-29T12:00:00.250+01:00",
          "reporting_period_end_date": "1969-12-31",
          "data_provider": 3,
          "practice": "A81001",
          "batch_id": "b1"
        }
        """;

    private readonly BatchDecoder _decoder = new(new BatchLimits());

    [Fact]
    public void Fields_may_come_in_any_order_and_form()
    {
        var expected = new BatchModel { BatchId = "b1", Practice = "A81001", DataProvider = 3, PeriodEnd = -1, Timestamp = 1_709_204_400_250 };
        expected.Patients.Add(["", "", "", "", "", "", "", ""]);
        expected.Patients.Add(["999 000 0000", "O'Neill", "", "", "", "", "", ""]);
        expected.Codes.Add((CodeSystem.Read2, "H33.."));
        expected.Codes.Add((CodeSystem.SnomedCt, ""));
        expected.Texts.AddRange(["kg", "m🙂\n"]);
        expected.Clinical.Add(new ClinicalRecord(1, 14672, 14673, 0, 7, -150, true, true, 1, false));
        expected.Clinical.Add(new ClinicalRecord(-1, ClinicalRecord.NoDate, ClinicalRecord.NoDate, -1, 0, double.NaN, false, true, -1, false));
        expected.Scripts.Add(new ScriptRecord(-1, -1, 1, 0, 1, true));
        expected.Registrations.Add(new RegistrationRecord(0, 1, 20000, false));
        expected.Registrations.Add(new RegistrationRecord(-1, ClinicalRecord.NoDate, ClinicalRecord.NoDate, false));

        Assert.Equal(expected.Dump(), Dump(Whole));
        Assert.Equal(expected.Dump(), _decoder.Dump([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Whole)], BatchFormat.Json));
    }

    [Fact]
    public void Json_and_avro_of_one_batch_give_equal_views()
    {
        var builder = new BatchBuilder();
        var writing = new BatchDecoder(new BatchLimits());
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var model = BatchModel.Random(random, 30);
            model.Build(builder);
            using var raw = Decoding.Raw(builder.SingleObject());
            Assert.True(writing.Decode(raw, out var batch).Ok);
            var json = Json(batch, random.Next(2) == 0 ? JavaScriptEncoder.Default : JavaScriptEncoder.UnsafeRelaxedJsonEscaping, indented: random.Next(2) == 0);
            var shuffled = Encoding.UTF8.GetBytes(Shuffle(JsonNode.Parse(json)!, random).ToJsonString());
            return (Same(model.Dump(), _decoder.Dump(json, BatchFormat.Json)) && Same(model.Dump(), _decoder.Dump(shuffled, BatchFormat.Json))).Label($"seed {seed}");
        }));
    }

    [Theory]
    [InlineData("2024-02-29", 19782)]
    [InlineData("0001-01-01", CalendarDay.First)]
    [InlineData("9999-12-31", CalendarDay.Last)]
    [InlineData("1970-01-01", 0)]
    public void Dates_are_days_and_back(string iso, int days)
    {
        Assert.True(CalendarDay.TryParse(Encoding.ASCII.GetBytes(iso), out var read));
        Assert.Equal(days, read);
        Span<byte> written = stackalloc byte[CalendarDay.Length];
        CalendarDay.Write(days, written);
        Assert.Equal(iso, Encoding.ASCII.GetString(written));
    }

    [Theory]
    [InlineData("\"2024-01-01T00:00:00Z\"", 1_704_067_200_000)]
    [InlineData("\"2024-01-01T00:00Z\"", 1_704_067_200_000)]
    [InlineData("\"2024-01-01T00:00:00\\u002B01:30\"", 1_704_061_800_000)]
    [InlineData("\"1969-12-31T23:59:59.999-00:00\"", -1)]
    [InlineData("{\"long\":-9223372036854775808}", long.MinValue)]
    [InlineData("null", 0)]
    public void Times_are_milliseconds(string value, long expected)
    {
        using var raw = Decoding.Raw(Minimal($"\"processed_timestamp\":{value}"), BatchFormat.Json);
        Assert.True(_decoder.Decode(raw, out var batch).Ok);
        Assert.Equal(expected, batch.ProcessedTimestamp);
    }

    [Fact]
    public void Copied_text_is_zeroed()
    {
        using var raw = Decoding.Raw(Encoding.UTF8.GetBytes(Whole), BatchFormat.Json);
        Assert.True(_decoder.Decode(raw, out var batch).Ok);
        var text = batch.Text.Array!;
        Assert.NotSame(raw.Segment.Array, text);
        Assert.Contains("O'Neill", Encoding.UTF8.GetString(text), StringComparison.Ordinal);
        _decoder.Clear();
        Assert.Equal(-1, text.AsSpan().IndexOfAnyExcept((byte)0));

        // And by the next batch, should nobody clear: a wrong one too, that says more than it keeps.
        Assert.True(_decoder.Decode(raw, out _).Ok);
        using var wrong = Decoding.Raw(Minimal("\"patients\":[{\"surname\":\"Secret\"}],\"texts\":7"), BatchFormat.Json);
        Assert.Equal(RejectReason.BadJson, _decoder.Decode(wrong, out _).Reason);
        Assert.DoesNotContain("O'Neill", Encoding.UTF8.GetString(text), StringComparison.Ordinal);
        _decoder.Clear();
        Assert.Equal(-1, text.AsSpan().IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void Decoding_a_second_batch_allocates_nothing()
    {
        var builder = new BatchBuilder();
        BatchModel.Random(new Random(4), 300).Build(builder);
        using var avro = Decoding.Raw(builder.SingleObject());
        Assert.True(_decoder.Decode(avro, out var batch).Ok);
        using var raw = Decoding.Raw(Json(batch, JavaScriptEncoder.Default, indented: true), BatchFormat.Json);
        Assert.True(_decoder.Decode(raw, out _).Ok);
        var result = default(DecodeResult);
        var allocated = Allocations.Least(() =>
        {
            result = _decoder.Decode(raw, out _);
            _decoder.Clear();
        });
        Assert.Equal(0, allocated);
        Assert.True(result.Ok);
    }

    /// <summary>A batch that has nothing but what it must have and some fields more.</summary>
    internal static byte[] Minimal(string more) => Encoding.UTF8.GetBytes($"{{\"batch_id\":\"b\",\"practice\":\"p\",{more}}}");

    /// <summary>A decoded batch as JSON.</summary>
    internal static byte[] Json(DecodedBatch batch, JavaScriptEncoder encoder, bool indented)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = encoder, Indented = indented }))
        {
            BatchJson.Write(batch, writer);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>The same with the fields of every object in another order, and optional values now and then wrapped or null.</summary>
    private static JsonNode Shuffle(JsonNode node, Random random)
    {
        if (node is JsonArray list)
        {
            return new JsonArray([.. list.Select(item => Shuffle(item!, random))]);
        }

        if (node is not JsonObject fields)
        {
            return node.DeepClone();
        }

        var order = fields.ToArray();
        random.Shuffle(order);
        var shuffled = new JsonObject();
        foreach (var (name, value) in order)
        {
            shuffled.Add(name, Wrap(name, Shuffle(value!, random), random));
        }

        return shuffled;
    }

    private static JsonNode Wrap(string name, JsonNode value, Random random)
    {
        var type = name switch
        {
            "processed_timestamp" => "long",
            "value1" or "value2" => "double",
            _ when name.EndsWith("date", StringComparison.Ordinal) => "int",
            _ when BatchSchema.FieldsOf("Patient").Contains(name) => "string",
            _ => null,
        };
        return type is null || random.Next(2) == 0 ? value : new JsonObject { [type] = value };
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);

    private string Dump(string json) => _decoder.Dump(Encoding.UTF8.GetBytes(json), BatchFormat.Json);
}
