using FsCheck;
using FsCheck.Fluent;
using Linkage.Batches;
using Linkage.Testing;

namespace Linkage.Tests.Batches;

[Collection(nameof(AllocationsCounted))]
public sealed class AvroDecodingTests
{
    private readonly BatchDecoder _decoder = new(new BatchLimits());

    /// <summary>Bytes worked out by hand from the Avro specification.</summary>
    private static byte[] KnownDatum() =>
    [
        4, (byte)'b', (byte)'1', 12, .. "A81001"u8, 8, .. "EMIS"u8, // batch_id, practice, supplier
        6, // data_provider 3
        2, 0x9C, 0xF2, 0x01, // reporting_period_end_date: branch 1, 15502 days
        2, 0x80, 0x01, // processed_timestamp: branch 1, 64
        2, 2, 20, .. "9990000000"u8, 2, 4, (byte)'L', (byte)'i', 0, 0, 2, 8, .. "1956"u8, 0, 0, 0, 0, // one patient, end
        2, 2, 10, .. "H33.."u8, 0, // one code: READ_2
        2, 10, .. "kg/m2"u8, 0, // one text
        1, 52, // a block of one (-1) with its size: 26 bytes
        0, 2, 0xD7, 0x04, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 2, 0, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, // 0, -300, null, 0, 1.5, -2, 0, false
        0,
        2, 1, 0, 1, 0, 1, 1, 0, // one script: -1, null, -1, 0, -1, true
        2, 0, 2, 2, 0, 0, 0, // one registration: 0, day 1, null, false
    ];

    [Fact]
    public void Known_bytes_decode_to_known_views()
    {
        using var raw = Decoding.Raw(AvroOracle.SingleObject(KnownDatum()));
        Assert.Equal(new DecodeResult(RejectReason.None, 0), _decoder.Decode(raw, out var batch));

        Assert.Equal("b1"u8, batch.Bytes(batch.BatchId));
        Assert.Equal("A81001"u8, batch.Bytes(batch.Practice));
        Assert.Equal("EMIS"u8, batch.Bytes(batch.GpSystemSupplier));
        Assert.Equal(3, batch.DataProvider);
        Assert.Equal(15502, batch.ReportingPeriodEndDate);
        Assert.Equal(64, batch.ProcessedTimestamp);
        Assert.Equal(1, batch.PatientCount);
        Assert.Equal("9990000000"u8, batch.Bytes(batch.Patients[0].NhsNumber));
        Assert.Equal("Li"u8, batch.Bytes(batch.Patients[0].Surname));
        Assert.True(batch.Patients[0].Forename.IsEmpty);
        Assert.Equal("1956"u8, batch.Bytes(batch.Patients[0].DateOfBirth));
        Assert.Equal(1, batch.CodeCount);
        Assert.Equal(CodeSystem.Read2, batch.CodeSystems[0]);
        Assert.Equal("H33.."u8, batch.Bytes(batch.Codes[0]));
        Assert.Equal(1, batch.TextCount);
        Assert.Equal("kg/m2"u8, batch.Bytes(batch.Texts[0]));
        Assert.Equal(1, batch.ClinicalCount);
        Assert.Equal(new ClinicalRecord(0, -300, ClinicalRecord.NoDate, 0, 1.5, -2, true, true, 0, false), batch.Clinical[0]);
        Assert.Equal(1, batch.ScriptCount);
        Assert.Equal(new ScriptRecord(-1, ClinicalRecord.NoDate, -1, 0, -1, true), batch.Scripts[0]);
        Assert.Equal(1, batch.RegistrationCount);
        Assert.Equal(new RegistrationRecord(0, 1, ClinicalRecord.NoDate, false), batch.Registrations[0]);
    }

