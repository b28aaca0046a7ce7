using System.Collections.Immutable;
using Linkage.Parquet;

namespace Linkage.Delta;

/// <summary>A written data file that is not yet visible: to be synced, published, and named in a commit.</summary>
/// <param name="Staged">The file under its temporary name.</param>
/// <param name="File">What the log will say of it.</param>
public sealed record PendingFile(StagedFile Staged, DataFile File);

/// <summary>
/// Rows of one table to data files in partition folders. In: the lanes' buffers of one partition value. Out: one sorted file, still under its temporary
/// name. Thread-safe: each thread brings its own scratch.
/// </summary>
/// <param name="folder">The table's data folder.</param>
/// <param name="fileSchema">Columns of a data file.</param>
/// <param name="partition">Partition column, or null.</param>
/// <param name="options">Encoding.</param>
/// <param name="metadata">Key-value metadata of every file.</param>
public sealed class PartitionedWriter(DataFolder folder, TableSchema fileSchema, ColumnSchema? partition, ParquetOptions options, IReadOnlyList<KeyValuePair<string, string>> metadata)
{
    private readonly ColumnSchema? _partition = partition;

    /// <summary>Writes one file.</summary>
    /// <param name="partitionValue">Value of the partition column; ignored when the table is not partitioned.</param>
    /// <param name="lanes">Buffers with at least one row together.</param>
    /// <param name="scratch">This thread's memory, with the flush's merged dictionaries.</param>
    public PendingFile Write(string? partitionValue, ReadOnlySpan<RowBuffer> lanes, GatherScratch scratch)
    {
        ArgumentNullException.ThrowIfNull(scratch);
        ImmutableArray<KeyValuePair<string, string?>> values = _partition is null ? [] : [new(_partition.Name, partitionValue)];
        var staged = folder.Create(HivePath.Format(values));
        try
        {
            using var writer = new ParquetFileWriter(staged.Stream, fileSchema, options, metadata, scratch.Pages);
            RowBufferWriter.Write(writer, lanes, options.RowGroupRows, scratch);
            return new PendingFile(staged, new DataFile(staged.Path, values, writer.Close()));
        }
        catch
        {
            staged.Discard();
            throw;
        }
    }
}
