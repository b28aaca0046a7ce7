using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Linkage.Batches;

/// <summary>Why a batch or a record could not be used. Names are what the rejects table and the run report show (kebab-case).</summary>
public enum RejectReason
{
    /// <summary>Not rejected.</summary>
    None,

    /// <summary>Batch: the message has no value.</summary>
    Tombstone,

    /// <summary>Batch: larger than the configured limits (bytes or records).</summary>
    Oversized,

    /// <summary>Batch: the bytes end before the batch does.</summary>
    Truncated,

    /// <summary>Batch: bytes follow the end of the batch.</summary>
    TrailingBytes,

    /// <summary>Batch: neither Avro single-object, Confluent framing nor the declared content type.</summary>
    UnknownFraming,

    /// <summary>Batch: the schema fingerprint or id is not known.</summary>
    UnknownSchema,

    /// <summary>Batch: a length or count is negative, larger than any permitted batch can hold, or not what the bytes hold.</summary>
    BadLength,

    /// <summary>Batch: an enum, union index or number is out of range, a varint overflows, or a JSON date is not a date.</summary>
    BadValue,

    /// <summary>Batch: a record refers to a patient, code or text the batch does not have.</summary>
    IndexOutOfRange,

    /// <summary>Batch: not valid JSON, or a field of the wrong type.</summary>
    BadJson,

    /// <summary>Batch: text is not UTF-8.</summary>
    BadUtf8,

    /// <summary>Batch: a field that must be there is missing or empty (batch_id, practice).</summary>
    MissingField,

    /// <summary>Batch: batch_id or practice, which go into the output tables, hold the NHS number of a patient of the batch.</summary>
    DisclosingHeader,

    /// <summary>Record: withdrawn by the source system.</summary>
    Deleted,

    /// <summary>Record: sent before its patient.</summary>
    OrphanRecord,

    /// <summary>Record: equal to an earlier one of the same batch in every field.</summary>
    DuplicateRecord,

    /// <summary>Record: no code.</summary>
    MissingCode,

    /// <summary>Record: the code is not a code of its system (its shape).</summary>
    MalformedCode,

    /// <summary>Record: the code's system has no column in this table.</summary>
    CodeSystemUnfit,
}

/// <summary>Outcome of decoding one batch. <c>Position</c> is the byte where it went wrong; never any content.</summary>
public readonly record struct DecodeResult(RejectReason Reason, int Position)
{
    /// <summary>Whether the batch was decoded.</summary>
    public bool Ok => Reason == RejectReason.None;
}

/// <summary>Limits on what one batch may hold.</summary>
public sealed record BatchLimits
{
    /// <summary>Bytes of a batch, encoded; 16 MiB by default.</summary>
    public int MaxBytes { get; init; } = 16 << 20;

    /// <summary>Records (all kinds together), patients, codes and texts of a batch, each; 1,000,000 by default.</summary>
    public int MaxRecords { get; init; } = 1_000_000;

    /// <summary>
    /// Schema ids of the Confluent registry that stand for the batch schema. Empty (the default): every id does, and a batch of another
    /// schema is left to validation.
    /// </summary>
    public IReadOnlyCollection<int> SchemaIds { get; init; } = [];
}

/// <summary>
/// Bytes to views. In: a <see cref="RawBatch"/>. Out: a reused <see cref="DecodedBatch"/>, or one reject with its reason. Never throws for
/// what the bytes hold; allocates nothing once its arrays have grown. One decoder per lane.
/// </summary>
public sealed class BatchDecoder(BatchLimits limits)
{
    private readonly DecodedBatch _batch = new();
    private readonly int[] _schemaIds = [.. limits.SchemaIds];
    private byte[] _text = [];
    private int _textDirty;

    /// <summary>Decodes into this decoder's own <see cref="DecodedBatch"/>, valid until the next call and while <paramref name="raw"/> lives. A rejected batch is empty.</summary>
    public DecodeResult Decode(RawBatch raw, out DecodedBatch batch)
    {
        batch = _batch;
        Clear();
        if (raw.IsTombstone)
        {
            return new DecodeResult(RejectReason.Tombstone, 0);
        }

        if (raw.Length > limits.MaxBytes)
        {
            return new DecodeResult(RejectReason.Oversized, limits.MaxBytes);
        }

        var result = raw.Format == BatchFormat.Json ? DecodeJson(raw) : DecodeAvro(raw);
        if (!result.Ok)
        {
            _batch.Reset();
        }

        return result;
    }

    /// <summary>Empties the decoded batch and zeroes any copied identifier text (JSON unescape buffers). Called after each batch.</summary>
    public void Clear()
    {
        _batch.Reset();
        CryptographicOperations.ZeroMemory(_text.AsSpan(0, _textDirty));
        _textDirty = 0;
    }

    private DecodeResult DecodeJson(RawBatch raw)
    {
        // Unescaped text is never longer than its escapes.
        if (_text.Length < raw.Length)
        {
            // Not moved by the collector: no copy of identifiers is left where it lay before.
            _text = GC.AllocateArray<byte>((int)Math.Min(Math.Max(raw.Length, 2L * _text.Length), limits.MaxBytes), pinned: true);
        }

        _textDirty = raw.Length;
        var reader = new JsonBatchReader(raw.Bytes, _text.AsSpan(0, raw.Length), _batch, limits.MaxRecords);
        var result = reader.Read();
        _batch.Text = new ArraySegment<byte>(_text, 0, reader.TextLength);
        return result;
    }

    private DecodeResult DecodeAvro(RawBatch raw)
    {
        var bytes = raw.Bytes;
        var framing = CheckFraming(bytes, out var start);
        if (!framing.Ok)
        {
            return framing;
        }

        _batch.Text = raw.Segment;
        var cursor = new AvroCursor(bytes, start, limits.MaxBytes);
        if (AvroBatchReader.TryRead(ref cursor, _batch, limits.MaxRecords) && cursor.Remaining > 0)
        {
            cursor.Fail(RejectReason.TrailingBytes);
        }

        return new DecodeResult(cursor.Reason, cursor.Reason == RejectReason.None ? 0 : cursor.Position);
    }

    private DecodeResult CheckFraming(ReadOnlySpan<byte> bytes, out int start)
    {
        start = 0;
        var single = bytes.Length > 0 && bytes[0] == 0xC3;
        if (bytes.Length > 0 && !single && bytes[0] != 0)
        {
            return new DecodeResult(RejectReason.UnknownFraming, 0);
        }

        if (single && bytes.Length > 1 && bytes[1] != 1)
        {
            return new DecodeResult(RejectReason.UnknownFraming, 1);
        }

        start = single ? BatchSchema.SingleObjectHeader : BatchSchema.ConfluentHeader;
        if (bytes.Length < start)
        {
            return new DecodeResult(RejectReason.Truncated, bytes.Length);
        }

        var known = single
            ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[2..]) == BatchSchema.Fingerprint
            : _schemaIds.Length == 0 || _schemaIds.AsSpan().Contains(BinaryPrimitives.ReadInt32BigEndian(bytes[1..]));
        return known ? default : new DecodeResult(RejectReason.UnknownSchema, single ? 2 : 1);
    }
}
