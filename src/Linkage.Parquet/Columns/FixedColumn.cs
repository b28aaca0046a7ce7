using Linkage.Parquet.Format;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Columns;

/// <summary>
/// Encodes one chunk of INT32, INT64 or DOUBLE. In: values without nulls and the validity of each row. Out: a dictionary page
/// where values repeat enough, and data pages.
/// </summary>
internal static class FixedColumn<T, TType>
    where T : unmanaged, IEquatable<T>
    where TType : struct, IFixedType<T>
{
    public static ColumnChunk Write(PageWriter pages, ParquetScratch scratch, ParquetOptions options, ReadOnlySpan<T> values, ReadOnlySpan<bool> valid, int rows, ColumnSchema column)
    {
        (T Min, T Max)? bounds = BoundPages(scratch.PageBounds, options.PageRows, values, valid, rows);
        int[] indices = scratch.Indices(values.Length);
        scratch.Dictionary.Clear();
        int distinct = BuildDictionary(scratch, options.DictionaryBytes / TType.Width, values, bounds, indices);
        bool dictionary = distinct > 0 &&
            DictionaryChoice.Pays(distinct, scratch.Dictionary.Length, values.Length, (long)values.Length * TType.Width);
        pages.BeginChunk(column.Nullable, constant: values.IsEmpty || (dictionary && distinct == 1 && values.Length == rows));
        if (dictionary)
        {
            pages.WriteDictionary(scratch.Dictionary.Written, distinct);
            IndexPages.Write(pages, options.PageRows, indices.AsSpan(0, values.Length), distinct, valid, rows);
        }
        else
        {
            WritePlain(pages, options.PageRows, values, valid, rows);
        }

        if (column.Bloom && options.BloomFalsePositives > 0)
            AddToBloom(scratch.Bloom, dictionary ? scratch.Dictionary.Written : [], values);
        ColumnChunk chunk = pages.EndChunk();
        chunk.NullCount = rows - values.Length;
        // Doubles of different bits may be equal, and NaN is equal to nothing.
        if (TType.IsInteger && (dictionary || values.IsEmpty))
            chunk.DistinctCount = values.IsEmpty ? 0 : distinct;
        chunk.Bounds = State(bounds);
        return chunk;
    }

    /// <summary>States the bounds of each page; returns those of the chunk.</summary>
    private static (T Min, T Max)? BoundPages(PageBounds stated, int pageRows, ReadOnlySpan<T> values, ReadOnlySpan<bool> valid, int rows)
    {
        (T Min, T Max)? all = null;
        for (int row = 0; row < rows; row += pageRows)
        {
            int count = Math.Min(pageRows, rows - row);
            int present = valid.IsEmpty ? count : valid.Slice(row, count).Count(true);
            (T Min, T Max)? page = TType.Bounds(values[..present]);
            stated.Add(State(page));
            if (page is { } more)
                all = all is { } known ? TType.Bounds([known.Min, known.Max, more.Min, more.Max]) : page;
            values = values[present..];
        }

        return all;
    }

    private static ChunkBounds State((T Min, T Max)? bounds) => bounds is not { } known ? default : new ChunkBounds
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

    private static void WritePlain(PageWriter pages, int pageRows, ReadOnlySpan<T> values, ReadOnlySpan<bool> valid, int rows)
    {
        for (int row = 0; row < rows; row += pageRows)
        {
            int count = Math.Min(pageRows, rows - row);
            ReadOnlySpan<bool> pageValid = valid.IsEmpty ? valid : valid.Slice(row, count);
            int present = valid.IsEmpty ? count : pageValid.Count(true);
            pages.BeginPage(pageRows);
            int bytes = present * TType.Width;
            TType.Write(values[..present], pages.Values.Reserve(bytes));
            pages.Values.Advance(bytes);
            values = values[present..];
            pages.EndPage(count, pageValid, PageEncoding.Plain, pageRows);
        }
    }

    /// <summary>Collects distinct values and each row's index; 0 when there are too many.</summary>
    private static int BuildDictionary(ParquetScratch scratch, int limit, ReadOnlySpan<T> values, (T Min, T Max)? bounds, int[] indices)
    {
        // A dictionary as long as the column cannot pay.
        limit = Math.Min(limit, values.Length);
        if (limit == 0)
            return 0;
        if (!values.ContainsAnyExcept(values[0]))
        {
            Append(scratch.Dictionary, values[0]);
            indices.AsSpan(0, values.Length).Clear();
            return 1;
        }

        if (TType.IsInteger && bounds is { } known)
        {
            long low = TType.Key(known.Min);
            // The difference of two longs always fits an unsigned one.
            ulong range = unchecked((ulong)TType.Key(known.Max) - (ulong)low);
            if (range < DistinctMap.MaxPositions)
                return BuildByPosition(scratch, limit, values, low, (int)range + 1, indices);
        }

        return BuildHashed(scratch, limit, values, indices);
    }

    private static int BuildByPosition(ParquetScratch scratch, int limit, ReadOnlySpan<T> values, long low, int range, int[] indices)
    {
        DistinctMap map = scratch.Distinct;
        Span<long> table = map.BeginPositions(range);
        long generation = map.Generation;
        int distinct = 0;
        for (int i = 0; i < values.Length; i++)
        {
            ref long entry = ref table[(int)(TType.Key(values[i]) - low)];
            if (entry >> 32 != generation)
            {
                if (distinct == limit || DictionaryChoice.IsHopeless(distinct, i))
                    return 0;
                entry = map.Entry(distinct++);
                Append(scratch.Dictionary, values[i]);
            }

            indices[i] = (int)entry;
        }

        return distinct;
    }

    private static int BuildHashed(ParquetScratch scratch, int limit, ReadOnlySpan<T> values, int[] indices)
    {
        DistinctMap map = scratch.Distinct;
        map.BeginHashed(limit);
        int distinct = 0;
        for (int i = 0; i < values.Length; i++)
        {
            long key = TType.Key(values[i]);
            int place = map.Find(key, out bool found);
            if (found)
            {
                indices[i] = map.IndexAt(place);
                continue;
            }

            if (DictionaryChoice.IsHopeless(distinct, i) || !map.TryAdd(place, key, distinct))
                return 0;
            indices[i] = distinct++;
            Append(scratch.Dictionary, values[i]);
        }

        return distinct;
    }

    private static void Append(ByteBuffer dictionary, T value)
    {
        TType.Write([value], dictionary.Reserve(TType.Width));
        dictionary.Advance(TType.Width);
    }
}
