namespace Linkage.Parquet.Reading;

/// <summary>Values of fixed width, from any encoding.</summary>
internal static class FixedValues<T, TStored>
    where T : unmanaged
    where TStored : struct, IStoredType<T>
{
    /// <summary>Reads a dictionary page's values as bits.</summary>
    public static long[] ReadDictionary(ref ByteCursor input, int count)
    {
        ReadOnlySpan<byte> bytes = input.Take((long)count * TStored.Width);
        long[] dictionary = new long[count];
        for (int i = 0; i < count; i++)
            dictionary[i] = TStored.ToBits(TStored.Read(bytes[(i * TStored.Width)..]));
        return dictionary;
    }

    /// <summary>Reads one value for each entry of <paramref name="values"/>.</summary>
    public static void Read(ref ByteCursor input, int encoding, ReadOnlySpan<long> dictionary, ReadScratch scratch, ColumnType type, Span<T> values)
    {
        switch (encoding)
        {
            case StoredEncoding.Plain:
                ReadPlain(input.Take((long)values.Length * TStored.Width), values);
                break;
            case StoredEncoding.RleDictionary or StoredEncoding.PlainDictionary:
                Span<int> indices = DictionaryIndices.Read(ref input, dictionary.Length, scratch.Indices(values.Length));
                for (int i = 0; i < values.Length; i++)
                    values[i] = TStored.FromBits(dictionary[indices[i]]);
                break;
            case StoredEncoding.DeltaBinaryPacked when TStored.IsInteger:
                Span<long> bits = scratch.Longs(values.Length);
                DeltaDecoding.Read(ref input, bits);
                for (int i = 0; i < values.Length; i++)
                    values[i] = TStored.FromBits(bits[i]);
                break;
            case StoredEncoding.ByteStreamSplit:
                ReadSplit(input.Take((long)values.Length * TStored.Width), values);
                break;
            default:
                throw StoredEncoding.Unknown(encoding, type);
        }
    }

    private static void ReadPlain(ReadOnlySpan<byte> bytes, Span<T> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = TStored.Read(bytes);
            bytes = bytes[TStored.Width..];
        }
    }

    /// <summary>First bytes of all values, then their second bytes, and so on.</summary>
    private static void ReadSplit(ReadOnlySpan<byte> bytes, Span<T> values)
    {
        int count = values.Length;
        for (int i = 0; i < count; i++)
        {
            ulong bits = 0;
            for (int b = 0; b < TStored.Width; b++)
                bits |= (ulong)bytes[(b * count) + i] << (8 * b);
            values[i] = TStored.FromBits((long)bits);
        }
    }
}

/// <summary>Indices into a dictionary: a byte with their bits, then the hybrid encoding.</summary>
internal static class DictionaryIndices
{
    public static Span<int> Read(ref ByteCursor input, int dictionaryCount, Span<int> indices)
    {
        if (indices.IsEmpty)
            return indices;
        HybridDecoding.Read(ref input, input.Byte(), indices);
        foreach (int index in indices)
        {
            if ((uint)index >= (uint)dictionaryCount)
                throw new InvalidDataException($"index {(uint)index} of a dictionary of {dictionaryCount} values");
        }

        return indices;
    }
}
