using System.Collections.Immutable;

namespace Linkage.Parquet;

/// <summary>What a closed file holds.</summary>
/// <param name="Rows">Rows in the file.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Columns">Statistics in schema order.</param>
public sealed record ParquetFileSummary(long Rows, long Bytes, ImmutableArray<ColumnStatistics> Columns);

/// <summary>Exact statistics of one column over a whole file.</summary>
/// <param name="Column">The column.</param>
/// <param name="NullCount">Rows without a value.</param>
/// <param name="Min">
/// Smallest value (of a list column: none): bool, int, long, double (zero as −0) or UTF-8 byte[] (bytewise order, never cut short); null when there is no value, and
/// of doubles when some are NaN.
/// </param>
/// <param name="Max">Largest value, likewise (zero as +0).</param>
public sealed record ColumnStatistics(ColumnSchema Column, long NullCount, object? Min, object? Max)
{
    /// <summary>How the column's values are encoded, over all row groups; none when not known.</summary>
    public ColumnEncodings Encodings { get; init; }

    /// <summary>Bytes of the column in the file, page headers included; 0 when not known.</summary>
    public long CompressedBytes { get; init; }

    /// <summary>The same before the codec.</summary>
    public long UncompressedBytes { get; init; }
}
