using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Linkage.Batches;

/// <summary>
/// The outer form of a container file: header, blocks, sync markers. Reads the stream once, forwards; never holds more than a lying length leaves
/// really there.
/// </summary>
internal sealed class AvroContainerStream(Stream input, string name, int maxBlockBytes)
{
    private const int MaxHeaderBytes = 1 << 20;
    private const int Piece = 64 << 10;

    private readonly byte[] _buffer = new byte[Piece];
    private int _at;
    private int _end;

    /// <summary>Bytes of the file consumed.</summary>
    public long Position { get; private set; }

    /// <summary>The exception for a file that cannot be used: it names the file and the byte.</summary>
    public InvalidDataException Error(long position, string what) => new($"{name}: byte {position}: the file {what}.");

    /// <summary>Reads the header: whether blocks are deflated, and the sync marker. The schema must be the batch schema.</summary>
    public (bool Deflate, byte[] Sync) ReadHeader()
    {
        Span<byte> magic = stackalloc byte[AvroContainer.Magic.Length];
        if (!TryFill(magic) || !magic.SequenceEqual(AvroContainer.Magic))
        {
            throw Error(0, "is not an Avro container (it does not begin with \"Obj\" and 1)");
        }

        byte[]? schema = null;
        byte[] codec = AvroContainer.NullCodec.ToArray();
        for (var count = ReadLong(); count != 0; count = ReadLong())
        {
            if (count < 0)
            {
                ReadLong();
                count = count == long.MinValue ? long.MaxValue : -count;
            }

            for (; count > 0; count--)
            {
                var key = ReadHeaderBytes();
                var value = ReadHeaderBytes();
                if (key.AsSpan().SequenceEqual(AvroContainer.SchemaKey))
                {
                    schema = value;
                }
                else if (key.AsSpan().SequenceEqual(AvroContainer.CodecKey))
                {
                    codec = value;
                }
            }
        }

        CheckSchema(schema);
        var sync = new byte[AvroContainer.SyncBytes];
        Fill(sync);
        return (IsDeflate(codec), sync);
    }

    /// <summary>Reads the next block and its sync marker; false at the end of the file.</summary>
    public bool TryReadBlock(ZeroedBuffer block, ReadOnlySpan<byte> sync, out long count)
    {
        count = 0;
        block.Clear();
        if (!Refill())
        {
            return false;
        }

        var start = Position;
        count = ReadLong();
        var size = ReadLong();
        if (count < 0 || size < 0 || size > maxBlockBytes)
        {
            throw Error(start, $"has a block of {count} batches and {size} bytes; up to {maxBlockBytes} bytes are read");
        }

        for (var left = (int)size; left > 0;)
        {
            var piece = Math.Min(left, Piece);
            Fill(block.Append(piece));
            left -= piece;
        }

        var markerAt = Position;
        Span<byte> marker = stackalloc byte[AvroContainer.SyncBytes];
        Fill(marker);
        if (!marker.SequenceEqual(sync))
        {
            throw Error(markerAt, "does not have its sync marker after a block; it is damaged");
        }

        return true;
    }

    /// <summary>Decompresses a block (raw deflate, as the specification has it).</summary>
    public void Inflate(ZeroedBuffer block, ZeroedBuffer inflated, long blockStart)
    {
        inflated.Clear();
        using var packed = block.AsStream();
        using var inflater = new DeflateStream(packed, CompressionMode.Decompress);
        while (true)
        {
            var read = ReadInflated(inflater, inflated.Append(Piece), blockStart);
            inflated.Trim(Piece - read);
            if (read == 0)
            {
                return;
            }

            if (inflated.Bytes.Length > maxBlockBytes)
            {
                throw Error(blockStart, $"has a block that decompresses to more than {maxBlockBytes} bytes");
            }
        }
    }

    /// <summary>Zeroes what is buffered; the stream cannot be read on.</summary>
    public void Clear()
    {
        CryptographicOperations.ZeroMemory(_buffer);
        _at = _end = 0;
    }

    private int ReadInflated(DeflateStream inflater, Span<byte> target, long blockStart)
    {
        try
        {
            return inflater.Read(target);
        }
        catch (InvalidDataException)
        {
            throw Error(blockStart, "has a block that does not decompress; it is damaged");
        }
    }

    private void CheckSchema(byte[]? schema)
    {
        if (schema is null)
        {
            throw Error(Position, "has no avro.schema in its header");
        }

        ulong fingerprint;
        try
        {
            fingerprint = AvroFingerprint.Of(schema);
        }
        catch (InvalidDataException e)
        {
            throw Error(Position, "has an avro.schema in its header that cannot be read: " + e.Message.TrimEnd('.'));
        }

        if (fingerprint != BatchSchema.Fingerprint)
        {
            throw Error(Position, $"was written with another schema (fingerprint {fingerprint:x16}); batches are read in GpRecordBatch of schemas/gp-record-batch.avsc ({BatchSchema.Fingerprint:x16})");
        }
    }

    private bool IsDeflate(byte[] codec)
    {
        if (codec.AsSpan().SequenceEqual(AvroContainer.DeflateCodec))
        {
            return true;
        }

        if (codec.Length == 0 || codec.AsSpan().SequenceEqual(AvroContainer.NullCodec))
        {
            return false;
        }

        var shown = Encoding.ASCII.GetString(codec.AsSpan(0, Math.Min(codec.Length, 20)));
        throw Error(Position, $"is compressed with the codec \"{new string([.. shown.Where(char.IsAsciiLetterOrDigit)])}\"; null and deflate are read, so write it with one of these");
    }

    private byte[] ReadHeaderBytes()
    {
        var start = Position;
        var length = ReadLong();
        if (length < 0 || length > MaxHeaderBytes || start + length > MaxHeaderBytes)
        {
            throw Error(start, $"has a header entry of {length} bytes; headers up to {MaxHeaderBytes} bytes are read");
        }

        var bytes = new byte[length];
        Fill(bytes);
        return bytes;
    }

    private long ReadLong()
    {
        var start = Position;
        var raw = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (!Refill())
            {
                throw Error(Position, "ends early; it is damaged or still being written");
            }

            var b = _buffer[_at++];
            Position++;
            raw |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return (long)(raw >> 1) ^ -(long)(raw & 1);
            }
        }

        throw Error(start, "has a number that does not end");
    }

    private void Fill(Span<byte> target)
    {
        if (!TryFill(target))
        {
            throw Error(Position, "ends early; it is damaged or still being written");
        }
    }

    private bool TryFill(Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            if (!Refill())
            {
                return false;
            }

            var count = Math.Min(_end - _at, target.Length);
            _buffer.AsSpan(_at, count).CopyTo(target);
            _at += count;
            Position += count;
            target = target[count..];
        }

        return true;
    }

    /// <summary>Whether bytes are at hand, reading more if none are.</summary>
    private bool Refill()
    {
        if (_at == _end)
        {
            _at = 0;
            _end = input.Read(_buffer);
        }

        return _end > _at;
    }
}
