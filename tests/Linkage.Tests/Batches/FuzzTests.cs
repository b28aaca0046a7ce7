using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Linkage.Batches;
using Linkage.Testing;

namespace Linkage.Tests.Batches;

/// <summary>
/// Batches damaged at random: whatever the bytes, the decoder says a reason or gives views that hold together. It never throws, and never allocates
/// more than the bytes present can justify. LINKAGE_FUZZ_MUTANTS sets how many mutants of each format (default 200,000 Avro, 20,000 JSON, where most mutants cost an exception),
/// LINKAGE_FUZZ_SEED where to start.
/// </summary>
[Collection(nameof(AllocationsCounted))]
public sealed class FuzzTests
{
    /// <summary>The largest view (a patient: 64 bytes) over the fewest bytes of its kind (2 in JSON: "{}"), doubled by growth, and the arrays left behind by it.</summary>
    private const int BytesAByte = 64 * 2 * 2;

    [Theory]
    [InlineData(BatchFormat.Avro, 200_000)]
    [InlineData(BatchFormat.Json, 20_000)]
    public void Damaged_batches_are_rejected_or_hold_together(BatchFormat format, int mutants)
    {
        mutants = Setting("LINKAGE_FUZZ_MUTANTS", mutants);
        var seed = Setting("LINKAGE_FUZZ_SEED", 20_260_301);
        var random = new Random(seed);
        var limits = new BatchLimits { MaxBytes = 4096, MaxRecords = 60 };
        var decoder = new BatchDecoder(limits);
        var originals = Originals(random, format);
        var reasons = new Dictionary<RejectReason, int>();
        var mutant = new byte[8192];
        for (var n = 0; n < mutants; n++)
        {
            var length = Mutate(originals[random.Next(originals.Length)], originals[random.Next(originals.Length)], mutant, random, format);
            using var raw = Decoding.Raw(mutant.AsSpan(0, length), format);
            // A decoder in its prime for the speed, a new one now and then for what it allocates.
            var fresh = n % 16 == 0;
            var used = fresh ? new BatchDecoder(limits) : decoder;
            DecodeResult result;
            DecodedBatch batch;
            long allocated;
            try
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                result = used.Decode(raw, out batch);
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Mutant {n} of seed {seed} ({format}): {Convert.ToHexString(mutant.AsSpan(0, length))}", e);
            }

            var wrong = Inconsistency(result, batch, length, limits)
                // An exception of the JSON reader takes some kilobytes of its own, whatever the batch.
                ?? (allocated > (BytesAByte * length) + 20_000 ? $"{allocated} bytes allocated" : null)
                ?? (!fresh && format == BatchFormat.Avro && result.Ok && allocated > 64 * 120 ? $"{allocated} bytes allocated again" : null);
            Assert.True(wrong is null, $"Mutant {n} of seed {seed} ({format}) is {result}: {wrong}: {Convert.ToHexString(mutant.AsSpan(0, length))}");
            reasons[result.Reason] = reasons.GetValueOrDefault(result.Reason) + 1;
        }

