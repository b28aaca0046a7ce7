namespace Linkage.Parquet.Format;

/// <summary>Writes the header in front of each page.</summary>
internal static class PageHeader
{
    /// <summary>Header of a version 1 data page.</summary>
    /// <param name="thrift">Where to.</param>
    /// <param name="size">Page bytes before and after compression, without this header, and the CRC-32 of the latter.</param>
    /// <param name="levels">Rows, nulls included; of lists, levels.</param>
    /// <param name="encoding">Encoding of the values.</param>
    public static void WriteData(ThriftWriter thrift, PageSize size, int levels, PageEncoding encoding)
    {
        Begin(thrift, PageType.Data, size);
        thrift.BeginStruct(5);
        thrift.I32(1, levels);
        thrift.I32(2, (int)encoding);
        thrift.I32(3, (int)PageEncoding.Rle);
        thrift.I32(4, (int)PageEncoding.Rle);
        thrift.EndStruct();
        thrift.EndStruct();
    }

    /// <summary>Header of a version 2 data page.</summary>
    /// <param name="thrift">Where to.</param>
    /// <param name="size">Page bytes before and after compression, levels included, without this header, and the CRC-32 of the latter.</param>
    /// <param name="counts">What is in the page.</param>
    /// <param name="levels">Bytes of its levels, which are never compressed.</param>
    /// <param name="encoding">Encoding of the values.</param>
    /// <param name="isCompressed">Whether the values went through the codec.</param>
    public static void WriteDataV2(ThriftWriter thrift, PageSize size, DataPageCounts counts, PageLevels levels, PageEncoding encoding, bool isCompressed)
    {
        Begin(thrift, PageType.DataV2, size);
        thrift.BeginStruct(8);
        thrift.I32(1, counts.Levels);
        thrift.I32(2, counts.Nulls);
        thrift.I32(3, counts.Rows);
        thrift.I32(4, (int)encoding);
        thrift.I32(5, levels.Definition);
        thrift.I32(6, levels.Repetition);
        thrift.Bool(7, isCompressed);
        thrift.EndStruct();
        thrift.EndStruct();
    }

    /// <summary>Header of a dictionary page, whose values are always PLAIN.</summary>
    public static void WriteDictionary(ThriftWriter thrift, PageSize size, int values)
    {
        Begin(thrift, PageType.Dictionary, size);
        thrift.BeginStruct(7);
        thrift.I32(1, values);
        thrift.I32(2, (int)PageEncoding.Plain);
        thrift.EndStruct();
        thrift.EndStruct();
    }

    private static void Begin(ThriftWriter thrift, PageType type, PageSize size)
    {
        thrift.I32(1, (int)type);
        thrift.I32(2, size.Uncompressed);
        thrift.I32(3, size.Compressed);
        thrift.I32(4, (int)size.Crc);
    }
}

/// <summary>Sizes in bytes and checksum of a page body as it lies in the file.</summary>
internal readonly record struct PageSize(int Uncompressed, int Compressed, uint Crc);

/// <summary>What a data page holds.</summary>
/// <param name="Rows">Rows that begin in it.</param>
/// <param name="Levels">Values and what stands for none.</param>
/// <param name="Nulls">Levels without a value.</param>
internal readonly record struct DataPageCounts(int Rows, int Levels, int Nulls);

/// <summary>Bytes of a page's levels, in front of its values.</summary>
internal readonly record struct PageLevels(int Repetition, int Definition)
{
    public int Length => Repetition + Definition;
}
