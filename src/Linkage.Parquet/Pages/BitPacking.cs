using System.Buffers.Binary;

namespace Linkage.Parquet.Pages;

/// <summary>Packs unsigned numbers into a fixed number of bits each, lowest bits first, as the hybrid encoding wants them.</summary>
/// <remarks>https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE</remarks>
internal static class BitPacking
{
    /// <summary>Bytes the encoder may touch behind the packed ones.</summary>
    public const int Slack = 16;

    /// <summary>Bits needed for every number from 0 to <paramref name="max"/>; at least 1, because not every reader takes 0.</summary>
    public static int Width(int max) => Math.Max(1, 32 - int.LeadingZeroCount(max));

    /// <summary>
    /// Packs <paramref name="values"/> in groups of eight, the last filled up with zeros.
    /// </summary>
    /// <param name="values">Numbers of at most <paramref name="width"/> bits.</param>
    /// <param name="width">1 to 31.</param>
    /// <param name="packed">Room for width bytes a group of eight, and <see cref="Slack"/> more.</param>
    public static void Pack(ReadOnlySpan<int> values, int width, Span<byte> packed)
    {
        while (values.Length >= 8)
        {
            PackGroup(values, width, packed);
            values = values[8..];
            packed = packed[width..];
        }

        if (values.Length == 0)
            return;
        Span<int> last = stackalloc int[8];
        last.Clear();
        values.CopyTo(last);
        PackGroup(last, width, packed);
    }

    private static void PackGroup(ReadOnlySpan<int> v, int width, Span<byte> packed)
    {
        if (width <= 16)
        {
            // Four numbers fill at most one word: two words of four, joined at a bit boundary.
            ulong low = Four(v, width);
            ulong high = Four(v[4..], width);
            int bits = 4 * width;
            BinaryPrimitives.WriteUInt64LittleEndian(packed, bits == 64 ? low : low | (high << bits));
            if (width > 8)
                BinaryPrimitives.WriteUInt64LittleEndian(packed[8..], high >> (64 - bits));
            return;
        }

        PackWide(v, width, packed);
    }

    private static ulong Four(ReadOnlySpan<int> v, int width) =>
        (uint)v[0] | ((ulong)(uint)v[1] << width) | ((ulong)(uint)v[2] << (2 * width)) | ((ulong)(uint)v[3] << (3 * width));

    private static void PackWide(ReadOnlySpan<int> v, int width, Span<byte> packed)
    {
        ulong pending = 0;
        int bits = 0;
        int at = 0;
        for (int i = 0; i < 8; i++)
        {
            pending |= (ulong)(uint)v[i] << bits;
            bits += width;
            if (bits >= 32)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(packed[at..], (uint)pending);
                at += 4;
                pending >>= 32;
                bits -= 32;
            }
        }

        if (bits > 0)
            BinaryPrimitives.WriteUInt32LittleEndian(packed[at..], (uint)pending);
    }
}
