using System.Buffers;
using System.Security.Cryptography;

namespace Linkage.Batches;

/// <summary>
/// Names of an Avro object container file (Avro 1.12 specification, "Object Container Files").
/// </summary>
internal static class AvroContainer
{
    public const int SyncBytes = 16;

    public static ReadOnlySpan<byte> Magic => "Obj\x01"u8;

    public static ReadOnlySpan<byte> SchemaKey => "avro.schema"u8;

    public static ReadOnlySpan<byte> CodecKey => "avro.codec"u8;

    public static ReadOnlySpan<byte> NullCodec => "null"u8;

    public static ReadOnlySpan<byte> DeflateCodec => "deflate"u8;
}

/// <summary>Writes a file drop: an Avro object container file of GpRecordBatch, one batch a block, not compressed.</summary>
public sealed class AvroContainerWriter : IDisposable
{
    private readonly Stream _output;
    private readonly byte[] _sync;
    private readonly AvroOutput _frame = new();
    private bool _disposed;

    /// <summary>Starts a container on a stream (not closed by the writer). <paramref name="syncMarker"/>: 16 bytes (fixed by the caller so that the same seed gives the same bytes).</summary>
    public AvroContainerWriter(Stream output, ReadOnlySpan<byte> syncMarker)
    {
        if (syncMarker.Length != AvroContainer.SyncBytes)
        {
            throw new ArgumentException($"A sync marker has {AvroContainer.SyncBytes} bytes, not {syncMarker.Length}.", nameof(syncMarker));
        }

        _output = output;
        _sync = syncMarker.ToArray();
        _frame.Bytes(AvroContainer.Magic);
        _frame.Int(2);
        _frame.Text(AvroContainer.SchemaKey);
        _frame.Text(BatchSchema.Text.Span);
        _frame.Text(AvroContainer.CodecKey);
        _frame.Text(AvroContainer.NullCodec);
        _frame.Int(0);
        _frame.Bytes(_sync);
        _output.Write(_frame.Written);
    }

    /// <summary>Appends one datum (<see cref="BatchBuilder.Datum"/>) as a block.</summary>
    public void Append(ReadOnlySpan<byte> datum)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _frame.Clear();
        _frame.Int(1);
        _frame.Int(datum.Length);
        _output.Write(_frame.Written);
        _output.Write(datum);
        _output.Write(_sync);
    }

    /// <summary>Ends the container; everything is on the stream already, which stays open.</summary>
    public void Dispose() => _disposed = true;
}

/// <summary>
/// Reads a file drop batch by batch, whatever tool wrote it (codecs null and deflate; several datums a block). Holds one block in memory, zeroed when
/// it is left.
/// </summary>
public sealed class AvroContainerReader : IDisposable
{
    /// <summary>Largest block read, before and after decompression, unless the caller says otherwise: 64 MiB.</summary>
    public const int DefaultMaxBlockBytes = 64 << 20;

    private readonly AvroContainerStream _stream;
    private readonly byte[] _sync;
    private readonly bool _deflate;
    private readonly ZeroedBuffer _block = new();
    private readonly ZeroedBuffer _inflated = new();
    private readonly ZeroedBuffer _single = new();
    private long _blockStart;
    private long _left;
    private int _next;

    /// <summary>Opens a container (the stream is not closed by the reader); an unreadable or foreign file is an <see cref="InvalidDataException"/> that names the file and byte.</summary>
    public AvroContainerReader(Stream input, string name)
        : this(input, name, DefaultMaxBlockBytes)
    {
    }

    /// <summary>Opens a container whose blocks hold at most <paramref name="maxBlockBytes"/>.</summary>
    public AvroContainerReader(Stream input, string name, int maxBlockBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBlockBytes, 1);
        _stream = new AvroContainerStream(input, name, maxBlockBytes);
        (_deflate, _sync) = _stream.ReadHeader();
    }

    private ZeroedBuffer Datums => _deflate ? _inflated : _block;

    /// <summary>Next datum as single-object framed bytes, or false at the end. The span lives until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> singleObject)
    {
        singleObject = default;
        while (_left == 0)
        {
            if (!TryReadBlock())
            {
                return false;
            }
        }

        var rest = Datums.Bytes[_next..];
        // The last datum of a block is all that is left of it, good or bad: the decoder judges it. Others are measured first.
        var length = rest.Length;
        if (_left > 1 && !AvroDatum.TryMeasure(rest, out length, out var wrongAt))
        {
            throw _stream.Error(_blockStart, $"holds a batch in its block that is not of its schema, at byte {_next + wrongAt} of the block{(_deflate ? " decompressed" : "")}");
        }

        _left--;
        _next += length;
        _single.Clear();
        BatchSchema.WriteSingleObjectHeader(_single.Append(BatchSchema.SingleObjectHeader));
        rest[..length].CopyTo(_single.Append(length));
        singleObject = _single.Bytes;
        return true;
    }

    /// <summary>Zeroes what was read. The stream stays open.</summary>
    public void Dispose()
    {
        _left = 0;
        _stream.Clear();
        _block.Dispose();
        _inflated.Dispose();
        _single.Dispose();
    }

    private bool TryReadBlock()
    {
        _blockStart = _stream.Position;
        _next = 0;
        if (!_stream.TryReadBlock(_block, _sync, out _left))
        {
            return false;
        }

        if (_deflate)
        {
            _stream.Inflate(_block, _inflated, _blockStart);
        }

        if (_left == 0 && Datums.Bytes.Length > 0)
        {
            throw _stream.Error(_blockStart, "holds a block of no batches that is not empty");
        }

        return true;
    }
}

/// <summary>Pooled bytes that are zeroed when they are cleared, outgrown or given back.</summary>
internal sealed class ZeroedBuffer : IDisposable
{
    private byte[] _bytes = [];
    private int _length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>The bytes as a stream, valid until the buffer changes.</summary>
    public MemoryStream AsStream() => new(_bytes, 0, _length, writable: false);

    public void Clear()
    {
        CryptographicOperations.ZeroMemory(_bytes.AsSpan(0, _length));
        _length = 0;
    }

    /// <summary>Adds <paramref name="count"/> bytes for the caller to fill.</summary>
    public Span<byte> Append(int count)
    {
        var start = _length;
        var needed = checked(start + count);
        if (needed > _bytes.Length)
        {
            var wider = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(needed, 2L * _bytes.Length), Array.MaxLength));
            _bytes.AsSpan(0, start).CopyTo(wider);
            Return();
            _bytes = wider;
        }

        _length = needed;
        return _bytes.AsSpan(start, count);
    }

    /// <summary>Takes back the last <paramref name="count"/> bytes, not filled.</summary>
    public void Trim(int count) => _length -= count;

    public void Dispose()
    {
        Return();
        _bytes = [];
        _length = 0;
    }

    private void Return()
    {
        if (_bytes.Length > 0)
        {
            CryptographicOperations.ZeroMemory(_bytes.AsSpan(0, _length));
            ArrayPool<byte>.Shared.Return(_bytes);
        }
    }
}
