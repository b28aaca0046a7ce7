using System.Collections.Immutable;
using Linkage.Parquet;

namespace Linkage.Delta;

/// <summary>A written data file that is not yet visible: to be synced, published, and named in a commit.</summary>
/// <param name="Staged">The file under its temporary name.</param>
/// <param name="File">What the log will say of it.</param>
public sealed record PendingFile(StagedFile Staged, DataFile File);

/// <summary>
/// Rows of one table to data files in partition folders. In: the lanes' buffers of one partition value. Out: sorted files, still under their temporary
/// names: one, or where that would grow past the target size several, cut between row groups. Thread-safe: each thread brings its own scratch.
/// </summary>
/// <param name="folder">The table's data folder.</param>
/// <param name="fileSchema">Columns of a data file.</param>
/// <param name="partition">Partition column, or null.</param>
/// <param name="options">Encoding.</param>
/// <param name="targetBytes">Size files should not pass by much; a file has at least one row group.</param>
/// <param name="metadata">Key-value metadata of every file.</param>
public sealed class PartitionedWriter(
    DataFolder folder, TableSchema fileSchema, ColumnSchema? partition, ParquetOptions options, long targetBytes, IReadOnlyList<KeyValuePair<string, string>> metadata)
{
    /// <summary>128 MiB: some twenty row groups of a million events, and no more than a reader's thread is given at once.</summary>
    public const long DefaultTargetBytes = 128L << 20;

    private readonly ColumnSchema? _partition = partition;

    /// <summary>Writes all rows of a partition value; files follow each other in the order of rows.</summary>
    /// <param name="partitionValue">Value of the partition column; ignored when the table is not partitioned.</param>
    /// <param name="lanes">Buffers with at least one row together.</param>
    /// <param name="scratch">This thread's memory, with the flush's merged dictionaries.</param>
    /// <param name="threads">Threads that encode columns side by side; the files are the same with any number.</param>
    public ImmutableArray<PendingFile> Write(string? partitionValue, ReadOnlySpan<RowBuffer> lanes, GatherScratch scratch, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(scratch);
        var encoding = options.EncodeThreads == threads ? options : options with { EncodeThreads = threads };
        ImmutableArray<KeyValuePair<string, string?>> values = _partition is null ? [] : [new(_partition.Name, partitionValue)];
        var path = HivePath.Format(values);
        var rows = new RowBufferWriter(lanes, encoding, scratch);
        var files = ImmutableArray.CreateBuilder<PendingFile>(1);
        try
        {
            do
                files.Add(WriteFile(path, values, ref rows, encoding, scratch));
            while (rows.Next > 0);
            return files.ToImmutable();
        }
        catch
        {
            foreach (var file in files)
                file.Staged.Discard();
            throw;
        }
    }

    private PendingFile WriteFile(string path, ImmutableArray<KeyValuePair<string, string?>> values, ref RowBufferWriter rows, ParquetOptions encoding, GatherScratch scratch)
    {
        var staged = folder.Create(path);
        try
        {
            using var writer = new ParquetFileWriter(staged.Stream, fileSchema, encoding, metadata, scratch.Pages);
            do
                rows.WriteGroup(writer);
            while (rows.Next > 0 && HasRoom(writer, rows.Next));
            return new PendingFile(staged, new DataFile(staged.Path, values, writer.Close()));
        }
        catch
        {
            staged.Discard();
            throw;
        }
    }

    /// <summary>Whether another row group brings the file nearer to the target than it is: rows of a partition compress alike. No file has more than readers take.</summary>
    private bool HasRoom(ParquetFileWriter writer, int rows) => writer.RowGroups < ParquetFileWriter.MaxRowGroups &&
        writer.Bytes + ((double)writer.Bytes / writer.Rows * rows / 2) <= targetBytes;
}
