namespace Linkage.Parquet.Reading;

/// <summary>Reads DELTA_BINARY_PACKED: a first value, then blocks of differences, each packed to the bits its miniblock needs.</summary>
/// <remarks>https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC</remarks>
internal static class DeltaDecoding
{
    private const int MaxBlock = 1 << 20;
    private const int AtOnce = 32;

    /// <summary>Reads exactly <c>values.Length</c> numbers. Arithmetic wraps, as it does in writers: for 32-bit columns the lower half counts.</summary>
    public static void Read(ref ByteCursor input, Span<long> values)
    {
        ulong blockSize = input.Varint();
        ulong miniblocks = input.Varint();
        ulong count = input.Varint();
        long value = input.ZigZag();
        if (blockSize is 0 or > MaxBlock || miniblocks is 0 || miniblocks > blockSize || blockSize % miniblocks != 0 || blockSize / miniblocks % 32 != 0)
            throw new InvalidDataException($"delta blocks of {blockSize} values in {miniblocks} parts");
        if (count != (ulong)values.Length)
            throw new InvalidDataException($"{count} delta-encoded values where the page has {values.Length}");
        if (values.Length == 0)
            return;
        values[0] = value;
        values = values[1..];
        int perMiniblock = (int)(blockSize / miniblocks);
        while (values.Length > 0)
        {
            long minimum = input.ZigZag();
            ReadOnlySpan<byte> widths = input.Take((long)miniblocks);
            for (int m = 0; m < widths.Length && values.Length > 0; m++)
            {
                int take = Math.Min(perMiniblock, values.Length);
                ReadMiniblock(ref input, widths[m], perMiniblock, minimum, ref value, values[..take]);
                values = values[take..];
            }
        }
    }

    /// <summary>Reads lengths: numbers that no value may have below zero.</summary>
    public static void ReadLengths(ref ByteCursor input, Span<long> lengths)
    {
        Read(ref input, lengths);
        foreach (long length in lengths)
        {
            if (length is < 0 or > int.MaxValue)
                throw new InvalidDataException($"a value of {length} bytes");
        }
    }

    private static void ReadMiniblock(ref ByteCursor input, int width, int size, long minimum, ref long value, Span<long> values)
    {
        if (width > 64)
            throw new InvalidDataException($"differences of {width} bits");
        ReadOnlySpan<byte> packed = input.TakeAtMost(BitCursor.BytesFor(size, width));
        if (packed.Length < BitCursor.BytesFor(values.Length, width))
            throw new InvalidDataException("a block of differences ends before its values do");
        BitCursor bits = new(packed);
        Span<int> narrow = stackalloc int[AtOnce];
        Span<ulong> wide = stackalloc ulong[AtOnce];
        while (values.Length > 0)
        {
            int count = Math.Min(AtOnce, values.Length);
            if (width <= 32)
                bits.Read(width, narrow[..count]);
            else
                bits.Read(width, wide[..count]);
            for (int i = 0; i < count; i++)
            {
                value = unchecked(value + minimum + (width <= 32 ? (uint)narrow[i] : (long)wide[i]));
                values[i] = value;
            }

            values = values[count..];
        }
    }
}
