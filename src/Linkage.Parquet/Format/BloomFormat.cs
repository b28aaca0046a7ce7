namespace Linkage.Parquet.Format;

/// <summary>Writes the BloomFilterHeader in front of each filter.</summary>
internal static class BloomFormat
{
    /// <summary>A filter of <paramref name="bytes"/> bytes: split block, XXH64, uncompressed, the only ones there are.</summary>
    public static void WriteHeader(ThriftWriter thrift, int bytes)
    {
        thrift.I32(1, bytes);
        for (short union = 2; union <= 4; union++)
        {
            thrift.BeginStruct(union);
            thrift.EmptyStruct(1);
            thrift.EndStruct();
        }

        thrift.EndStruct();
    }
}
