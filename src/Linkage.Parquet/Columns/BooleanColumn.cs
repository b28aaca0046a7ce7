using Linkage.Parquet.Format;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Columns;

/// <summary>Encodes one chunk of BOOLEAN: PLAIN, one bit a value, lowest first.</summary>
internal static class BooleanColumn
{
    public static ColumnChunk Write(PageWriter pages, int pageRows, ReadOnlySpan<bool> values, ReadOnlySpan<bool> valid, int rows, bool nullable)
    {
        int present = 0, ones = 0;
        for (int i = 0; i < rows; i++)
        {
            bool has = valid.IsEmpty || valid[i];
            present += has ? 1 : 0;
            ones += has && values[i] ? 1 : 0;
        }

        pages.BeginChunk(nullable, constant: present == 0);
        for (int row = 0; row < rows; row += pageRows)
        {
            int count = Math.Min(pageRows, rows - row);
            ReadOnlySpan<bool> pageValid = valid.IsEmpty ? valid : valid.Slice(row, count);
            pages.BeginPage(pageRows);
            WriteBits(values.Slice(row, count), pageValid, pages.Values);
            pages.EndPage(count, pageValid, PageEncoding.Plain, pageRows);
        }

        ColumnChunk chunk = pages.EndChunk();
        chunk.NullCount = rows - present;
        chunk.Bounds = new ChunkBounds
        {
            HasMin = present > 0,
            HasMax = present > 0,
            MinExact = true,
            MaxExact = true,
            Min = ones == present ? 1 : 0,
            Max = ones > 0 ? 1 : 0,
        };
        return chunk;
    }

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
