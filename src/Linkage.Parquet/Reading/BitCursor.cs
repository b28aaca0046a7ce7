using System.Buffers.Binary;

namespace Linkage.Parquet.Reading;

/// <summary>Reads numbers of a fixed number of bits each, lowest bits first. The caller has seen to it that there are enough bytes.</summary>
internal ref struct BitCursor(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private ulong _pending;
    private int _bits;
    private int _at;

    /// <summary>Bytes that so many numbers take.</summary>
    public static long BytesFor(long count, int width) => ((count * width) + 7) / 8;

    /// <summary>Reads numbers of 0 to 32 bits.</summary>
    public void Read(int width, scoped Span<int> values)
    {
        if (width == 0)
        {
            values.Clear();
            return;
        }

        ulong mask = ulong.MaxValue >> (64 - width);
        ulong pending = _pending;
        int bits = _bits;
        int at = _at;
        for (int i = 0; i < values.Length; i++)
        {
            if (bits < width)
            {
                // At most 31 bits are left: 32 more fit.
                if (at + sizeof(uint) <= _bytes.Length)
                {
                    pending |= (ulong)BinaryPrimitives.ReadUInt32LittleEndian(_bytes[at..]) << bits;
                    at += sizeof(uint);
                    bits += 32;
                }
                else
                {
                    for (; bits < width; bits += 8)
                        pending |= (ulong)_bytes[at++] << bits;
                }
            }

            values[i] = (int)(pending & mask);
            pending >>= width;
            bits -= width;
        }

        (_pending, _bits, _at) = (pending, bits, at);
    }

    /// <summary>Reads numbers of 0 to 64 bits.</summary>
    public void Read(int width, scoped Span<ulong> values)
    {
        Span<int> halves = stackalloc int[1];
        for (int i = 0; i < values.Length; i++)
        {
            Read(Math.Min(width, 32), halves);
            values[i] = (uint)halves[0];
            if (width <= 32)
                continue;
            Read(width - 32, halves);
            values[i] |= (ulong)(uint)halves[0] << 32;
        }
    }
}
