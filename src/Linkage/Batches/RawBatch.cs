using System.Buffers;

namespace Linkage.Batches;

/// <summary>How a batch is encoded.</summary>
public enum BatchFormat
{
    /// <summary>Avro binary: single-object encoding (C3 01) or Confluent framing (00), told apart by the first bytes.</summary>
    Avro,

    /// <summary>JSON with the field names of the Avro schema (header <c>content-type: application/json</c>).</summary>
    Json,
}

/// <summary>
/// One Kafka message (or one batch of a file drop) as bytes in pooled memory. Holds identifiers in clear: dispose zeroes them.
/// </summary>
public sealed class RawBatch : IDisposable
{
    // Rented by the thread that polls, returned by the lanes: the shared pool keeps what is returned near the thread that returned it, and would allocate for
    // almost every batch. How much this one holds follows the lanes' queues, which are bounded.
    private static readonly ArrayPool<byte> Pool = ArrayPool<byte>.Create(maxArrayLength: 64 << 20, maxArraysPerBucket: 4096);
    private byte[]? _buffer;

    private RawBatch(byte[]? buffer, int length, bool isTombstone, BatchFormat format, string topic, int partition, long offset, DateTime timestamp)
    {
        _buffer = buffer;
        Length = length;
        IsTombstone = isTombstone;
        Format = format;
        Topic = topic;
        Partition = partition;
        Offset = offset;
        Timestamp = timestamp;
    }

    /// <summary>Topic the batch came from.</summary>
    public string Topic { get; }

    /// <summary>Partition of the topic.</summary>
    public int Partition { get; private set; }

    /// <summary>Offset in the partition.</summary>
    public long Offset { get; private set; }

    /// <summary>When Kafka says the message was made (UTC).</summary>
    public DateTime Timestamp { get; private set; }

    /// <summary>Encoding.</summary>
    public BatchFormat Format { get; }

    /// <summary>The message had a null value.</summary>
    public bool IsTombstone { get; }

    /// <summary>Bytes in the batch.</summary>
    public int Length { get; }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer is null ? throw new ObjectDisposedException(nameof(RawBatch)) : _buffer.AsSpan(0, Length);

    /// <summary>The same bytes as an array segment, for views that outlive the call but not the batch.</summary>
    public ArraySegment<byte> Segment => _buffer is null ? throw new ObjectDisposedException(nameof(RawBatch)) : new ArraySegment<byte>(_buffer, 0, Length);

    /// <summary>Copies <paramref name="bytes"/> into pooled memory.</summary>
    public static RawBatch Copy(ReadOnlySpan<byte> bytes, bool isTombstone, BatchFormat format, string topic, int partition, long offset, DateTime timestamp)
    {
        var buffer = Pool.Rent(Math.Max(bytes.Length, 1));
        bytes.CopyTo(buffer);
        return new RawBatch(buffer, bytes.Length, isTombstone, format, topic, partition, offset, timestamp);
    }

    /// <summary>Says where the batch came from, for a reader that learns it after the bytes.</summary>
    public RawBatch PlaceAt(int partition, long offset, DateTime timestamp)
    {
        Partition = partition;
        Offset = offset;
        Timestamp = timestamp;
        return this;
    }

    /// <summary>Zeroes the bytes and returns the memory.</summary>
    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, null);
        if (buffer is not null)
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(buffer.AsSpan(0, Length));
            Pool.Return(buffer);
        }
    }
}
