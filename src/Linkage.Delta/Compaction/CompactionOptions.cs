using System.Collections.Immutable;
using Linkage.Parquet;

namespace Linkage.Delta.Compaction;

/// <summary>Which files are put together, and how the new ones are written.</summary>
public sealed record CompactionOptions
{
    /// <summary>Bytes a new file aims at; 128 MiB by default. Files of three quarters of it and more are left alone; none is made larger than half as much again, but for its last row group.</summary>
    public long TargetBytes { get; init; } = 128L << 20;

    /// <summary>Small files a partition must have to be worth it, from 2; 2 by default.</summary>
    public int MinFiles { get; init; } = 2;

    /// <summary>
    /// Bytes of memory for the row groups of the files being merged, one of each; 1 GiB by default. Where a partition's small files would take more, they are merged in
    /// several parts, each by itself.
    /// </summary>
    public long MemoryBytes { get; init; } = 1L << 30;

    /// <summary>How long to wait at most for flushes under way to end, while which new ones wait; a minute by default.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a table's folder as it was is kept after the exchange; 10 s by default. A reader that had just begun to list it lists it to its end: it finds names that are no longer
    /// there, and fails, where a half-removed folder would look like a table of fewer rows.
    /// </summary>
    public TimeSpan Linger { get; init; } = TableCompaction.UsualLinger;

    /// <summary>How files are written.</summary>
    public ParquetOptions Parquet { get; init; } = new();

    /// <summary>Bytes below which a file counts as small.</summary>
    internal long SmallBytes => TargetBytes / 4 * 3;
}

/// <summary>What the log does not say of a table's columns.</summary>
/// <param name="SortBy">The column of strings by which the rows of every file ascend, nulls first; null for files in no order.</param>
/// <param name="ThenBy">An integer, date or timestamp column by which the rows of a new file ascend where <paramref name="SortBy"/> is the same; null for none.</param>
/// <param name="Bloom">Columns that get a bloom filter.</param>
public sealed record TableLayout(string? SortBy, string? ThenBy, ImmutableArray<string> Bloom)
{
    /// <summary>Of a table that nothing is known about: its files are put one behind the other.</summary>
    public static TableLayout Unknown { get; } = new(null, null, []);
}