        // The damage must reach every check, or the loop shows nothing.
        var expected = new List<RejectReason>
        {
            RejectReason.None, RejectReason.Truncated, RejectReason.TrailingBytes, RejectReason.BadValue, RejectReason.IndexOutOfRange,
            RejectReason.BadUtf8, RejectReason.MissingField, RejectReason.Oversized,
        };
        expected.AddRange(format == BatchFormat.Json
            ? [RejectReason.BadJson]
            : [RejectReason.BadLength, RejectReason.UnknownFraming, RejectReason.UnknownSchema]);
        Assert.True(mutants < 10_000 || expected.TrueForAll(reasons.ContainsKey), $"Seed {seed} ({format}) reached only {string.Join(", ", reasons)}");
        Assert.DoesNotContain(RejectReason.Tombstone, reasons.Keys);
    }

    /// <summary>What does not hold together, or null.</summary>
    private static string? Inconsistency(DecodeResult result, DecodedBatch batch, int length, BatchLimits limits)
    {
        if (result.Position < 0 || result.Position > length)
        {
            return "position";
        }

        if (!result.Ok)
        {
            return batch.RecordCount + batch.PatientCount + batch.CodeCount + batch.TextCount + batch.Text.Count == 0 && batch.BatchId.IsEmpty ? null : "not empty";
        }

        bool IsText(Slice slice) =>
            slice.Offset >= 0 && slice.Length >= 0 && (long)slice.Offset + slice.Length <= batch.Text.Count && Utf8.IsValid(batch.Bytes(slice));
        static bool IsIndex(int index, int count) => index >= -1 && index < count;
        if (batch.RecordCount > limits.MaxRecords || batch.PatientCount > limits.MaxRecords || batch.CodeCount > limits.MaxRecords || batch.TextCount > limits.MaxRecords)
        {
            return "counts";
        }

        if (batch.BatchId.IsEmpty || batch.Practice.IsEmpty || batch.DataProvider is < 0 or > 255 || !IsText(batch.BatchId) || !IsText(batch.Practice) || !IsText(batch.GpSystemSupplier))
        {
            return "header";
        }

        foreach (var p in batch.Patients.AsSpan(0, batch.PatientCount))
        {
            if (!IsText(p.NhsNumber) || !IsText(p.Surname) || !IsText(p.Forename) || !IsText(p.OtherForenames)
                || !IsText(p.DateOfBirth) || !IsText(p.Sex) || !IsText(p.Postcode) || !IsText(p.DateOfDeath))
            {
                return "patient";
            }
        }

        for (var i = 0; i < batch.CodeCount; i++)
        {
            if (!Enum.IsDefined(batch.CodeSystems[i]) || !IsText(batch.Codes[i]))
            {
                return "code";
            }
        }

        foreach (var text in batch.Texts.AsSpan(0, batch.TextCount))
        {
            if (!IsText(text))
            {
                return "text";
            }
        }

        foreach (var r in batch.Clinical.AsSpan(0, batch.ClinicalCount))
        {
            if (!IsIndex(r.Patient, batch.PatientCount) || !IsIndex(r.Code, batch.CodeCount) || !IsIndex(r.Value3, batch.TextCount))
            {
                return "clinical";
            }
        }

        foreach (var r in batch.Scripts.AsSpan(0, batch.ScriptCount))
        {
            if (!IsIndex(r.Patient, batch.PatientCount) || !IsIndex(r.Code, batch.CodeCount) || !IsIndex(r.DrugName, batch.TextCount) || !IsIndex(r.Quantity, batch.TextCount))
            {
                return "script";
            }
        }

        foreach (var r in batch.Registrations.AsSpan(0, batch.RegistrationCount))
        {
            if (!IsIndex(r.Patient, batch.PatientCount))
            {
                return "registration";
            }
        }

        return null;
    }

    private static byte[][] Originals(Random random, BatchFormat format)
    {
        var originals = new byte[40][];
        for (var i = 0; i < originals.Length; i++)
        {
            var model = BatchModel.Random(random, i % 10 == 9 ? 30 : 6);
            var avro = AvroOracle.SingleObject(AvroOracle.Datum(model, random));
            if (format == BatchFormat.Avro)
            {
                originals[i] = i % 4 == 0 ? [0, 0, 0, 0, 1, .. avro.AsSpan(BatchSchema.SingleObjectHeader)] : avro;
                continue;
            }

            using var raw = Decoding.Raw(avro);
            Assert.True(new BatchDecoder(new BatchLimits()).Decode(raw, out var batch).Ok);
            originals[i] = JsonDecodingTests.Json(batch, i % 2 == 0 ? JavaScriptEncoder.Default : JavaScriptEncoder.UnsafeRelaxedJsonEscaping, indented: i % 3 == 0);
        }

        return originals;
    }

    /// <summary>Damages a copy of <paramref name="original"/> once to four times; returns how many bytes it has then.</summary>
    private static int Mutate(byte[] original, byte[] other, byte[] mutant, Random random, BatchFormat format)
    {
        var bytes = new List<byte>(original);
        for (var times = random.Next(1, 5); times > 0; times--)
        {
            var at = random.Next(bytes.Count + 1);
            var count = Math.Min(random.Next(1, 12), bytes.Count - at);
            switch (random.Next(format == BatchFormat.Json ? 8 : 7))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes.RemoveRange(at, count);
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, count));
                    break;
                case 5:
                    var from = random.Next(other.Length);
                    bytes.InsertRange(at, other.AsSpan(from, Math.Min(random.Next(1, 60), other.Length - from)).ToArray());
                    break;
                case 6:
                    bytes.InsertRange(at, AvroOracle.Varint(random.Next(3) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : random.Next(-40, 40)));
                    break;
                case 7:
                    var digit = bytes.FindIndex(Math.Min(at, Math.Max(0, bytes.Count - 1)), b => char.IsAsciiDigit((char)b));
                    if (digit >= 0)
                    {
                        bytes[digit] = (byte)random.Next('0', '9' + 1);
                    }

                    break;
            }
        }

        var length = Math.Min(bytes.Count, mutant.Length);
        bytes.CopyTo(0, mutant, 0, length);
        return length;
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
