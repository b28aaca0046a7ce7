namespace Linkage.Parquet.Format;

/// <summary>What the footer says of one column in one row group. Byte counts include page headers.</summary>
internal struct ColumnChunk
{
    public CompressionCodec Codec;
    public int DataPages;

    /// <summary>Position of the first data page in the footer's list of pages.</summary>
    public int FirstPage;

    /// <summary>Levels in all pages: rows, or for lists elements and what stands for a list without any.</summary>
    public long Levels;

    /// <summary>Encoding of the values of every data page but the <see cref="PlainPages"/>.</summary>
    public PageEncoding Encoding;

    /// <summary>Data pages that are PLAIN: all of them, or those without values.</summary>
    public int PlainPages;

    /// <summary>Offset of the dictionary page in the file, or −1.</summary>
    public long DictionaryOffset;

    /// <summary>Offset of the first data page in the file.</summary>
    public long DataOffset;
    public long UncompressedBytes;
    public long CompressedBytes;

    /// <summary>Levels without a value: nulls, and lists without an element.</summary>
    public long NullCount;

    /// <summary>Different values, or −1 when not known.</summary>
    public long DistinctCount;
    public ChunkBounds Bounds;

    /// <summary>Where the chunk's indexes and its bloom filter lie in the file; length 0 for none.</summary>
    public FileRange OffsetIndex, ColumnIndex, Bloom;

    public readonly long FirstOffset => DictionaryOffset >= 0 ? DictionaryOffset : DataOffset;
}

/// <summary>A run of bytes in the file.</summary>
internal readonly record struct FileRange(long Offset, int Length);

/// <summary>Smallest and largest value of a chunk or page as its statistics state them.</summary>
internal struct ChunkBounds
{
    /// <summary>Whether there is a minimum and a maximum to state.</summary>
    public bool HasMin, HasMax;

    /// <summary>Whether the value occurs, as opposed to being a bound cut short.</summary>
    public bool MinExact, MaxExact;

    /// <summary>Fixed-width types: the value's bits. Strings: offset in the footer's bytes.</summary>
    public long Min, Max;

    /// <summary>Strings: length in the footer's bytes.</summary>
    public int MinLength, MaxLength;
}

/// <summary>What the footer says of one row group. Byte counts include page headers.</summary>
internal struct RowGroup
{
    public int Rows;

    /// <summary>Offset of its first page.</summary>
    public long FileOffset;
    public long UncompressedBytes;
    public long CompressedBytes;

    /// <summary>How many of the first columns ascend throughout (so that rows are sorted by them, in this order).</summary>
    public int SortedColumns;
}
