using System.Text;
using System.Text.Encodings.Web;
using Linkage.Batches;

namespace Linkage.Tests.Batches;

/// <summary>Every way for a batch to be wrong, in both formats, with its reason and its byte.</summary>
public sealed class RejectTests
{
    private const int Header = BatchSchema.SingleObjectHeader;

    // Up to the first array: batch_id "b", practice "p", supplier "", provider 0, null, null.
    private static readonly byte[] Head = [2, (byte)'b', 2, (byte)'p', 0, 0, 0, 0];

    private static readonly byte[] Overflow = [.. Enumerable.Repeat((byte)0xFF, 9), 2];

    [Fact]
    public void A_message_without_value_is_a_tombstone()
    {
        using var raw = RawBatch.Copy([], isTombstone: true, BatchFormat.Avro, "gp", 1, 2, DateTime.UnixEpoch);
        Assert.Equal(new DecodeResult(RejectReason.Tombstone, 0), new BatchDecoder(new BatchLimits()).Decode(raw, out _));
    }

    [Theory]
    [InlineData(BatchFormat.Avro)]
    [InlineData(BatchFormat.Json)]
    public void A_batch_above_the_limits_is_oversized(BatchFormat format)
    {
        var (bytes, model) = Valid(format);
        var limits = new BatchLimits { MaxBytes = bytes.Length };
        Assert.Equal(model, new BatchDecoder(limits).Dump(bytes, format));
        Assert.Equal(new DecodeResult(RejectReason.Oversized, bytes.Length - 1), Decoding.Reject(bytes, format, limits with { MaxBytes = bytes.Length - 1 }));

        // 3 patients, 2 codes, 2 texts, and 2 + 1 + 1 records.
        Assert.Equal(model, new BatchDecoder(new BatchLimits { MaxRecords = 4 }).Dump(bytes, format));
        Assert.All([0, 1, 2, 3], most => Assert.Equal(RejectReason.Oversized, Decoding.Reject(bytes, format, new BatchLimits { MaxRecords = most }).Reason));
    }

