namespace Linkage.Parquet;

/// <summary>Page compression.</summary>
public enum Codec
{
    /// <summary>Pages as encoded.</summary>
    None,

    /// <summary>Zstandard frames (libzstd).</summary>
    Zstd,

    /// <summary>Snappy without framing (libsnappy): what readers of every age take.</summary>
    Snappy,

    /// <summary>LZ4 blocks (liblz4), LZ4_RAW in the format; the deprecated LZ4 is not written.</summary>
    Lz4Raw,

    /// <summary>gzip members (zlib).</summary>
    Gzip,
}

/// <summary>How files are written.</summary>
public sealed record ParquetOptions
{
    /// <summary>Page compression; zstd by default.</summary>
    public Codec Codec { get; init; } = Codec.Zstd;

    /// <summary>zstd level, 1 to 19; 1 by default (issue figures: higher levels cost more than they save here).</summary>
    public int ZstdLevel { get; init; } = 1;

    /// <summary>gzip level, 1 to 9; 6 by default, zlib's own.</summary>
    public int GzipLevel { get; init; } = 6;

    /// <summary>Rows a data page holds at most, 1 to 1,048,576; 61,440 by default: half a row group. DuckDB takes longer for many small pages than for few large ones (4% of a scan at 20,480 rows).</summary>
    public int PageRows { get; init; } = 61_440;

    /// <summary>
    /// Bytes of values after which a page of PLAIN strings ends early, 1,024 to 67,108,864; 1 MiB by default. A page always
    /// holds at least one row, however long its value.
    /// </summary>
    public int PageBytes { get; init; } = 1 << 20;

    /// <summary>
    /// Rows a row group holds at most, 1 to 16,777,216; 122,880 by default, as DuckDB has it: a reader that skips by row group reads an eighth of what it would of a million rows, for some
    /// 8% more bytes.
    /// </summary>
    public int RowGroupRows { get; init; } = 122_880;

    /// <summary>
    /// Bytes that a row group's values take PLAIN and uncompressed, about, at which it ends before it has its rows: 1,024 to 2,147,483,647; 128 MiB by default. For long
    /// texts: a reader holds a row group's columns in memory. Taken from a sample of the rows where they are written from row buffers.
    /// </summary>
    public int RowGroupBytes { get; init; } = 128 << 20;

    /// <summary>Bytes of distinct values above which a column leaves the dictionary for PLAIN, 0 (never a dictionary) to 67,108,864; 1 MiB by default.</summary>
    public int DictionaryBytes { get; init; } = 1 << 20;

    /// <summary>Whether files have a page index (where each page lies, and its smallest and largest value), by which readers skip pages; true by default.</summary>
    public bool PageIndex { get; init; } = true;

    /// <summary>
    /// Share of absent values that a bloom filter lets pass, 0.0001 to 0.5, or 0 for no bloom filters; 0.05 by default, as parquet-rs has it. Which columns have one, their schema says
    /// (<see cref="ColumnSchema.Bloom"/>).
    /// </summary>
    public double BloomFalsePositives { get; init; } = 0.05;

    /// <summary>Encodings that may be chosen from, by what a chunk takes in each; those that mainstream readers take by default.</summary>
    public ColumnEncodings Encodings { get; init; } = ColumnEncodings.Mainstream;

    /// <summary>Version of data pages, 1 or 2; 1 by default, which every reader takes. Version 2 leaves levels and pages that do not compress out of the codec.</summary>
    public int PageVersion { get; init; } = 1;

    /// <summary>
    /// Threads that encode the columns of a row group, 1 to 64; 1 by default. For <see cref="ParquetFileWriter.WriteRowGroup"/>; the bytes of a file are the same with any number.
    /// </summary>
    public int EncodeThreads { get; init; } = 1;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range; the message names it, its value and the range.</exception>
    public void Validate()
    {
        Check(nameof(Codec), (int)Codec, (int)Codec.None, (int)Codec.Gzip);
        Check(nameof(ZstdLevel), ZstdLevel, 1, 19);
        Check(nameof(GzipLevel), GzipLevel, 1, 9);
        Check(nameof(PageRows), PageRows, 1, 1 << 20);
        Check(nameof(PageBytes), PageBytes, 1 << 10, 1 << 26);
        Check(nameof(RowGroupRows), RowGroupRows, 1, 1 << 24);
        Check(nameof(RowGroupBytes), RowGroupBytes, 1 << 10, int.MaxValue);
        Check(nameof(DictionaryBytes), DictionaryBytes, 0, 1 << 26);
        CheckEncodings(nameof(Encodings), Encodings);
        Check(nameof(PageVersion), PageVersion, 1, 2);
        Check(nameof(EncodeThreads), EncodeThreads, 1, 64);
        CheckShare(nameof(BloomFalsePositives), BloomFalsePositives);
    }

    /// <summary>What the codec lacks on this machine, and what to install; null when nothing.</summary>
    public string? MissingLibrary() => Pages.CodecLibrary.Of(Codec) is { IsPresent: false } library ? library.Missing : null;

    private static void CheckEncodings(string name, ColumnEncodings value)
    {
        if (!value.HasFlag(ColumnEncodings.Plain) || (value | ColumnEncodings.All) != ColumnEncodings.All)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be Plain, alone or with others of {ColumnEncodings.All}.");
    }

    private static void CheckShare(string name, double value)
    {
        if (value is not (0 or (>= 0.0001 and <= 0.5)))
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be 0 or from 0.0001 to 0.5.");
    }

    private static void Check(string name, int value, int low, int high)
    {
        if (value < low || value > high)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be from {low} to {high}.");
    }
}
