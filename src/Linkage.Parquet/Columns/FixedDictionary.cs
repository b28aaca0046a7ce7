namespace Linkage.Parquet.Columns;

/// <summary>
/// Builds the dictionary of a chunk of INT32, INT64 or DOUBLE, and each value's index, in the scratch: by position, and in order of value, where integers lie close together; by hash and in
/// order of first sight otherwise.
/// </summary>
internal static class FixedDictionary<T, TType>
    where T : unmanaged, IEquatable<T>
    where TType : struct, IFixedType<T>
{
    /// <summary>Positions a value may take before hashing its key is cheaper than clearing them.</summary>
    private const int PositionsPerValue = 4;

    private const int MinPositions = 4096;

    /// <summary>Builds it.</summary>
    /// <param name="scratch">Gets the dictionary, PLAIN.</param>
    /// <param name="options">Whether, and up to how many bytes.</param>
    /// <param name="values">Values without nulls.</param>
    /// <param name="bounds">Their smallest and largest.</param>
    /// <param name="indices">Gets an index a value.</param>
    /// <returns>Number of distinct values; 0 when a dictionary is not allowed, too large, or no smaller than the values.</returns>
    public static int Build(ParquetScratch scratch, ParquetOptions options, ReadOnlySpan<T> values, (T Min, T Max)? bounds, Span<int> indices)
    {
        scratch.Dictionary.Clear();
        // A dictionary as long as the column cannot pay.
        int limit = options.Encodings.HasFlag(ColumnEncodings.Dictionary) ? Math.Min(options.DictionaryBytes / TType.Width, values.Length) : 0;
        if (limit == 0)
            return 0;
        int distinct = Build(scratch, limit, values, bounds, indices);
        return distinct > 0 && DictionaryChoice.Pays(distinct, scratch.Dictionary.Length, values.Length, (long)values.Length * TType.Width) ? distinct : 0;
    }

    private static int Build(ParquetScratch scratch, int limit, ReadOnlySpan<T> values, (T Min, T Max)? bounds, Span<int> indices)
    {
        if (!values.ContainsAnyExcept(values[0]))
        {
            Append(scratch.Dictionary, values[0]);
            indices.Clear();
            return 1;
        }

        if (TType.IsInteger && bounds is { } known)
        {
            long low = TType.Key(known.Min);
            // The difference of two longs always fits an unsigned one.
            ulong range = unchecked((ulong)TType.Key(known.Max) - (ulong)low);
            if (range < (ulong)Math.Min(DistinctMap.MaxPositions, Math.Max(MinPositions, (long)PositionsPerValue * values.Length)))
                return BuildByPosition(scratch, limit, values, low, (int)range + 1, indices);
        }

        return BuildHashed(scratch, limit, values, indices);
    }

    private static int BuildByPosition(ParquetScratch scratch, int limit, ReadOnlySpan<T> values, long low, int range, Span<int> indices)
    {
        Span<int> places = scratch.Distinct.Positions(range);
        foreach (T value in values)
            places[(int)(TType.Key(value) - low)] = 1;
        int distinct = 0;
        for (int position = 0; position < places.Length; position++)
        {
            if (places[position] == 0)
                continue;
            if (distinct == limit)
                return 0;
            Append(scratch.Dictionary, TType.FromKey(low + position));
            places[position] = distinct++;
        }

        for (int i = 0; i < indices.Length; i++)
            indices[i] = places[(int)(TType.Key(values[i]) - low)];
        return distinct;
    }

    private static int BuildHashed(ParquetScratch scratch, int limit, ReadOnlySpan<T> values, Span<int> indices)
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
