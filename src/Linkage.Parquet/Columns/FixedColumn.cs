using Linkage.Parquet.Format;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Columns;

/// <summary>
/// Encodes one chunk of INT32, INT64 or DOUBLE. In: values without nulls and the validity of each row. Out: the pages of
/// the encoding that takes least.
/// </summary>
internal static class FixedColumn<T, TType>
    where T : unmanaged, IEquatable<T>
    where TType : struct, IFixedType<T>
{
    public static ColumnChunk Write(PageWriter pages, ParquetScratch scratch, ParquetOptions options, ReadOnlySpan<T> values, ReadOnlySpan<bool> valid, int rows, ColumnSchema column)
    {
        (T Min, T Max)? bounds = BoundPages(scratch.PageBounds, options.PageRows, values, valid, rows, out int nans);
        Span<int> indices = scratch.Indices(values.Length).AsSpan(0, values.Length);
        int distinct = FixedDictionary<T, TType>.Build(scratch, options, values, bounds, indices);
        PageEncoding encoding = Choose(pages, scratch, options, values, distinct, indices);
        bool dictionary = encoding == PageEncoding.RleDictionary;
        pages.BeginChunk(column.Nullable, constant: values.IsEmpty || (dictionary && distinct == 1 && values.Length == rows));
        if (dictionary)
        {
            if (pages.HasCodec)
                scratch.IndexLayout.Order(scratch.Dictionary, scratch.Page, TType.Width, distinct, indices);
            pages.WriteDictionary(scratch.Dictionary.Written, distinct);
            IndexPages.Write(pages, options.PageRows, indices, IndexLayout.Width(pages, distinct, indices), valid, rows);
        }
        else
        {
            WritePages(pages, options.PageRows, values, valid, rows, encoding);
        }

        if (column.Bloom && options.BloomFalsePositives > 0)
            AddToBloom(scratch.Bloom, dictionary ? scratch.Dictionary.Written : [], values);
        ColumnChunk chunk = pages.EndChunk();
        chunk.NullCount = rows - values.Length;
        // Doubles of different bits may be equal, and NaN is equal to nothing.
        if (TType.IsInteger && (dictionary || values.IsEmpty))
            chunk.DistinctCount = values.IsEmpty ? 0 : distinct;
        chunk.Bounds = State(bounds, nans);
        return chunk;
    }

    /// <summary>The encoding that a sample of the values takes least bytes in.</summary>
    private static PageEncoding Choose(PageWriter pages, ParquetScratch scratch, ParquetOptions options, ReadOnlySpan<T> values, int distinct, ReadOnlySpan<int> indices)
    {
        if (values.IsEmpty)
            return PageEncoding.Plain;
        if (distinct == 1)
            return PageEncoding.RleDictionary;
        Range range = Sample.Of(values.Length);
        ReadOnlySpan<T> sample = values[range];
        double scale = (double)values.Length / sample.Length;
        EncodingChoice<PageEncoding> choice = default;
        if (distinct > 0)
        {
            double share = IndexLayout.Measure(pages, indices[range], BitPacking.Width(distinct - 1)) * scale;
            choice.Consider(PageEncoding.RleDictionary, share + pages.Measure(scratch.Dictionary.Written));
        }

        choice.Consider(PageEncoding.Plain, Measure(pages, sample, PageEncoding.Plain) * scale);
        if (TType.IsInteger && options.Encodings.HasFlag(ColumnEncodings.DeltaBinaryPacked))
            choice.Consider(PageEncoding.DeltaBinaryPacked, Measure(pages, sample, PageEncoding.DeltaBinaryPacked) * scale, Sample.DeltaMargin);
        if (!TType.IsInteger && options.Encodings.HasFlag(ColumnEncodings.ByteStreamSplit))
            choice.Consider(PageEncoding.ByteStreamSplit, Measure(pages, sample, PageEncoding.ByteStreamSplit) * scale, Sample.SplitMargin);
        return choice.Best!.Value;
    }

    private static int Measure(PageWriter pages, ReadOnlySpan<T> sample, PageEncoding encoding)
    {
        pages.BeginSample();
        Encode(sample, encoding, pages.Values);
        return pages.MeasureSample();
    }

    /// <summary>States the bounds of each page and how many values are NaN; returns those of the chunk.</summary>
    private static (T Min, T Max)? BoundPages(PageBounds stated, int pageRows, ReadOnlySpan<T> values, ReadOnlySpan<bool> valid, int rows, out int nans)
    {
        (T Min, T Max)? all = null;
        nans = 0;
        for (int row = 0; row < rows; row += pageRows)
        {
            int count = Math.Min(pageRows, rows - row);
            int present = valid.IsEmpty ? count : valid.Slice(row, count).Count(true);
            (T Min, T Max)? page = TType.Bounds(values[..present]);
            int pageNaNs = TType.CountNaN(values[..present]);
            nans += pageNaNs;
            stated.Add(State(page, pageNaNs));
            if (page is { } more)
                all = all is { } known ? TType.Bounds([known.Min, known.Max, more.Min, more.Max]) : page;
            values = values[present..];
        }

        return all;
    }

    /// <summary>
    /// Bounds as they are stated: none where there are NaN. The format would have the bounds of the others; but to DuckDB, ClickHouse and DataFusion NaN is larger than any number, and they
    /// leave rows out by a maximum that is not (https://github.com/duckdb/duckdb/issues/25521). DuckDB's own writer states none either.
    /// </summary>
    private static ChunkBounds State((T Min, T Max)? bounds, int nans) => bounds is not { } known || nans > 0 ? new ChunkBounds { NaNs = nans } : new ChunkBounds
    {
        HasMin = true,
        HasMax = true,
        MinExact = true,
        MaxExact = true,
        Min = TType.Key(known.Min),
        Max = TType.Key(known.Max),
    };

    private static void AddToBloom(BloomBuilder bloom, ReadOnlySpan<byte> dictionary, ReadOnlySpan<T> values)
    {
        if (!dictionary.IsEmpty)
        {
            bloom.AddAll(dictionary, TType.Width);
            return;
        }

        Span<byte> plain = stackalloc byte[sizeof(long)];
        foreach (T value in values)
        {
            TType.Write([value], plain);
            bloom.Add(plain[..TType.Width]);
        }
    }

    private static void WritePages(PageWriter pages, int pageRows, ReadOnlySpan<T> values, ReadOnlySpan<bool> valid, int rows, PageEncoding encoding)
    {
        for (int row = 0; row < rows; row += pageRows)
        {
            int count = Math.Min(pageRows, rows - row);
            ReadOnlySpan<bool> pageValid = valid.IsEmpty ? valid : valid.Slice(row, count);
            int present = valid.IsEmpty ? count : pageValid.Count(true);
            pages.BeginPage(pageRows);
            // Not every reader takes a delta page without a first value.
            PageEncoding pageEncoding = present == 0 ? PageEncoding.Plain : encoding;
            Encode(values[..present], pageEncoding, pages.Values);
            values = values[present..];
            pages.EndPage(count, pageValid, pageEncoding, pageRows);
        }
    }

    private static void Encode(ReadOnlySpan<T> values, PageEncoding encoding, ByteBuffer output)
    {
        if (encoding == PageEncoding.DeltaBinaryPacked)
        {
            TType.WriteDelta(values, output);
            return;
        }

        int bytes = values.Length * TType.Width;
        Span<byte> room = output.Reserve(bytes);
        if (encoding == PageEncoding.ByteStreamSplit)
            TType.WriteSplit(values, room);
        else
            TType.Write(values, room);
        output.Advance(bytes);
    }
}
