namespace Linkage.Parquet.Format;

// Names and numbers of parquet.thrift: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift

/// <summary>How values are stored.</summary>
internal enum PhysicalType
{
    Boolean = 0,
    Int32 = 1,
    Int64 = 2,
    Double = 5,
    ByteArray = 6,
}

/// <summary>How values or levels of a page are encoded.</summary>
internal enum PageEncoding
{
    Plain = 0,
    Rle = 3,
    DeltaBinaryPacked = 5,
    DeltaLengthByteArray = 6,
    DeltaByteArray = 7,
    RleDictionary = 8,
    ByteStreamSplit = 9,
}

/// <summary>Kinds of page.</summary>
internal enum PageType
{
    Data = 0,
    Dictionary = 2,
    DataV2 = 3,
}

/// <summary>Numbers of the codecs.</summary>
internal enum CompressionCodec
{
    Uncompressed = 0,
    Snappy = 1,
    Gzip = 2,
    Zstd = 6,
    Lz4Raw = 7,
}

/// <summary>The pre-2.4 annotations, for readers that know no logical types.</summary>
internal enum ConvertedType
{
    Utf8 = 0,
    List = 3,
    Date = 6,
    TimestampMicros = 10,
}

/// <summary>How column types appear in a file.</summary>
internal static class PhysicalTypes
{
    public static PhysicalType Of(ColumnType type) => type switch
    {
        ColumnType.Boolean => PhysicalType.Boolean,
        ColumnType.Int32 or ColumnType.Date => PhysicalType.Int32,
        ColumnType.Int64 or ColumnType.TimestampMicros => PhysicalType.Int64,
        ColumnType.Double => PhysicalType.Double,
        ColumnType.String or ColumnType.StringList => PhysicalType.ByteArray,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a column type."),
    };
}
