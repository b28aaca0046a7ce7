namespace Linkage.Parquet.Reading;

/// <summary>Reads Parquet's hybrid of run lengths and bit packing: dictionary indices, levels, booleans.</summary>
/// <remarks>https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE</remarks>
internal static class HybridDecoding
{
    private const int MaxWidth = 32;

    /// <summary>Reads <c>values.Length</c> numbers of <paramref name="width"/> bits.</summary>
    public static void Read(ref ByteCursor input, int width, Span<int> values)
    {
        if (width > MaxWidth)
            throw new InvalidDataException($"numbers of {width} bits where at most {MaxWidth} are possible");
        while (values.Length > 0)
        {
            ulong header = input.Varint();
            int count = Count(header, values.Length);
            if ((header & 1) == 0)
            {
                values[..count].Fill(RunValue(ref input, width));
            }
            else
            {
                BitCursor bits = new(Packed(ref input, header, count, width));
                bits.Read(width, values[..count]);
            }

            values = values[count..];
        }
    }

    /// <summary>Reads numbers of one bit.</summary>
    public static void Read(ref ByteCursor input, Span<bool> values)
    {
        while (values.Length > 0)
        {
            ulong header = input.Varint();
            int count = Count(header, values.Length);
            if ((header & 1) == 0)
                values[..count].Fill((RunValue(ref input, 1) & 1) != 0);
            else
                Expand(Packed(ref input, header, count, 1), values[..count]);
            values = values[count..];
        }
    }

    /// <summary>Booleans of one bit each, lowest first.</summary>
    public static void Expand(ReadOnlySpan<byte> packed, Span<bool> values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = ((packed[i >> 3] >> (i & 7)) & 1) != 0;
    }

    /// <summary>How many of the values a run gives: a packed one is filled up to groups of eight.</summary>
    private static int Count(ulong header, int wanted)
    {
        ulong run = (header & 1) == 0 ? header >> 1 : (header >> 1) * 8;
        // Twice the largest run there can be would not fit what follows.
        if (run == 0 || header >> 1 > int.MaxValue)
            throw new InvalidDataException("a run of no values, or of more than there can be");
        return (int)Math.Min(run, (ulong)wanted);
    }

    private static int RunValue(ref ByteCursor input, int width)
    {
        int value = 0, shift = 0;
        foreach (byte b in input.Take((width + 7) / 8))
        {
            value |= b << shift;
            shift += 8;
        }

        return value;
    }

    /// <summary>The bytes of a packed run; the last of a page may lack those that only fill up.</summary>
    private static ReadOnlySpan<byte> Packed(ref ByteCursor input, ulong header, int count, int width)
    {
        ReadOnlySpan<byte> packed = input.TakeAtMost((long)(header >> 1) * width);
        if (packed.Length < BitCursor.BytesFor(count, width))
            throw new InvalidDataException("a packed run ends before its values do");
        return packed;
    }
}
