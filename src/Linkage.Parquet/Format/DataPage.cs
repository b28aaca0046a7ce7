namespace Linkage.Parquet.Format;

/// <summary>What the page index says of one data page.</summary>
internal struct DataPage
{
    /// <summary>Offset of the page's header in the file.</summary>
    public long Offset;

    /// <summary>Bytes in the file, header included.</summary>
    public int Bytes;

    /// <summary>First row, counted within the row group.</summary>
    public int FirstRow;

    /// <summary>Levels without a value.</summary>
    public int Nulls;

    /// <summary>Values.</summary>
    public int Present;

    /// <summary>Smallest and largest value, when they are known.</summary>
    public ChunkBounds Bounds;
}
