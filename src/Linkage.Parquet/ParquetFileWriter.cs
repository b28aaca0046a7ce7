using System.Collections.Immutable;

namespace Linkage.Parquet;

/// <summary>
/// Writes one Parquet file, row group by row group, column by column, in schema order. In: typed
/// columns of one row group as spans (values dense, one entry a row; nulls by a validity span). Out: pages on the stream.
/// No object per value; buffers are pooled and reused across files through <see cref="ParquetScratch"/>.
/// Not thread-safe; one writer per file, one scratch per thread.
/// </summary>
public sealed class ParquetFileWriter : IDisposable
{
    /// <summary>Starts a file. The stream needs only Write; it is not closed by the writer.</summary>
    public ParquetFileWriter(Stream output, TableSchema schema, ParquetOptions options, IReadOnlyList<KeyValuePair<string, string>> metadata, ParquetScratch scratch) =>
        throw new NotSupportedException("stub: parquet");

    /// <summary>Opens a row group of <paramref name="rows"/> rows; every column must follow, in order.</summary>
    public void BeginRowGroup(int rows) => throw new NotSupportedException("stub: parquet");

    /// <summary>An Int32 or Date column. An empty <paramref name="valid"/> means no nulls; else one entry a row.</summary>
    public void WriteInt32(ReadOnlySpan<int> values, ReadOnlySpan<bool> valid) => throw new NotSupportedException("stub: parquet");

    /// <summary>An Int64 or TimestampMicros column.</summary>
    public void WriteInt64(ReadOnlySpan<long> values, ReadOnlySpan<bool> valid) => throw new NotSupportedException("stub: parquet");

    /// <summary>A Double column.</summary>
    public void WriteDouble(ReadOnlySpan<double> values, ReadOnlySpan<bool> valid) => throw new NotSupportedException("stub: parquet");

    /// <summary>A Boolean column.</summary>
    public void WriteBoolean(ReadOnlySpan<bool> values, ReadOnlySpan<bool> valid) => throw new NotSupportedException("stub: parquet");

    /// <summary>
    /// A String column: each row refers to a value by id; −1, or an id for which
    /// <see cref="IUtf8Values.IsNull"/>, is a null. The values may be many more than the rows use (ids sparse over millions);
    /// work and memory must follow the rows, not <c>values.Count</c>, when <paramref name="idsAscending"/>.
    /// </summary>
    /// <param name="ids">One id a row.</param>
    /// <param name="values">The values the ids refer to.</param>
    /// <param name="idsAscending">The ids never decrease (sorted column): distinct values are runs.</param>
    public void WriteString(ReadOnlySpan<int> ids, IUtf8Values values, bool idsAscending) => throw new NotSupportedException("stub: parquet");

    /// <summary>Closes the row group; all columns must have been written.</summary>
    public void EndRowGroup() => throw new NotSupportedException("stub: parquet");

    /// <summary>Writes the footer and tells what the file holds.</summary>
    public ParquetFileSummary Close() => throw new NotSupportedException("stub: parquet");

    /// <summary>Returns pooled memory; a file not closed is left without footer.</summary>
    public void Dispose()
    {
    }
}

/// <summary>Reusable page, level, index and compression buffers of one writing thread.</summary>
public sealed class ParquetScratch : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

/// <summary>What a closed file holds.</summary>
/// <param name="Rows">Rows in the file.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Columns">Statistics in schema order.</param>
public sealed record ParquetFileSummary(long Rows, long Bytes, ImmutableArray<ColumnStatistics> Columns);

/// <summary>Exact statistics of one column over a whole file.</summary>
/// <param name="Column">The column.</param>
/// <param name="NullCount">Rows without a value.</param>
/// <param name="Min">Smallest value: bool, int, long, double (never NaN) or UTF-8 byte[] (bytewise order); null when no value qualifies.</param>
/// <param name="Max">Largest value, likewise.</param>
public sealed record ColumnStatistics(ColumnSchema Column, long NullCount, object? Min, object? Max);
