namespace Linkage.Parquet;

/// <summary>
/// Encodings of column chunks: those a writer may choose from, or those it chose. Which readers know which is in docs/parquet.md.
/// </summary>
/// <remarks>https://parquet.apache.org/docs/file-format/data-pages/encodings/</remarks>
[Flags]
public enum ColumnEncodings
{
    /// <summary>Values as they are. Always allowed: what no other encoding makes smaller is written so.</summary>
    Plain = 1,

    /// <summary>A page of distinct values, then indices into it (RLE_DICTIONARY).</summary>
    Dictionary = 2,

    /// <summary>Differences of neighbours (DELTA_BINARY_PACKED): Int32, Int64, Date, TimestampMicros.</summary>
    DeltaBinaryPacked = 4,

    /// <summary>What a string shares with the one before, and the rest (DELTA_BYTE_ARRAY).</summary>
    DeltaByteArray = 8,

    /// <summary>Lengths, then bytes (DELTA_LENGTH_BYTE_ARRAY): String. Spark to 4.0 reads a column of it with nulls wrongly or not at all (SPARK-40128, SPARK-52240).</summary>
    DeltaLengthByteArray = 16,

    /// <summary>First bytes, then second bytes, and so on (BYTE_STREAM_SPLIT): Double. Spark's vectorised reader does not know it (SPARK-56894).</summary>
    ByteStreamSplit = 32,

    /// <summary>What readers of every age take.</summary>
    Basic = Plain | Dictionary,

    /// <summary>What DuckDB, Spark 3.3 and later, pyarrow, Polars, parquet-rs and hyparquet take.</summary>
    Mainstream = Basic | DeltaBinaryPacked | DeltaByteArray,

    /// <summary>Everything this writer knows.</summary>
    All = Mainstream | DeltaLengthByteArray | ByteStreamSplit,
}
