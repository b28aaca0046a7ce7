using System.Collections.Immutable;
using Linkage.Parquet;

namespace Linkage.Delta;

/// <summary>A table as its log describes it. Partition columns are not stored in the data files.</summary>
/// <param name="Schema">All columns, partition columns included (hive readers get them from the path).</param>
/// <param name="PartitionColumns">Names of the partition columns in path order; empty for an unpartitioned table.</param>
public sealed record TableDefinition(TableSchema Schema, ImmutableArray<string> PartitionColumns);

/// <summary>A data file to add in a commit.</summary>
/// <param name="Path">Relative to the table folder, '/' separated, hive-encoded.</param>
/// <param name="PartitionValues">Column and value (null: the null partition), in path order.</param>
/// <param name="Summary">Rows, bytes and statistics.</param>
public sealed record DataFile(string Path, ImmutableArray<KeyValuePair<string, string?>> PartitionValues, ParquetFileSummary Summary);

/// <summary>How far one source partition has come in this table.</summary>
/// <param name="AppId">&lt;table&gt;/&lt;topic&gt;/&lt;partition&gt;.</param>
/// <param name="Expected">The next offset this worker started from, or null when the log had none.</param>
/// <param name="Next">The next offset after this commit; greater than <paramref name="Expected"/>.</param>
public sealed record SourceProgress(string AppId, long? Expected, long Next);

/// <summary>One atomic step of a table.</summary>
/// <param name="CommitId">This commit's own id, to recognise it after an ambiguous failure.</param>
/// <param name="RunId">The run that writes.</param>
/// <param name="Files">Data files to add; may be empty when only progress is recorded.</param>
/// <param name="Progress">One entry for each source partition that moved.</param>
/// <param name="Timestamp">Commit time (UTC).</param>
public sealed record TableCommit(Guid CommitId, string RunId, ImmutableArray<DataFile> Files, ImmutableArray<SourceProgress> Progress, DateTimeOffset Timestamp);

/// <summary>The log's progress for a source partition is not what this worker started from: another worker owns it.</summary>
public sealed class OwnershipLostException(string appId, long? expected, long? actual)
    : Exception($"Table log progress of {appId} is {actual?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}, this worker expected {expected?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}: another worker has committed this partition.")
{
    /// <summary>The source partition in question.</summary>
    public string AppId { get; } = appId;

    /// <summary>Next offset this worker started from.</summary>
    public long? Expected { get; } = expected;

    /// <summary>Next offset the log holds.</summary>
    public long? Actual { get; } = actual;
}

/// <summary>
/// The commit protocol of one table on a Delta Lake log. In: data files already synced and renamed, and how far each source
/// partition came. Out: one log entry that makes both true at once. Safe against other processes on the same folder.
/// Thread-safe.
/// </summary>
public sealed class TableLog
{
    /// <summary>Opens the table, creating folder, protocol and metadata when absent. A table with another schema or other partition columns is an error that says which column differs (columns added at the end as nullable are an evolution, and committed as such).</summary>
    public static TableLog OpenOrCreate(string tableDirectory, TableDefinition definition, TimeProvider clock) => throw new NotSupportedException("stub: delta");

    /// <summary>Opens an existing table read-only (verify, readers of the log).</summary>
    public static TableLog Open(string tableDirectory) => throw new NotSupportedException("stub: delta");

    /// <summary>Folder of the table.</summary>
    public string Directory => throw new NotSupportedException("stub: delta");

    /// <summary>Reads new log entries and returns the state at the newest version.</summary>
    public TableSnapshot Refresh() => throw new NotSupportedException("stub: delta");

    /// <summary>
    /// Adds one log entry. Retries on version conflicts with other workers after re-checking every expected offset.
    /// </summary>
    /// <returns>The version committed.</returns>
    /// <exception cref="OwnershipLostException">Progress in the log differs from what the commit expects; nothing was written.</exception>
    public long Commit(TableCommit commit) => throw new NotSupportedException("stub: delta");
}

/// <summary>State of a table at one version.</summary>
/// <param name="Version">Log version; −1 before the first entry.</param>
/// <param name="Definition">Schema and partition columns.</param>
/// <param name="Files">Live data files by path.</param>
/// <param name="Progress">Next offset by appId.</param>
public sealed record TableSnapshot(long Version, TableDefinition Definition, ImmutableDictionary<string, LiveFile> Files, ImmutableDictionary<string, long> Progress);

/// <summary>A data file the log names.</summary>
/// <param name="Path">Relative path.</param>
/// <param name="PartitionValues">Partition values.</param>
/// <param name="Bytes">File length.</param>
/// <param name="Rows">Rows (from statistics), or null when the log does not say.</param>
/// <param name="StatisticsJson">The Delta statistics as logged.</param>
public sealed record LiveFile(string Path, ImmutableArray<KeyValuePair<string, string?>> PartitionValues, long Bytes, long? Rows, string? StatisticsJson);
