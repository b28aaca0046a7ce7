namespace Linkage.Parquet.Reading;

/// <summary>Strings from any encoding: to ids into a chunk's values, whose first ones are the chunk's dictionary.</summary>
internal static class StringPages
{
    /// <summary>Reads a dictionary page.</summary>
    public static void ReadDictionary(ref ByteCursor input, int count, StringValues values)
    {
        for (int i = 0; i < count; i++)
            values.Add(input.Take(input.Int32()));
    }

    /// <summary>Reads one id for each entry of <paramref name="ids"/>.</summary>
    public static void Read(ref ByteCursor input, int encoding, int dictionaryCount, ReadScratch scratch, StringValues values, Span<int> ids)
    {
        switch (encoding)
        {
            case StoredEncoding.Plain:
                for (int i = 0; i < ids.Length; i++)
                    ids[i] = Id(input.Take(input.Int32()), values, dictionaryCount);
                break;
            case StoredEncoding.RleDictionary or StoredEncoding.PlainDictionary:
                DictionaryIndices.Read(ref input, dictionaryCount, ids);
                break;
            case StoredEncoding.DeltaLengthByteArray:
                Span<long> lengths = scratch.Longs(ids.Length);
                DeltaDecoding.ReadLengths(ref input, lengths);
                for (int i = 0; i < ids.Length; i++)
                    ids[i] = Id(input.Take(lengths[i]), values, dictionaryCount);
                break;
            case StoredEncoding.DeltaByteArray:
                ReadDeltas(ref input, scratch, values, ids);
                break;
            default:
                throw StoredEncoding.Unknown(encoding, ColumnType.String);
        }
    }

    /// <summary>Prefix lengths, then suffixes: each value begins as the one before it in the page.</summary>
    private static void ReadDeltas(ref ByteCursor input, ReadScratch scratch, StringValues values, Span<int> ids)
    {
        Span<long> prefixes = scratch.MoreLongs(ids.Length);
        DeltaDecoding.ReadLengths(ref input, prefixes);
        Span<long> suffixes = scratch.Longs(ids.Length);
        DeltaDecoding.ReadLengths(ref input, suffixes);
        int previous = -1;
        for (int i = 0; i < ids.Length; i++)
        {
            int length = previous < 0 ? 0 : values[previous].Length;
            if (prefixes[i] > length)
                throw new InvalidDataException($"a value that begins with {prefixes[i]} bytes of one of {length}");
            ReadOnlySpan<byte> suffix = input.Take(suffixes[i]);
            // Nothing added to the whole of the one before is the same value.
            if (previous < 0 || suffix.Length > 0 || prefixes[i] < length)
                previous = values.Add(previous, (int)prefixes[i], suffix);
            ids[i] = previous;
        }
    }

    // Never an entry of the dictionary, whose ids mean something else than "the value before".
    private static int Id(ReadOnlySpan<byte> value, StringValues values, int dictionaryCount) =>
        values.Count > dictionaryCount ? values.AddUnlessLast(value) : values.Add(value);
}
