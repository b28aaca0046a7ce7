using Linkage.Parquet.Format;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Columns;

/// <summary>Encodes one chunk of BOOLEAN: PLAIN, one bit a value, lowest first.</summary>
internal static class BooleanColumn
{
    public static ColumnChunk Write(PageWriter pages, ParquetScratch scratch, int pageRows, ReadOnlySpan<bool> values, ReadOnlySpan<bool> valid, int rows, bool nullable)
    {
        (int present, int ones) = Count(values, valid);
        pages.BeginChunk(nullable, constant: present == 0);
        for (int row = 0; row < rows; row += pageRows)
        {
            int count = Math.Min(pageRows, rows - row);
            ReadOnlySpan<bool> pageValid = valid.IsEmpty ? valid : valid.Slice(row, count);
            pages.BeginPage(pageRows);
            WriteBits(values.Slice(row, count), pageValid, pages.Values);
            (int pagePresent, int pageOnes) = Count(values.Slice(row, count), pageValid);
            scratch.PageBounds.Add(Bounds(pagePresent, pageOnes));
            pages.EndPage(count, pageValid, PageEncoding.Plain, pageRows);
        }

        ColumnChunk chunk = pages.EndChunk();
        chunk.NullCount = rows - present;
        chunk.Bounds = Bounds(present, ones);
        return chunk;
    }

    private static (int Present, int Ones) Count(ReadOnlySpan<bool> values, ReadOnlySpan<bool> valid)
    {
        int present = 0, ones = 0;
        for (int i = 0; i < values.Length; i++)
        {
            bool has = valid.IsEmpty || valid[i];
            present += has ? 1 : 0;
            ones += has && values[i] ? 1 : 0;
        }

        return (present, ones);
    }

    private static ChunkBounds Bounds(int present, int ones) => new()
    {
        HasMin = present > 0,
        HasMax = present > 0,
        MinExact = true,
        MaxExact = true,
        Min = ones == present ? 1 : 0,
        Max = ones > 0 ? 1 : 0,
    };

    private static void WriteBits(ReadOnlySpan<bool> values, ReadOnlySpan<bool> valid, ByteBuffer output)
    {
        Span<byte> room = output.Reserve((values.Length / 8) + 1);
        int pending = 0, bits = 0, length = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (!valid.IsEmpty && !valid[i])
                continue;
            pending |= values[i] ? 1 << bits : 0;
            if (++bits == 8)
            {
                room[length++] = (byte)pending;
                pending = 0;
                bits = 0;
            }
        }

        if (bits > 0)
            room[length++] = (byte)pending;
        output.Advance(length);
    }
}
