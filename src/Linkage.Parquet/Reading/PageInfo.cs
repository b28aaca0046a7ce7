namespace Linkage.Parquet.Reading;

/// <summary>What the header of a page says.</summary>
/// <param name="Type">parquet.thrift's PageType: 0 data, 1 index, 2 dictionary, 3 data of version 2.</param>
/// <param name="Uncompressed">Bytes of the page before compression, header excluded; in version 2 levels included.</param>
/// <param name="Stored">Bytes of the page in the file, header excluded.</param>
/// <param name="Crc">CRC-32 of the stored bytes; null when not stated.</param>
/// <param name="Values">Values, nulls included; dictionary: entries.</param>
/// <param name="Encoding">parquet.thrift's Encoding of the values.</param>
/// <param name="LevelEncodings">Version 1: whether both levels are in the hybrid encoding.</param>
/// <param name="DefinitionBytes">Version 2: bytes of definition levels.</param>
/// <param name="RepetitionBytes">Version 2: bytes of repetition levels.</param>
/// <param name="IsCompressed">Version 2: whether the values are compressed.</param>
internal readonly record struct PageInfo(
    int Type, int Uncompressed, int Stored, uint? Crc, int Values, int Encoding, bool LevelEncodings, int DefinitionBytes, int RepetitionBytes, bool IsCompressed)
{
    public const int Data = 0;
    public const int Dictionary = 2;
    public const int DataV2 = 3;
    private const int Rle = 3;

    /// <summary>Reads a header and says how long it is.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static PageInfo Read(ReadOnlySpan<byte> bytes, out int length)
    {
        ThriftReader reader = new(bytes);
        PageInfo page = new(-1, -1, -1, null, -1, -1, true, 0, 0, true);
        int field = 0;
        while (reader.Next(ref field, out int type))
        {
            switch (field, type)
            {
                case (1, 5):
                    page = page with { Type = reader.Int32() };
                    break;
                case (2, 5):
                    page = page with { Uncompressed = reader.Int32() };
                    break;
                case (3, 5):
                    page = page with { Stored = reader.Int32() };
                    break;
                case (4, 5):
                    page = page with { Crc = (uint)reader.Int32() };
                    break;
                case (5, 12):
                    page = ReadData(ref reader, page);
                    break;
                case (7, 12):
                    page = ReadDictionary(ref reader, page);
                    break;
                case (8, 12):
                    page = ReadDataV2(ref reader, page);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (page.Type < 0 || page.Uncompressed < 0 || page.Stored < 0)
            throw new InvalidDataException("its header lacks type or size");
        if (page.Type is Data or Dictionary or DataV2 && (page.Values < 0 || page.Encoding < 0))
            throw new InvalidDataException("its header does not say how many values it has, and how they are encoded");
        length = reader.Position;
        return page;
    }

    private static PageInfo ReadData(ref ThriftReader reader, PageInfo page)
    {
        int field = 0;
        while (reader.Next(ref field, out int type))
        {
            switch (field, type)
            {
                case (1, 5):
                    page = page with { Values = reader.Int32() };
                    break;
                case (2, 5):
                    page = page with { Encoding = reader.Int32() };
                    break;
                case (3 or 4, 5):
                    page = page with { LevelEncodings = page.LevelEncodings & reader.Int32() == Rle };
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return page;
    }

    private static PageInfo ReadDictionary(ref ThriftReader reader, PageInfo page)
    {
        int field = 0;
        while (reader.Next(ref field, out int type))
        {
            switch (field, type)
            {
                case (1, 5):
                    page = page with { Values = reader.Int32() };
                    break;
                case (2, 5):
                    page = page with { Encoding = reader.Int32() };
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return page;
    }

    private static PageInfo ReadDataV2(ref ThriftReader reader, PageInfo page)
    {
        int field = 0;
        while (reader.Next(ref field, out int type))
        {
            switch (field, type)
            {
                case (1, 5):
                    page = page with { Values = reader.Int32() };
                    break;
                case (4, 5):
                    page = page with { Encoding = reader.Int32() };
                    break;
                case (5, 5):
                    page = page with { DefinitionBytes = reader.Int32() };
                    break;
                case (6, 5):
                    page = page with { RepetitionBytes = reader.Int32() };
                    break;
                case (7, 1 or 2):
                    page = page with { IsCompressed = type == 1 };
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return page;
    }
}
