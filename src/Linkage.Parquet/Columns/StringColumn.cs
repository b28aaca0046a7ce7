using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Linkage.Kernels;
using Linkage.Parquet.Format;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Columns;

/// <summary>
/// Encodes one chunk of strings. In: an id a row and the values they refer to; each value is looked at once where the chunk
/// gets a dictionary. Out: the pages of the encoding that a sample takes least bytes in.
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
        TextEncoding encoding = Choose(pages, scratch, options, column, ids, values, store, inRuns, ref pass);
        return encoding == TextEncoding.Dictionary
            ? WriteDictionary(pages, scratch, options, column, ids, values, ascending, store, totals, in pass, out sorted)
            : WriteText(pages, scratch, options, column, ids, values, ascending, store, totals, encoding, out sorted);
    }

    /// <summary>Throws unless the value is well-formed UTF-8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Check(ReadOnlySpan<byte> value, int id, ColumnSchema column)
    {
        if (!PlainEntries.IsAscii(value))
            CheckText(value, id, column);
    }

    private static void CheckText(ReadOnlySpan<byte> value, int id, ColumnSchema column)
    {
        if (!Utf8.IsValid(value))
            throw new ArgumentException($"Column '{column.Name}': the value of id {id} is not well-formed UTF-8.", nameof(value));
    }

    internal static ArgumentException NullInRequired(int row, ColumnSchema column) =>
        new($"Column '{column.Name}' is required, but row {row} of the row group has no value.", nameof(row));

    internal static ArgumentException BadId(int id, int row, int count, ColumnSchema column) =>
        new($"Column '{column.Name}', row {row} of the row group: id {id} is neither −1 nor one of {count} values.", nameof(id));

    /// <summary>The encoding in which the chunk is smallest. When it is the dictionary, the pass is complete.</summary>
    private static TextEncoding Choose(
        PageWriter pages, ParquetScratch scratch, ParquetOptions options, ColumnSchema column, ReadOnlySpan<int> ids, IUtf8Values values, ByteBuffer store, bool inRuns, ref DictionaryPass pass)
    {
        bool mayHaveDictionary = options.Encodings.HasFlag(ColumnEncodings.Dictionary) && options.DictionaryBytes > 0;
        bool known = false;
        int runs = inRuns ? CountRuns(ids, values.Count, column) : 0;
        // Where ids ascend in short runs, a dictionary is estimated before it is made.
        if (mayHaveDictionary && (!inRuns || runs <= ids.Length / DictionaryPass.ClearRepeats || runs == 1))
        {
            known = inRuns ? pass.BuildByRuns() : pass.Build();
            if (known && (pass.Present == 0 || pass.ClearlyPays()))
                return TextEncoding.Dictionary;
        }

        TextPages text = new(pages, scratch, options, column, ids, values, store);
        Range sample = Sample.Of(ids.Length);
        EncodingChoice<TextEncoding> choice = default;
        if (known && pass.Pays())
            choice.Consider(TextEncoding.Dictionary, MeasureDictionary(pages, scratch, ids, in pass));
        choice.Consider(TextEncoding.Plain, text.Measure(TextEncoding.Plain, sample, out long plainBytes) * ids.Length);
        if (pages.CanBeTold)
            choice.Consider(TextEncoding.PlainTold, text.Measure(TextEncoding.PlainTold, sample, out _) * ids.Length);
        if (options.Encodings.HasFlag(ColumnEncodings.DeltaByteArray))
            choice.Consider(TextEncoding.Prefixes, text.Measure(TextEncoding.Prefixes, sample, out _) * ids.Length, Sample.DeltaMargin);
        if (options.Encodings.HasFlag(ColumnEncodings.DeltaLengthByteArray))
            choice.Consider(TextEncoding.Lengths, text.Measure(TextEncoding.Lengths, sample, out _) * ids.Length, Sample.DeltaMargin);
        if (inRuns && mayHaveDictionary && !known)
        {
            TextEncoding without = choice.Best!.Value;
            choice.Consider(TextEncoding.Dictionary, EstimateRuns(pages, scratch, options, ids[sample], values, runs, ids.Length));
            if (choice.Best == TextEncoding.Dictionary && !(pass.BuildByRuns() && (pass.Present == 0 || pass.Pays())))
                return without;
        }

        return choice.Best!.Value;
    }

    private static int CountRuns(ReadOnlySpan<int> ids, int count, ColumnSchema column)
    {
        int runs = Runs.Count(ids, out bool descends);
        for (int row = 0; descends && row < ids.Length; row++)
        {
            if (ids[row] < -1 || ids[row] >= count)
                throw BadId(ids[row], row, count, column);
            if (row > 0 && ids[row] < ids[row - 1])
                throw new ArgumentException($"Column '{column.Name}', row {row} of the row group: id {ids[row]} after {ids[row - 1]}, though ids are said to ascend.", nameof(ids));
        }

        return runs;
    }

    /// <summary>Bytes of the chunk with the dictionary that a complete pass has built, about.</summary>
    internal static double MeasureDictionary(PageWriter pages, ParquetScratch scratch, ReadOnlySpan<int> ids, in DictionaryPass pass)
    {
        ReadOnlySpan<int> indices = scratch.Indices(ids.Length).AsSpan(0, pass.Present);
        Range sample = Sample.Of(indices.Length);
        double share = (double)IndexLayout.Measure(pages, indices[sample], BitPacking.Width(pass.Distinct - 1)) * indices.Length / indices[sample].Length;
        return share + pages.Measure(scratch.Dictionary.Written);
    }

    /// <summary>Bytes that ascending ids would take with a dictionary, from a sample of them; infinite when it would be too large.</summary>
    private static double EstimateRuns(PageWriter pages, ParquetScratch scratch, ParquetOptions options, ReadOnlySpan<int> sample, IUtf8Values values, int runs, int rows)
    {
        Span<int> indices = scratch.Indices(sample.Length).AsSpan(0, sample.Length);
        // Somewhere in the middle, so that high bits are as they will be.
        int index = runs / 2, met = 0;
        scratch.Dictionary.Clear();
        for (int row = 0; row < sample.Length && scratch.Dictionary.Length <= Sample.Bytes; row++)
        {
            if (row == 0 || sample[row] != sample[row - 1])
            {
                index++;
                met++;
                if (sample[row] >= 0 && !values.IsNull(sample[row]))
                    scratch.Dictionary.WriteByteArray(values[sample[row]]);
            }

            indices[row] = index;
        }

        double bytes = (double)scratch.Dictionary.Length / met * runs;
        if (bytes > options.DictionaryBytes)
            return double.PositiveInfinity;
        double dictionary = (double)pages.Measure(scratch.Dictionary.Written) / met * runs;
        return dictionary + ((double)IndexLayout.Measure(pages, indices, BitPacking.Width(Math.Max(index, runs))) / sample.Length * rows);
    }

    private static ColumnChunk WriteDictionary(
        PageWriter pages, ParquetScratch scratch, ParquetOptions options, ColumnSchema column, ReadOnlySpan<int> ids, IUtf8Values values, bool ascending, ByteBuffer store, ColumnTotals totals, in DictionaryPass pass, out bool sorted)
    {
        StringBounds bounds = pass.Bounds;
        int present = pass.Present;
        ReadOnlySpan<bool> valid = present == ids.Length ? [] : scratch.Valid(ids.Length).AsSpan(0, ids.Length);
        pages.BeginChunk(column.Nullable, constant: present == 0 || (pass.Distinct == 1 && present == ids.Length));
        if (present > 0)
        {
            Span<int> indices = scratch.Indices(ids.Length).AsSpan(0, present);
            if (pages.HasCodec)
                scratch.IndexLayout.Order(scratch.Dictionary, scratch.Page, width: 0, pass.Distinct, indices);
            pages.WriteDictionary(scratch.Dictionary.Written, pass.Distinct);
            if (options.PageIndex)
                scratch.DictionaryBounds.State(scratch.PageBounds, scratch.Dictionary.Written, pass.Distinct, in bounds, indices, valid, ids.Length, options.PageRows, store);
            if (column.Bloom && options.BloomFalsePositives > 0)
                scratch.Bloom.AddAll(scratch.Dictionary.Written, width: 0);
            IndexPages.Write(pages, options.PageRows, indices, IndexLayout.Width(pages, pass.Distinct, indices), valid, ids.Length);
        }
        else
        {
            WriteNulls(pages, options.PageRows, valid);
        }

        sorted = ascending && !bounds.Descends && !pass.NullAfterValue;
        // Other values may have the same bytes under two ids.
        long distinct = values is Utf8Dictionary || present == 0 ? pass.Distinct : -1;
        return End(pages, ids.Length, present, distinct, bounds, store, totals);
    }

    private static ColumnChunk WriteText(
        PageWriter pages, ParquetScratch scratch, ParquetOptions options, ColumnSchema column, ReadOnlySpan<int> ids, IUtf8Values values, bool ascending, ByteBuffer store, ColumnTotals totals, TextEncoding encoding, out bool sorted)
    {
        TextPages text = new(pages, scratch, options, column, ids, values, store);
        text.Write(encoding);
        sorted = ascending && !text.Bounds.Descends && !text.NullAfterValue;
        return End(pages, ids.Length, text.Present, -1, text.Bounds, store, totals);
    }

    private static ColumnChunk End(PageWriter pages, int rows, int present, long distinct, in StringBounds bounds, ByteBuffer store, ColumnTotals totals)
    {
        ColumnChunk chunk = pages.EndChunk();
        chunk.NullCount = rows - present;
        chunk.DistinctCount = distinct;
        chunk.Bounds = bounds.State(store);
        totals.Extend(bounds);
        return chunk;
    }

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
