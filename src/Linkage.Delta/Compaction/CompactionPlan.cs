using System.Collections.Immutable;
using Linkage.Parquet;

namespace Linkage.Delta.Compaction;

/// <summary>Small files of one partition that are merged together.</summary>
/// <param name="Folder">Folder of the partition, relative to the table; '' for none.</param>
/// <param name="Files">At least two, in the order of their names, which is that of their runs' start.</param>
public sealed record MergeGroup(string Folder, ImmutableArray<LiveFile> Files)
{
    /// <summary>Bytes of the files.</summary>
    public long Bytes => Files.Sum(f => f.Bytes);

    /// <summary>
    /// Bytes from which a new file is complete: equal parts of three quarters of the target to half as much again, so that none of them counts as small. What is no more than one file
    /// by what it takes now may come to take more, in another codec.
    /// </summary>
    internal long FileBytes(long target) => FilesAt(target) is > 1 and var files ? Bytes / files : target / 2 * 3;

    /// <summary>About how many files come of it.</summary>
    public long FilesAt(long target) => Math.Max(1, (Bytes + (target / 2)) / target);
}

/// <summary>What a compaction of a table would do, or did.</summary>
/// <param name="TableDirectory">Folder of the table.</param>
/// <param name="Definition">The table.</param>
/// <param name="LiveFiles">Files of the table now.</param>
/// <param name="Groups">What is merged; empty when there is nothing to do.</param>
public sealed record CompactionPlan(string TableDirectory, TableDefinition Definition, int LiveFiles, ImmutableArray<MergeGroup> Groups)
{
    /// <summary>Bytes of memory that a file takes however few rows it has: its footer, and buffers for each column.</summary>
    private const int FileBytes = 32 << 10;

    /// <summary>Bytes of memory that a row of a type takes while files are merged: a value, whether it is one, and for strings a place in a table of ids.</summary>
    private static int RowBytes(ColumnType? type) => type switch
    {
        ColumnType.Boolean => 2,
        ColumnType.Int32 or ColumnType.Date => 5,
        // Its id, where the value ends, and its id in what is written: as if every value were another.
        ColumnType.String => 12,
        _ => 9,
    };

    /// <summary>Files that are merged.</summary>
    public int Files => Groups.Sum(g => g.Files.Length);

    /// <summary>Bytes of the files that are merged.</summary>
    public long Bytes => Groups.Sum(g => g.Bytes);

    /// <summary>Partitions with files that are merged.</summary>
    public int Partitions => Groups.Select(g => g.Folder).Distinct(StringComparer.Ordinal).Count();

    /// <summary>Plans from the table's newest snapshot; writes nothing.</summary>
    /// <exception cref="InvalidDataException">The log or a file of the table is damaged.</exception>
    /// <exception cref="OutputUnavailableException">Something cannot be read.</exception>
    public static CompactionPlan Of(string tableDirectory, CompactionOptions options) => Of(TableLog.Open(tableDirectory), options);

    internal static CompactionPlan Of(TableLog log, CompactionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var definition = log.Refresh().Definition;
        var live = log.ReadFiles().Files;
        var groups = ImmutableArray.CreateBuilder<MergeGroup>();
        foreach (var partition in live.Values.Where(f => f.Bytes < options.SmallBytes).GroupBy(f => Path.GetDirectoryName(f.Path) ?? "", StringComparer.Ordinal).OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            var files = partition.OrderBy(f => f.Path, StringComparer.Ordinal).ToList();
            if (files.Count < options.MinFiles)
                continue;
            if (files.Exists(f => !f.PartitionValues.SequenceEqual(files[0].PartitionValues)))
                throw new InvalidDataException($"The log of '{log.Directory}' gives files in the folder '{partition.Key}' different partition values: run 'linkage verify'.");
            Split(log.Directory, partition.Key, files, options.MemoryBytes, groups);
        }
        return new CompactionPlan(log.Directory, definition, live.Count, groups.ToImmutable());
    }

    /// <summary>Parts of a partition's files, each within the memory; a last one of a single file is left for another time.</summary>
    private static void Split(string directory, string folder, List<LiveFile> files, long memory, ImmutableArray<MergeGroup>.Builder groups)
    {
        var part = new List<LiveFile>();
        var bytes = 0L;
        foreach (var file in files)
        {
            var needed = FileBytes + MemoryOf(ReadFooter(Path.Combine(directory, file.Path)));
            if (part.Count >= 2 && bytes + needed > memory)
                Close();
            part.Add(file);
            bytes += needed;
        }
        if (part.Count >= 2)
            Close();

        void Close()
        {
            groups.Add(new MergeGroup(folder, [.. part]));
            part.Clear();
            bytes = 0;
        }
    }

    /// <summary>What the largest row group of a file takes in memory at most: its rows as typed columns, and its distinct strings.</summary>
    private static long MemoryOf(ParquetFooter footer)
    {
        return footer.RowGroups.IsEmpty ? 0 : footer.RowGroups.Max(g => g.Chunks.Select((chunk, c) => MemoryOf(footer.Columns[c], chunk)).Sum());
    }

    // Values of a list are its elements. Room for strings grows by doubling.
    private static long MemoryOf(FooterColumn column, FooterChunk chunk) =>
        (chunk.Values * RowBytes(column.Type)) + (column.Type == ColumnType.String ? 2 * chunk.UncompressedBytes : 0);

    /// <summary>Reads a file's footer.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="OutputUnavailableException">It cannot be read.</exception>
    internal static ParquetFooter ReadFooter(string path)
    {
        try { return ParquetFooter.Read(path); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw OutputDisk.Unavailable("read", path, e); }
    }
}
