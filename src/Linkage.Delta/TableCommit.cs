using System.Collections.Immutable;
using Linkage.Parquet;

namespace Linkage.Delta;

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
public sealed record TableCommit(Guid CommitId, string RunId, ImmutableArray<DataFile> Files, ImmutableArray<SourceProgress> Progress, DateTimeOffset Timestamp)
{
    /// <summary>Name of a file that is no data of the table and becomes valid with this commit (see <see cref="TableLog.ReadAttached"/>); null for none.</summary>
    public string? Attached { get; init; }

    /// <summary>Throws when the commit cannot be a valid step of a table so defined.</summary>
    internal static void Validate(TableCommit commit, TableDefinition definition)
    {
        if (commit.Files.IsDefault || commit.Progress.IsDefault || (commit.Files.IsEmpty && commit.Progress.IsEmpty))
            throw new ArgumentException("A commit needs data files or progress.", nameof(commit));
        RunLease.RequireRunId(commit.RunId);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in commit.Files)
        {
            if (!names.Add(file.Path))
                throw new ArgumentException($"Data file '{file.Path}' is in the commit twice.", nameof(commit));
            if (file.Path.Length == 0 || file.Path[0] == '/' || file.Path.Split('/').Any(part => part is "" or "." or ".."))
                throw new ArgumentException($"Data file path '{file.Path}' is not relative to the table folder.", nameof(commit));
            if (!file.PartitionValues.Select(v => v.Key).SequenceEqual(definition.PartitionColumns, StringComparer.Ordinal))
                throw new ArgumentException($"Data file '{file.Path}' has values for [{string.Join(", ", file.PartitionValues.Select(v => v.Key))}], the table is partitioned by [{string.Join(", ", definition.PartitionColumns)}].", nameof(commit));
        }
        if (commit.Attached is { } attached && DataFileName.RunOf(attached) is null)
            throw new ArgumentException($"Attached file '{attached}' has no name of a run's file.", nameof(commit));
        var apps = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in commit.Progress)
        {
            if (string.IsNullOrEmpty(step.AppId) || !apps.Add(step.AppId))
                throw new ArgumentException($"Progress of '{step.AppId}' has no name, or is in the commit twice.", nameof(commit));
            if (step.Next < 0 || step.Next <= step.Expected)
                throw new ArgumentException($"Progress of {step.AppId} would go from {step.Expected} to {step.Next}; it must grow.", nameof(commit));
        }
    }
}
