namespace Linkage.Batches;

/// <summary>Why a batch or a record could not be used. Names are what the rejects table and the run report show (kebab-case).</summary>
public enum RejectReason
{
    /// <summary>Not rejected.</summary>
    None,

    /// <summary>Batch: the message has no value.</summary>
    Tombstone,

    /// <summary>Batch: larger than the configured limit.</summary>
    Oversized,

    /// <summary>Batch: the bytes end before the batch does.</summary>
    Truncated,

    /// <summary>Batch: bytes follow the end of the batch.</summary>
    TrailingBytes,

    /// <summary>Batch: neither Avro single-object, Confluent framing nor the declared content type.</summary>
    UnknownFraming,

    /// <summary>Batch: the schema fingerprint or id is not known.</summary>
    UnknownSchema,

    /// <summary>Batch: a length or count is negative or larger than the bytes can hold.</summary>
    BadLength,

    /// <summary>Batch: an enum or union index is out of range, or a varint overflows.</summary>
    BadValue,

    /// <summary>Batch: a record refers to a patient, code or text the batch does not have.</summary>
    IndexOutOfRange,

    /// <summary>Batch: not valid JSON, or a field of the wrong type.</summary>
    BadJson,

    /// <summary>Batch: text is not UTF-8.</summary>
    BadUtf8,

    /// <summary>Batch: a field that must be there is missing or empty (batch_id, practice).</summary>
    MissingField,

    /// <summary>Record: withdrawn by the source system.</summary>
    Deleted,

    /// <summary>Record: sent before its patient.</summary>
    OrphanRecord,

    /// <summary>Record: equal to an earlier one of the same batch in every field.</summary>
    DuplicateRecord,

    /// <summary>Record: no code.</summary>
    MissingCode,

    /// <summary>Record: the code is not a code of its system (shape or check digit).</summary>
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

    /// <summary>Records (all kinds) and patients of a batch; 1,000,000 by default.</summary>
    public int MaxRecords { get; init; } = 1_000_000;
}

/// <summary>
/// Bytes to views. In: a <see cref="RawBatch"/>. Out: a reused <see cref="DecodedBatch"/>, or one reject with its reason. Never throws for
/// what the bytes hold; allocates nothing once its arrays have grown. One decoder per lane.
/// </summary>
public sealed class BatchDecoder(BatchLimits limits)
{
    /// <summary>Decodes into this decoder's own <see cref="DecodedBatch"/>, valid until the next call and while <paramref name="raw"/> lives.</summary>
    public DecodeResult Decode(RawBatch raw, out DecodedBatch batch) => throw new NotSupportedException("stub: batches " + limits);

    /// <summary>Zeroes any copied identifier text (JSON unescape buffers). Called after each batch.</summary>
    public void Clear() => throw new NotSupportedException("stub: batches " + limits);
}
