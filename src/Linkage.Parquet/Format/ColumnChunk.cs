namespace Linkage.Parquet.Format;

/// <summary>What the footer says of one column in one row group. Byte counts include page headers.</summary>
internal struct ColumnChunk
{
    public CompressionCodec Codec;
    public int DataPages;

    /// <summary>Data or DataV2, of all its data pages.</summary>
    public PageType DataPageType;

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

    /// <summary>The chunk as it is described in another footer and file.</summary>
    /// <param name="firstPage">Pages before its own there.</param>
    /// <param name="position">Bytes before it there.</param>
    /// <param name="bounds">Bytes of bounds before its own; 0 where bounds are no bytes.</param>
    /// <param name="blooms">Bytes of bloom filters before its own.</param>
    public readonly ColumnChunk Moved(int firstPage, long position, int bounds, int blooms) => this with
    {
        FirstPage = FirstPage + firstPage,
        DictionaryOffset = DictionaryOffset < 0 ? -1 : DictionaryOffset + position,
        DataOffset = DataOffset + position,
        Bounds = Bounds.Moved(bounds),
        Bloom = Bloom.Length == 0 ? Bloom : Bloom with { Offset = Bloom.Offset + blooms },
    };

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

    /// <summary>Doubles: how many are NaN. With any there are no bounds.</summary>
    public int NaNs;

    /// <summary>Fixed-width types: the value's bits. Strings: offset in the footer's bytes.</summary>
    public long Min, Max;

    /// <summary>Strings: length in the footer's bytes.</summary>
    public int MinLength, MaxLength;

    /// <summary>The bounds where strings lie so many bytes further on.</summary>
    public readonly ChunkBounds Moved(int by) => this with { Min = Min + by, Max = Max + by };
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
