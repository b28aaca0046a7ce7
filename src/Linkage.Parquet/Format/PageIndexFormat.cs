using System.Collections.Immutable;

namespace Linkage.Parquet.Format;

/// <summary>
/// Writes the page index between the last row group and the footer: all column indexes, then all offset indexes, as the format advises, so that each kind is read at once.
/// </summary>
/// <remarks>https://github.com/apache/parquet-format/blob/master/PageIndex.md</remarks>
internal static class PageIndexFormat
{
    private enum BoundaryOrder
    {
        Unordered = 0,
        Ascending = 1,
        Descending = 2,
    }

    /// <summary>Appends the indexes and notes in each chunk where they lie.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="thrift">Writes to the same.</param>
    /// <param name="columns">The file's columns.</param>
    /// <param name="footer">Chunks and pages.</param>
    /// <param name="position">Offset in the file of the output's beginning.</param>
    public static void Write(ByteBuffer output, ThriftWriter thrift, ImmutableArray<ColumnSchema> columns, FileFooter footer, long position)
    {
        for (int i = 0; i < footer.Chunks; i++)
        {
            ref ColumnChunk chunk = ref footer.Chunk(i);
            ReadOnlySpan<DataPage> pages = footer.PagesOf(in chunk);
            if (!AreStated(pages))
                continue;
            int start = output.Length;
            WriteColumnIndex(thrift, columns[i % columns.Length].Type, pages, footer.BoundBytes);
            chunk.ColumnIndex = new FileRange(position + start, output.Length - start);
        }

        for (int i = 0; i < footer.Chunks; i++)
        {
            ref ColumnChunk chunk = ref footer.Chunk(i);
            int start = output.Length;
            WriteOffsetIndex(thrift, footer.PagesOf(in chunk));
            chunk.OffsetIndex = new FileRange(position + start, output.Length - start);
        }
    }

    /// <summary>Whether every page with values has bounds: one with NaN has none, and a string may have no upper bound of the stated length.</summary>
    private static bool AreStated(ReadOnlySpan<DataPage> pages)
    {
        foreach (ref readonly DataPage page in pages)
        {
            if (page.Present > 0 && !(page.Bounds.HasMin && page.Bounds.HasMax))
                return false;
        }

        return true;
    }

    private static void WriteColumnIndex(ThriftWriter thrift, ColumnType type, ReadOnlySpan<DataPage> pages, ByteBuffer boundBytes)
    {
        Span<byte> room = stackalloc byte[sizeof(long)];
        thrift.BeginList(1, ThriftType.True, pages.Length);
        foreach (ref readonly DataPage page in pages)
            thrift.Element(page.Present == 0);
        thrift.BeginList(2, ThriftType.Binary, pages.Length);
        foreach (ref readonly DataPage page in pages)
            thrift.Element(page.Present == 0 ? [] : StatisticsFormat.Min(type, in page.Bounds, room, boundBytes));
        thrift.BeginList(3, ThriftType.Binary, pages.Length);
        foreach (ref readonly DataPage page in pages)
            thrift.Element(page.Present == 0 ? [] : StatisticsFormat.Max(type, in page.Bounds, room, boundBytes));
        thrift.I32(4, (int)OrderOf(type, pages, boundBytes));
        thrift.BeginList(5, ThriftType.I64, pages.Length);
        foreach (ref readonly DataPage page in pages)
            thrift.Element((long)page.Nulls);
        if (StatisticsFormat.HasNaNs(type))
        {
            thrift.BeginList(8, ThriftType.I64, pages.Length);
            foreach (ref readonly DataPage page in pages)
                thrift.Element((long)page.Bounds.NaNs);
        }

        thrift.EndStruct();
    }

    private static void WriteOffsetIndex(ThriftWriter thrift, ReadOnlySpan<DataPage> pages)
    {
        thrift.BeginList(1, ThriftType.Struct, pages.Length);
        foreach (ref readonly DataPage page in pages)
        {
            thrift.BeginElement();
            thrift.I64(1, page.Offset);
            thrift.I32(2, page.Bytes);
            thrift.I64(3, page.FirstRow);
            thrift.EndStruct();
        }

        thrift.EndStruct();
    }

    /// <summary>Whether minima and maxima both rise, or both fall, over the pages that have values.</summary>
    private static BoundaryOrder OrderOf(ColumnType type, ReadOnlySpan<DataPage> pages, ByteBuffer boundBytes)
    {
        bool rises = true, falls = true;
        int last = -1;
        for (int i = 0; i < pages.Length; i++)
        {
            if (pages[i].Present == 0)
                continue;
            if (last >= 0)
            {
                int min = StatisticsFormat.CompareMin(type, in pages[last].Bounds, in pages[i].Bounds, boundBytes);
                int max = StatisticsFormat.CompareMax(type, in pages[last].Bounds, in pages[i].Bounds, boundBytes);
                rises &= min <= 0 && max <= 0;
                falls &= min >= 0 && max >= 0;
            }

            last = i;
        }

        return rises ? BoundaryOrder.Ascending : falls ? BoundaryOrder.Descending : BoundaryOrder.Unordered;
    }
}
