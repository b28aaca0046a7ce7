using System.Collections.Immutable;
using Linkage.Batches;
using Linkage.Parquet;

namespace Linkage.Tables;

/// <summary>What a reject is.</summary>
public enum RecordKind : byte
{
    /// <summary>A whole batch.</summary>
    Batch,

    /// <summary>A clinical event.</summary>
    Clinical,

    /// <summary>A prescription.</summary>
    Scripts,

    /// <summary>A registration.</summary>
    Registrations,
}

/// <summary>
/// rejects: one row for each batch or record that could not be used, with the reason and the exact place it can be read again from; no content, which
/// may identify.
/// </summary>
public sealed class Rejects : RowBuffer
{
    /// <summary>Columns of rejects.</summary>
    public static readonly ImmutableArray<ColumnSchema> Schema =
    [
        new(1, "topic", ColumnType.String, Nullable: false, "Topic the batch came from."),
        new(2, "source_partition", ColumnType.Int32, Nullable: false, "Partition of the topic."),
        new(3, "source_offset", ColumnType.Int64, Nullable: false, "Offset of the batch in the partition."),
        new(4, "message_at", ColumnType.TimestampMicros, Nullable: false, "The message's own time."),
        new(5, "batch_id", ColumnType.String, Nullable: true, "The batch, when its header could be read."),
        new(6, "practice", ColumnType.String, Nullable: true, "ODS code of the practice, when the header could be read."),
        new(7, "kind", ColumnType.String, Nullable: false, "batch, clinical, scripts or registrations."),
        new(8, "record", ColumnType.Int32, Nullable: true, "Index of the record in its list; null for a whole batch."),
        new(9, "reason", ColumnType.String, Nullable: false, "Why, in a fixed vocabulary (docs/rejects.md)."),
        new(10, "position", ColumnType.Int32, Nullable: true, "Byte of the message where decoding went wrong; null for records."),
    ];

    private readonly LaneDictionaries _dictionaries;
    private readonly IdBuilder _topic;
    private readonly Int32Builder _partition;
    private readonly Int64Builder _offset;
    private readonly Int64Builder _messageAt;
    private readonly IdBuilder _batchId;
    private readonly IdBuilder _practice;
    private readonly IdBuilder _kind;
    private readonly Int32Builder _record;
    private readonly IdBuilder _reason;
    private readonly Int32Builder _position;

    /// <summary>An empty buffer.</summary>
    public Rejects(LaneDictionaries dictionaries)
        : this(dictionaries, new IdBuilder(dictionaries.Words), new(), new(), new(), new IdBuilder(dictionaries.BatchIds), new IdBuilder(dictionaries.Practices), new IdBuilder(dictionaries.Words), new(), new IdBuilder(dictionaries.Words), new())
    {
    }

    private Rejects(LaneDictionaries dictionaries, IdBuilder topic, Int32Builder partition, Int64Builder offset, Int64Builder messageAt, IdBuilder batchId, IdBuilder practice, IdBuilder kind, Int32Builder record, IdBuilder reason, Int32Builder position)
        : base([topic, partition, offset, messageAt, batchId, practice, kind, record, reason, position], sortKey: null)
    {
        _dictionaries = dictionaries;
        _topic = topic;
        _partition = partition;
        _offset = offset;
        _messageAt = messageAt;
        _batchId = batchId;
        _practice = practice;
        _kind = kind;
        _record = record;
        _reason = reason;
        _position = position;
    }

    /// <summary>Adds a whole batch.</summary>
    public void AppendBatch(RawBatch raw, DecodeResult result)
    {
        Head(raw, -1, -1, RecordKind.Batch, result.Reason);
        _record.AppendNull();
        _position.Append(result.Position);
    }

    /// <summary>Adds one record of a decoded batch.</summary>
    /// <param name="raw">The batch.</param>
    /// <param name="batchId">Id in the lane's dictionary.</param>
    /// <param name="practice">Id in the lane's dictionary.</param>
    /// <param name="kind">Which list.</param>
    /// <param name="record">Index in the list.</param>
    /// <param name="reason">Why.</param>
    public void AppendRecord(RawBatch raw, int batchId, int practice, RecordKind kind, int record, RejectReason reason)
    {
        Head(raw, batchId, practice, kind, reason);
        _record.Append(record);
        _position.AppendNull();
    }

    private void Head(RawBatch raw, int batchId, int practice, RecordKind kind, RejectReason reason)
    {
        ArgumentNullException.ThrowIfNull(raw);
        _topic.Append(_dictionaries.Words.GetOrAdd(Words.Topic(raw.Topic)));
        _partition.Append(raw.Partition);
        _offset.Append(raw.Offset);
        _messageAt.Append((raw.Timestamp - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        _batchId.Append(batchId);
        _practice.Append(practice);
        _kind.Append(_dictionaries.Words.GetOrAdd(Words.Of(kind)));
        _reason.Append(_dictionaries.Words.GetOrAdd(Words.Of(reason)));
    }
}