    [Theory]
    [InlineData(BatchFormat.Avro)]
    [InlineData(BatchFormat.Json)]
    public void A_batch_that_ends_early_is_truncated_wherever_it_ends(BatchFormat format)
    {
        var (bytes, _) = Valid(format);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Equal((RejectReason.Truncated, length), (Decoding.Reject(bytes.AsSpan(0, length), format).Reason, length));
        }
    }

    [Fact]
    public void Bytes_after_the_end_are_not_overlooked()
    {
        var (avro, _) = Valid(BatchFormat.Avro);
        Assert.Equal(new DecodeResult(RejectReason.TrailingBytes, avro.Length), Decoding.Reject([.. avro, 0]));
        var (json, model) = Valid(BatchFormat.Json);
        Assert.Equal(new DecodeResult(RejectReason.TrailingBytes, json.Length + 2), Decoding.Reject([.. json, .. " \n{}"u8], BatchFormat.Json));
        Assert.Equal(model, new BatchDecoder(new BatchLimits()).Dump([.. json, .. " \r\n\t"u8], BatchFormat.Json));
    }

    [Fact]
    public void Framing_must_be_known()
    {
        var (avro, _) = Valid(BatchFormat.Avro);
        Assert.Equal(new DecodeResult(RejectReason.UnknownFraming, 0), Decoding.Reject("{}"u8));
        Assert.Equal(new DecodeResult(RejectReason.UnknownFraming, 1), Decoding.Reject([0xC3, 2, .. avro.AsSpan(2)]));
        Assert.Equal(new DecodeResult(RejectReason.UnknownSchema, 2), Decoding.Reject([0xC3, 1, (byte)~avro[2], .. avro.AsSpan(3)]));
        Assert.Equal(new DecodeResult(RejectReason.BadUtf8, 0), Decoding.Reject(avro, BatchFormat.Json));
    }

    [Fact]
    public void Lengths_and_counts_that_lie_are_bad_lengths()
    {
        AssertAvro(RejectReason.BadLength, 0, [1]); // batch_id of -1 bytes
        AssertAvro(RejectReason.BadLength, 0, AvroOracle.Varint(long.MaxValue));
        AssertAvro(RejectReason.BadLength, 0, AvroOracle.Varint(uint.MaxValue + 2L));
        AssertAvro(RejectReason.BadLength, 0, [.. Text(1025), .. Head[2..]]);
        AssertAvro(RejectReason.None, 0, [.. Text(1024), .. Head[2..], 0, 0, 0, 0, 0, 0]);
        AssertAvro(RejectReason.BadLength, 2, [.. Head[..2], .. Text(1025), .. Head[4..]]);
        AssertAvro(RejectReason.BadLength, Head.Length + 3, [.. Head, 0, 0, 2, .. Text(65_536), 0, 0, 0, 0]);
        AssertAvro(RejectReason.None, 0, [.. Head, 0, 0, 2, .. Text(65_535), 0, 0, 0, 0]);
        AssertJson(RejectReason.BadLength, $"\"texts\":[\"a\",\"{new string('x', 65_536)}\"]");
        Assert.Equal(RejectReason.BadLength, Decoding.Reject(Encoding.UTF8.GetBytes($"{{\"batch_id\":\"b\",\"practice\":\"{new string('x', 1025)}\"}}"), BatchFormat.Json).Reason);
        AssertAvro(RejectReason.BadLength, Head.Length, [.. Head, .. AvroOracle.Varint(int.MaxValue)]); // patients
        AssertAvro(RejectReason.BadLength, Head.Length, [.. Head, .. AvroOracle.Varint(long.MaxValue / 8)]);
        AssertAvro(RejectReason.BadLength, Head.Length, [.. Head, .. AvroOracle.Varint(long.MinValue)]);
        AssertAvro(RejectReason.BadLength, Head.Length + 1, [.. Head, 1, 1]); // a block of -1 bytes
        AssertAvro(RejectReason.BadLength, Head.Length + 1, [.. Head, 1, .. AvroOracle.Varint(int.MaxValue)]);
        AssertAvro(RejectReason.BadLength, Head.Length + 10, [.. Head, 1, 14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]); // 8 bytes in a block of 7
        AssertAvro(RejectReason.BadLength, Head.Length + 10, [.. Head, 1, 18, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]); // and in one of 9
    }

    [Fact]
    public void Values_out_of_their_range_are_bad_values()
    {
        byte[] toProvider = Head[..5];
        AssertAvro(RejectReason.BadValue, 0, Overflow);
        AssertAvro(RejectReason.BadValue, 0, [.. Enumerable.Repeat((byte)0x80, 10), 0]);
        AssertAvro(RejectReason.BadValue, 5, [.. toProvider, 1, 0, 0]); // provider -1
        AssertAvro(RejectReason.BadValue, 5, [.. toProvider, .. AvroOracle.Varint(int.MaxValue + 1L), 0, 0]);
        AssertAvro(RejectReason.BadValue, 5, [.. toProvider, .. AvroOracle.Varint(256), 0, 0]);
        AssertAvro(RejectReason.BadValue, 6, [.. toProvider, 0, 4, 0]); // branch 2 of 2
        AssertAvro(RejectReason.BadValue, 6, [.. toProvider, 0, 1, 0]); // branch -1
        AssertAvro(RejectReason.BadValue, Head.Length + 2, [.. Head, 0, 2, 10, 0, 0, 0, 0, 0]); // code system 5
        AssertAvro(RejectReason.BadValue, Head.Length + 2, [.. Head, 0, 2, 1, 0, 0, 0, 0, 0]); // code system -1
        AssertAvro(RejectReason.BadValue, Head.Length + 11, [.. Head, 0, 0, 0, 2, 1, 0, 0, 1, 0, 0, 1, 2, 0, 0, 0]); // deleted 2

        AssertJson(RejectReason.BadValue, "\"data_provider\":-1");
        AssertJson(RejectReason.BadValue, "\"data_provider\":256");
        AssertJson(RejectReason.BadValue, "\"data_provider\":1.5");
        AssertJson(RejectReason.BadValue, "\"data_provider\":2147483648");
        AssertJson(RejectReason.BadValue, "\"codes\":[{\"code_system\":\"ICD10\",\"code\":\"A\"}]");
        AssertJson(RejectReason.BadValue, "\"clinical\":[{\"value1\":1e999}]");
        AssertJson(RejectReason.BadValue, "\"clinical\":[{\"value1\":\"7\"}]");
        AssertJson(RejectReason.BadValue, "\"clinical\":[{\"date\":1e3}]");
        AssertJson(RejectReason.BadValue, "\"processed_timestamp\":9223372036854775808");
        foreach (var date in (string[])["2023-02-29", "2023-13-01", "0000-01-01", "2023-1-01", "20230101", "2023-01-01T00:00:00Z", "", "2023/01/01", "٢٠٢٣-01-01", " 2023-1-1 "])
        {
            AssertJson(RejectReason.BadValue, $"\"clinical\":[{{\"date\":\"{date}\"}}]");
        }

        foreach (var time in (string[])["2024-01-01T00:00:00", "2024-01-01", "2024-01-01T25:00:00Z", "", "yesterday, at noon", "2024-01-01 00:00:00Z"])
        {
            AssertJson(RejectReason.BadValue, $"\"processed_timestamp\":\"{time}\"");
        }
    }

    [Fact]
    public void Indexes_must_point_into_the_batch()
    {
        byte[] one = [.. Head, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0]; // one patient, one code, one text
        byte[] none = [.. Head, 0, 0, 0];
        AssertAvro(RejectReason.None, 0, [.. one, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0]);
        AssertAvro(RejectReason.None, 0, [.. none, 2, 1, 0, 0, 1, 0, 0, 1, 0, 0, 2, 1, 0, 1, 1, 1, 0, 0, 2, 1, 0, 0, 0, 0]);
        foreach (var (before, index) in ((byte[], long)[])[(one, 1), (one, -2), (one, int.MaxValue), (one, int.MinValue), (none, 0)])
        {
            var bad = AvroOracle.Varint(index);
            AssertAvro(RejectReason.IndexOutOfRange, before.Length + 1, [.. before, 2, .. bad, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0]);
            AssertAvro(RejectReason.IndexOutOfRange, before.Length + 4, [.. before, 2, 1, 0, 0, .. bad, 0, 0, 1, 0, 0, 0, 0]);
            AssertAvro(RejectReason.IndexOutOfRange, before.Length + 7, [.. before, 2, 1, 0, 0, 1, 0, 0, .. bad, 0, 0, 0, 0]);
            AssertAvro(RejectReason.IndexOutOfRange, before.Length + 2, [.. before, 0, 2, .. bad, 0, 1, 1, 1, 0, 0, 0]);
            AssertAvro(RejectReason.IndexOutOfRange, before.Length + 4, [.. before, 0, 2, 1, 0, .. bad, 1, 1, 0, 0, 0]);
            AssertAvro(RejectReason.IndexOutOfRange, before.Length + 5, [.. before, 0, 2, 1, 0, 1, .. bad, 1, 0, 0, 0]);
            AssertAvro(RejectReason.IndexOutOfRange, before.Length + 6, [.. before, 0, 2, 1, 0, 1, 1, .. bad, 0, 0, 0]);
            AssertAvro(RejectReason.IndexOutOfRange, before.Length + 3, [.. before, 0, 0, 2, .. bad, 0, 0, 0, 0]);
        }

        foreach (var bad in (string[])["1", "-2", "2147483647"])
        {
            foreach (var record in (string[])["clinical\":[{\"patient", "clinical\":[{\"code", "clinical\":[{\"value3", "scripts\":[{\"patient", "scripts\":[{\"code", "scripts\":[{\"drug_name", "scripts\":[{\"quantity", "registrations\":[{\"patient"])
            {
                AssertJson(RejectReason.IndexOutOfRange, $"\"{record}\":{bad}}}],\"patients\":[{{}}],\"codes\":[{{\"code_system\":\"DMD\",\"code\":\"1\"}}],\"texts\":[\"\"]", bad);
            }
        }
    }

    [Fact]
    public void Text_must_be_utf8()
    {
        AssertAvro(RejectReason.BadUtf8, 1, [2, 0xFF]);
        AssertAvro(RejectReason.BadUtf8, Head.Length + 3, [.. Head, 2, 2, 4, 0xC3, 0x28, 0, 0, 0, 0, 0, 0, 0]); // a patient's
        AssertAvro(RejectReason.BadUtf8, Head.Length + 4, [.. Head, 0, 2, 0, 2, 0x80, 0, 0]); // a code
        AssertAvro(RejectReason.BadUtf8, Head.Length + 4, [.. Head, 0, 0, 2, 6, 0xED, 0xA0, 0x80, 0]); // a text: half a surrogate pair

        var json = JsonDecodingTests.Minimal("\"texts\":[\"?\"]");
        var at = Array.IndexOf(json, (byte)'?');
        json[at] = 0xFF;
        Assert.Equal(new DecodeResult(RejectReason.BadUtf8, at), Decoding.Reject(json, BatchFormat.Json));
        AssertJson(RejectReason.BadUtf8, "\"texts\":[\"\\uD800\"]", "\"\\uD800");
        AssertJson(RejectReason.BadUtf8, "\"\\uDC00\":1", "\"\\uDC00");
    }

    [Fact]
    public void Batch_id_and_practice_must_be_there()
    {
        AssertAvro(RejectReason.MissingField, 0, [0, 2, (byte)'p', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        AssertAvro(RejectReason.MissingField, 2, [2, (byte)'b', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        foreach (var json in (string[])["{}", "{\"batch_id\":\"b\"}", "{\"batch_id\":null,\"practice\":\"p\"}", "{\"batch_id\":\"b\",\"practice\":\"\"}"])
        {
            Assert.Equal(new DecodeResult(RejectReason.MissingField, json.Length - 1), Decoding.Reject(Encoding.UTF8.GetBytes(json), BatchFormat.Json));
        }

        AssertJson(RejectReason.MissingField, "\"codes\":[{\"code\":\"1\"}]", "}]");
        AssertJson(RejectReason.MissingField, "\"codes\":[{\"code_system\":\"DMD\"}]", "}]");
    }

    [Fact]
    public void What_is_not_json_of_the_schema_is_bad_json()
    {
        foreach (var json in (string[])["[]", "7", "\"x\"", "nul", "{,}", "{'a':1}", "{\"a\":01}", "{\"a\":\"\u0001\"}", "{\"a\":1,}", "// no\n{}"])
        {
            Assert.Equal(RejectReason.BadJson, Decoding.Reject(Encoding.UTF8.GetBytes(json + " "), BatchFormat.Json).Reason);
        }

        foreach (var wrong in (string[])[
            "\"batch_id\":\"again\"", "\"texts\":[],\"texts\":[]", "\"texts\":{}", "\"texts\":[null]", "\"texts\":[7]", "\"patients\":7", "\"patients\":[[]]",
            "\"patients\":[{\"sex\":\"M\",\"sex\":\"M\"}]", "\"patients\":[{\"sex\":7}]", "\"patients\":[{\"sex\":{}}]", "\"patients\":[{\"sex\":{\"int\":\"M\"}}]",
            "\"patients\":[{\"sex\":{\"string\":null}}]", "\"patients\":[{\"sex\":{\"string\":\"M\",\"string\":\"M\"}}]", "\"patients\":[{\"sex\":{\"string\":{\"string\":\"M\"}}}]",
            "\"codes\":[{\"code_system\":1,\"code\":\"\"}]", "\"codes\":[{\"code_system\":\"DMD\",\"code\":null}]", "\"codes\":[7]", "\"clinical\":[7]", "\"scripts\":[7]", "\"registrations\":[7]",
            "\"clinical\":[{\"deleted\":0}]", "\"clinical\":[{\"date\":true}]", "\"clinical\":[{\"patient\":\"0\"}]", "\"clinical\":[{\"patient\":{\"int\":0}}]", "\"clinical\":[{\"value1\":true}]",
            "\"scripts\":[{\"deleted\":0}]", "\"registrations\":[{\"deleted\":0}]", "\"processed_timestamp\":true", "\"data_provider\":\"1\"", "\"data_provider\":1 2"])
        {
            AssertJson(RejectReason.BadJson, wrong);
        }

        var deep = string.Concat(Enumerable.Repeat("[", 100_000));
        AssertJson(RejectReason.BadJson, $"\"not known\":{deep}");
    }

    private static byte[] Text(int length) => [.. AvroOracle.Varint(length), .. Enumerable.Repeat((byte)'x', length)];

    private static void AssertAvro(RejectReason reason, int position, byte[] datum)
    {
        if (reason == RejectReason.None)
        {
            using var raw = Decoding.Raw(AvroOracle.SingleObject(datum));
            Assert.Equal(default, new BatchDecoder(new BatchLimits()).Decode(raw, out _));
            return;
        }

        Assert.Equal(new DecodeResult(reason, Header + position), Decoding.Reject(AvroOracle.SingleObject(datum)));
    }

    private static void AssertJson(RejectReason reason, string wrong, string? at = null)
    {
        var json = JsonDecodingTests.Minimal(wrong);
        var result = Decoding.Reject(json, BatchFormat.Json);
        Assert.Equal((reason, wrong), (result.Reason, wrong));
        if (at is not null)
        {
            Assert.Equal(Encoding.UTF8.GetString(json).IndexOf(at, StringComparison.Ordinal), result.Position);
        }
    }

    /// <summary>3 patients, 2 codes, 2 texts, and 2 clinical events, 1 prescription, 1 registration; with what it decodes to.</summary>
    private static (byte[] Bytes, string Dump) Valid(BatchFormat format)
    {
        var model = new BatchModel { BatchId = "b", Supplier = "Ä", PeriodEnd = 20000, Timestamp = 1_700_000_000_000 };
        model.Patients.AddRange([["9990000000", "Li", "", "", "1956-04", "F", "LS1 4AP", ""], ["", "", "", "", "", "", "", ""], ["", "東京", "", "", "", "", "", ""]]);
        model.Codes.AddRange([(CodeSystem.Bnf, "0212000B0"), (CodeSystem.Ctv3, "XE0of")]);
        model.Texts.AddRange(["🙂", "kg/m2"]);
        model.Clinical.Add(new ClinicalRecord(2, 14000, ClinicalRecord.NoDate, 1, 1.5, 0, true, false, 1, false));
        model.Clinical.Add(new ClinicalRecord(-1, ClinicalRecord.NoDate, 3, -1, 0, -2, false, true, -1, true));
        model.Scripts.Add(new ScriptRecord(0, 14001, 0, 1, 0, false));
        model.Registrations.Add(new RegistrationRecord(1, -1, ClinicalRecord.NoDate, false));
        var avro = AvroOracle.SingleObject(AvroOracle.Datum(model, new Random(2)));
        if (format == BatchFormat.Avro)
        {
            return (avro, model.Dump());
        }

        using var raw = Decoding.Raw(avro);
        Assert.True(new BatchDecoder(new BatchLimits()).Decode(raw, out var batch).Ok);
        return (JsonDecodingTests.Json(batch, JavaScriptEncoder.UnsafeRelaxedJsonEscaping, indented: true), model.Dump());
    }
}
