namespace Linkage.Parquet.Reading;

/// <summary>Numbers of parquet.thrift's Encoding.</summary>
/// <remarks>https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift</remarks>
internal static class StoredEncoding
{
    public const int Plain = 0;

    /// <summary>Of old writers; means the same as <see cref="RleDictionary"/> in data pages, and as <see cref="Plain"/> in dictionary pages.</summary>
    public const int PlainDictionary = 2;

    public const int Rle = 3;
    public const int DeltaBinaryPacked = 5;
    public const int DeltaLengthByteArray = 6;
    public const int DeltaByteArray = 7;
    public const int RleDictionary = 8;
    public const int ByteStreamSplit = 9;

    public static InvalidDataException Unknown(int encoding, ColumnType type) =>
        new($"its values are in encoding {encoding}, which this program does not read for a column of type {type}");
}
