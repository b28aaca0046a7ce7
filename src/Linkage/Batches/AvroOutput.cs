using System.Buffers.Binary;

namespace Linkage.Batches;

/// <summary>Avro binary values appended to a buffer that grows and stays.</summary>
internal sealed class AvroOutput
{
    private byte[] _bytes = new byte[256];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Makes room for <paramref name="count"/> more bytes: what <see cref="Advance"/> then counts as written.</summary>
    public Span<byte> Reserve(int count)
    {
        _bytes = Room.For(_bytes, checked(Length + count));
        return _bytes.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    public void Int(long value) => Advance(PutLong(Reserve(10), value));

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    public void Text(ReadOnlySpan<byte> text)
    {
        Int(text.Length);
        Bytes(text);
    }

    /// <summary>A union of null and text; empty is null.</summary>
    public void OptionalText(ReadOnlySpan<byte> text)
    {
        Int(text.IsEmpty ? 0 : 1);
        if (!text.IsEmpty)
        {
            Text(text);
        }
    }

    /// <summary>An array of already encoded items, in one block.</summary>
    public void Array(int count, ReadOnlySpan<byte> items)
    {
        if (count > 0)
        {
            Int(count);
            Bytes(items);
        }

        Int(0);
    }

    /// <summary>Writes a zigzag varint; returns how many bytes it took (10 at most).</summary>
    public static int PutLong(Span<byte> bytes, long value)
    {
        var raw = (ulong)(value << 1) ^ (ulong)(value >> 63);
        var length = 0;
        while (raw >= 0x80)
        {
            bytes[length++] = (byte)(raw | 0x80);
            raw >>= 7;
        }

        bytes[length++] = (byte)raw;
        return length;
    }

    /// <summary>Writes a zigzag varint; returns how many bytes it took (5 at most).</summary>
    public static int PutInt(Span<byte> bytes, int value)
    {
        var raw = (uint)(value << 1) ^ (uint)(value >> 31);
        var length = 0;
        while (raw >= 0x80)
        {
            bytes[length++] = (byte)(raw | 0x80);
            raw >>= 7;
        }

        bytes[length++] = (byte)raw;
        return length;
    }

    public static int PutOptionalDate(Span<byte> bytes, int days)
    {
        if (days == ClinicalRecord.NoDate)
        {
            bytes[0] = 0;
            return 1;
        }

        bytes[0] = 2;
        return 1 + PutInt(bytes[1..], days);
    }

    public static int PutOptionalDouble(Span<byte> bytes, bool present, double value)
    {
        if (!present)
        {
            bytes[0] = 0;
            return 1;
        }

        bytes[0] = 2;
        BinaryPrimitives.WriteDoubleLittleEndian(bytes[1..], value);
        return 1 + sizeof(double);
    }
}
