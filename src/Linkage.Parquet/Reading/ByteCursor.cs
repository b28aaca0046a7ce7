using System.Buffers.Binary;

namespace Linkage.Parquet.Reading;

/// <summary>Reads forward through bytes that may be damaged: what goes past their end is an <see cref="InvalidDataException"/>.</summary>
internal ref struct ByteCursor(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _left = bytes;

    /// <summary>Bytes not read yet.</summary>
    public readonly ReadOnlySpan<byte> Left => _left;

    /// <summary>The next bytes.</summary>
    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > _left.Length)
            throw Damaged();
        ReadOnlySpan<byte> taken = _left[..(int)count];
        _left = _left[(int)count..];
        return taken;
    }

    /// <summary>As many of the next bytes as there are, up to a count.</summary>
    public ReadOnlySpan<byte> TakeAtMost(long count) => Take(Math.Min(count, _left.Length));

    /// <summary>One byte.</summary>
    public byte Byte() => Take(1)[0];

    /// <summary>Four bytes, little-endian.</summary>
    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    /// <summary>An unsigned LEB128 number.</summary>
    public ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte b = Byte();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }

        throw Damaged();
    }

    /// <summary>A LEB128 number in zigzag form.</summary>
    public long ZigZag()
    {
        ulong value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private static InvalidDataException Damaged() => new("the page's content ends before its values do");
}
