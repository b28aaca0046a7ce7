using System.Text.Unicode;
using Linkage.Parquet.Format;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Columns;

/// <summary>
/// Encodes one chunk of strings. In: an id a row and the values they refer to; each value is looked at once where the chunk
/// gets a dictionary. Out: dictionary and index pages, or PLAIN pages where distinct values are many.
/// </summary>
internal static class StringColumn
{
    /// <summary>Writes the chunk.</summary>
    /// <param name="pages">Where to.</param>
    /// <param name="scratch">Buffers.</param>
    /// <param name="options">Limits of dictionary and pages.</param>
    /// <param name="column">The column, for errors and nullability.</param>
    /// <param name="ids">One id a row; −1 is a null.</param>
    /// <param name="values">What ids refer to.</param>
    /// <param name="ascending">Whether ids never decrease.</param>
    /// <param name="store">Where statistics keep their bytes.</param>
    /// <param name="totals">Minimum and maximum over the file, extended by this chunk.</param>
    /// <param name="sorted">Whether the rows ascend bytewise, nulls first.</param>
    public static ColumnChunk Write(
        PageWriter pages, ParquetScratch scratch, ParquetOptions options, ColumnSchema column, ReadOnlySpan<int> ids, IUtf8Values values, bool ascending, ByteBuffer store, ColumnTotals totals, out bool sorted)
    {
        DictionaryPass pass = new(scratch, options.DictionaryBytes, column, ids, values);
        bool inRuns = ascending || !ids.ContainsAnyExcept(ids[0]);
        bool plain = ascending && options.Codec != Codec.None && DictionaryChoice.IsLeftToCodec(ids);
        bool fits = !plain && (inRuns ? pass.BuildByRuns() : pass.Build());
        StringBounds bounds = pass.Bounds;
        long distinct = -1;
        int present = pass.Present;
        sorted = false;
        bool bloom = column.Bloom && options.BloomFalsePositives > 0;
        if (fits && (present == 0 || pass.Pays()))
        {
            ReadOnlySpan<bool> valid = present == ids.Length ? [] : scratch.Valid(ids.Length).AsSpan(0, ids.Length);
            pages.BeginChunk(column.Nullable, constant: present == 0 || (pass.Distinct == 1 && present == ids.Length));
            if (present > 0)
            {
                pages.WriteDictionary(scratch.Dictionary.Written, pass.Distinct);
                if (options.PageIndex)
                    scratch.DictionaryBounds.State(scratch.PageBounds, scratch.Dictionary.Written, pass.Distinct, in bounds, scratch.Indices(ids.Length).AsSpan(0, present), valid, ids.Length, options.PageRows, store);
                if (bloom)
                    scratch.Bloom.AddAll(scratch.Dictionary.Written, width: 0);
                IndexPages.Write(pages, options.PageRows, scratch.Indices(ids.Length).AsSpan(0, present), pass.Distinct, valid, ids.Length);
            }
            else
            {
                WriteNulls(pages, options.PageRows, valid);
            }

            sorted = ascending && !bounds.Descends && !pass.NullAfterValue;
            // Other values may have the same bytes under two ids.
            if (values is Utf8Dictionary || present == 0)
                distinct = pass.Distinct;
        }
        else
        {
            PlainStrings strings = new(pages, scratch, options, column, ids, values, store);
            strings.Write();
            bounds = strings.Bounds;
            present = strings.Present;
            sorted = ascending && !bounds.Descends && !strings.NullAfterValue;
        }

        ColumnChunk chunk = pages.EndChunk();
        chunk.NullCount = ids.Length - present;
        chunk.DistinctCount = distinct;
        chunk.Bounds = bounds.State(store);
        totals.Extend(bounds);
        return chunk;
    }

    /// <summary>Throws unless the value is well-formed UTF-8.</summary>
    internal static void Check(ReadOnlySpan<byte> value, int id, ColumnSchema column)
    {
        if (!Utf8.IsValid(value))
            throw new ArgumentException($"Column '{column.Name}': the value of id {id} is not well-formed UTF-8.", nameof(value));
    }

    internal static ArgumentException NullInRequired(int row, ColumnSchema column) =>
        new($"Column '{column.Name}' is required, but row {row} of the row group has no value.", nameof(row));

    internal static ArgumentException BadId(int id, int row, int count, ColumnSchema column) =>
        new($"Column '{column.Name}', row {row} of the row group: id {id} is neither −1 nor one of {count} values.", nameof(id));

    private static void WriteNulls(PageWriter pages, int pageRows, ReadOnlySpan<bool> valid)
    {
        for (int row = 0; row < valid.Length; row += pageRows)
        {
            int count = Math.Min(pageRows, valid.Length - row);
            pages.BeginPage(pageRows);
            pages.EndPage(count, valid.Slice(row, count), PageEncoding.Plain, pageRows);
        }
    }
}
