using Linkage.Batches;

namespace Linkage.Tests.Batches;

/// <summary>Raw batches of a test.</summary>
internal static class Decoding
{
    public static RawBatch Raw(ReadOnlySpan<byte> bytes, BatchFormat format = BatchFormat.Avro) =>
        RawBatch.Copy(bytes, isTombstone: false, format, "gp", 0, 0, DateTime.UnixEpoch);

    /// <summary>Decodes and dumps; the result must be good.</summary>
    public static string Dump(this BatchDecoder decoder, ReadOnlySpan<byte> bytes, BatchFormat format = BatchFormat.Avro)
    {
        using var raw = Raw(bytes, format);
        var result = decoder.Decode(raw, out var batch);
        Assert.Equal(new DecodeResult(RejectReason.None, 0), result);
        return BatchModel.Of(batch).Dump();
    }

    /// <summary>Decodes what must be rejected, and checks that nothing of it is left to read.</summary>
    public static DecodeResult Reject(ReadOnlySpan<byte> bytes, BatchFormat format = BatchFormat.Avro, BatchLimits? limits = null)
    {
        using var raw = Raw(bytes, format);
        var result = new BatchDecoder(limits ?? new BatchLimits()).Decode(raw, out var batch);
        Assert.False(result.Ok);
        Assert.Equal(0, batch.PatientCount + batch.CodeCount + batch.TextCount + batch.ClinicalCount + batch.ScriptCount + batch.RegistrationCount);
        Assert.Equal(0, batch.Text.Count);
        Assert.InRange(result.Position, 0, bytes.Length);
        return result;
    }
}