    [Fact]
    public void Texts_are_read_when_all_of_them_are_utf8_and_the_first_that_is_not_is_named()
    {
        byte[][] parts = [.. new[] { "a", "kg/m2", "\u00e9t\u00e9", "\u65e5\u672c", "\U0001F600", "", new string('x', 63), new string('y', 64), new string('z', 200) }.Select(System.Text.Encoding.UTF8.GetBytes)];
        byte[][] broken = [[0xFF], [0x61, 0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0x80], [.. new byte[70], 0xF5]];
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var datum = new List<byte>(KnownDatum()[..(KnownDatum().AsSpan().IndexOf("H33.."u8) + 6)]);
            byte[][] texts = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(40) == 0 ? broken[random.Next(broken.Length)] : parts[random.Next(parts.Length)])];
            var wrongAt = 0;
            datum.AddRange(AvroOracle.Varint(texts.Length));
            foreach (var text in texts)
            {
                datum.AddRange(AvroOracle.Varint(text.Length));
                wrongAt = wrongAt == 0 && broken.Contains(text) ? BatchSchema.SingleObjectHeader + datum.Count : wrongAt;
                datum.AddRange(text);
            }

            datum.AddRange([0, 0, 0, 0]);
            using var raw = Decoding.Raw(AvroOracle.SingleObject([.. datum]));
            var result = _decoder.Decode(raw, out var batch);
            Assert.Equal(wrongAt == 0 ? default : new DecodeResult(RejectReason.BadUtf8, wrongAt), result);
            Assert.Equal(wrongAt == 0 ? texts.Length : 0, batch.TextCount);
            for (var i = 0; i < batch.TextCount; i++)
                Assert.Equal(texts[i], batch.Bytes(batch.Texts[i]));
            return true.Label($"seed {seed}");
        }));
    }

    [Fact]
    public void Numbers_of_every_length_are_read()
    {
        // Each one byte longer or shorter than a neighbour, at the end of the bytes too, where four cannot be read at once.
        foreach (var number in Enumerable.Range(0, 32).SelectMany(static bits => new[] { 1L << bits, -(1L << bits), (1L << bits) - 1, -(1L << bits) - 1 }).Where(static n => n is >= int.MinValue and <= int.MaxValue))
        {
            for (var after = 0; after < 5; after++)
            {
                byte[] bytes = [.. AvroOracle.Varint(number), .. Enumerable.Repeat((byte)0xFF, after)];
                var cursor = new AvroCursor(bytes, 0, bytes.Length);
                Assert.True(cursor.TryInt(out var value));
                Assert.Equal((number, bytes.Length - after), (value, cursor.Position));
                for (var length = 0; length < bytes.Length - after; length++)
                {
                    cursor = new AvroCursor(bytes.AsSpan(0, length), 0, bytes.Length);
                    Assert.False(cursor.TryInt(out _));
                    Assert.Equal((RejectReason.Truncated, 0), (cursor.Reason, cursor.Position));
                }
            }
        }
    }

    [Fact]
    public void Builder_writes_what_the_specification_says()
    {
        var builder = new BatchBuilder();
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll<int>(seed =>
        {
            var model = BatchModel.Random(new Random(seed), 30);
            model.Build(builder);
            return builder.Datum().SequenceEqual(AvroOracle.Datum(model)).Label($"seed {seed}");
        }));
    }

    [Fact]
    public void Decoder_reads_whatever_blocks_a_writer_chose()
    {
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var model = BatchModel.Random(random, 40);
            var read = _decoder.Dump(AvroOracle.SingleObject(AvroOracle.Datum(model, random)));
            return string.Equals(model.Dump(), read, StringComparison.Ordinal).Label($"seed {seed}");
        }));
    }

    [Fact]
    public void Builder_interns_codes_by_system_and_bytes()
    {
        var builder = new BatchBuilder();
        for (var round = 0; round < 3; round++)
        {
            builder.Begin("b"u8, "p"u8, ""u8, 1, ClinicalRecord.NoDate, 0);
            for (var i = 0; i < 5_000; i++)
            {
                var code = System.Text.Encoding.ASCII.GetBytes($"{(i * 7) % 1000}");
                Assert.Equal(i < 1000 ? 2 * i : 2 * (i % 1000), builder.Code(CodeSystem.SnomedCt, code));
                Assert.Equal(i < 1000 ? (2 * i) + 1 : (2 * (i % 1000)) + 1, builder.Code(CodeSystem.Dmd, code));
                Assert.Equal(i % 1000, builder.Text(code));
            }
        }

        using var raw = Decoding.Raw(builder.SingleObject());
        Assert.True(_decoder.Decode(raw, out var batch).Ok);
        Assert.Equal(2000, batch.CodeCount);
        Assert.Equal(1000, batch.TextCount);
    }

    [Fact]
    public void Builder_refuses_indexes_it_has_not_given()
    {
        var builder = new BatchBuilder();
        Assert.Throws<InvalidOperationException>(() => builder.Datum().Length);
        builder.Begin("b"u8, "p"u8, ""u8, 1, ClinicalRecord.NoDate, 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Add(new RegistrationRecord(0, 1, 1, false)));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Add(new ScriptRecord(-1, 1, -1, -1, 0, false)));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Add(new ClinicalRecord(-1, 1, 1, -2, 0, 0, false, false, -1, false)));
        Assert.Equal(0, builder.RecordCount);
    }

    [Fact]
    public void Confluent_framing_is_read_by_schema_id()
    {
        var model = BatchModel.Random(new Random(1), 5);
        byte[] framed = [0, 0, 1, 2, 3, .. AvroOracle.Datum(model)];
        Assert.Equal(model.Dump(), _decoder.Dump(framed));
        var known = new BatchLimits { SchemaIds = [7, 0x010203] };
        Assert.Equal(model.Dump(), new BatchDecoder(known).Dump(framed));
        Assert.Equal(new DecodeResult(RejectReason.UnknownSchema, 1), Decoding.Reject(framed, limits: known with { SchemaIds = [7] }));
    }

    [Fact]
    public void Decoding_a_second_batch_allocates_nothing()
    {
        var model = BatchModel.Random(new Random(3), 500);
        using var raw = Decoding.Raw(AvroOracle.SingleObject(AvroOracle.Datum(model)));
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
}
