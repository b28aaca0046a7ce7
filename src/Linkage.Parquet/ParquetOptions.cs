namespace Linkage.Parquet;

/// <summary>Page compression.</summary>
public enum Codec
{
    /// <summary>Pages as encoded.</summary>
    None,

    /// <summary>Zstandard frames (libzstd).</summary>
    Zstd,
}

/// <summary>How files are written.</summary>
public sealed record ParquetOptions
{
    /// <summary>Page compression; zstd by default.</summary>
    public Codec Codec { get; init; } = Codec.Zstd;

    /// <summary>zstd level, 1 to 19; 1 by default (issue figures: higher levels cost more than they save here).</summary>
    public int ZstdLevel { get; init; } = 1;

    /// <summary>Rows a data page holds at most; 20,000 by default, as parquet-rs and parquet-java do.</summary>
    public int PageRows { get; init; } = 20_000;

    /// <summary>Rows a row group holds at most; 1,048,576 by default.</summary>
    public int RowGroupRows { get; init; } = 1 << 20;

    /// <summary>Bytes of distinct values above which a string column leaves the dictionary for PLAIN; 1 MiB by default.</summary>
    public int DictionaryBytes { get; init; } = 1 << 20;
}
