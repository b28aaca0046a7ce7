using System.Collections.Immutable;

namespace Linkage.Delta;

/// <summary>A <c>txn</c> action.</summary>
internal readonly record struct TxnAction(string AppId, long Version, long? LastUpdated);

/// <summary>A <c>remove</c> action: the file is not part of the table any more. Compaction writes them; other programs may.</summary>
internal readonly record struct RemoveAction(string Path, long? DeletionTimestamp);

/// <summary>A <c>protocol</c> action.</summary>
internal readonly record struct ProtocolAction(int MinReaderVersion, int MinWriterVersion)
{
    /// <summary>What this program writes: no features, so that every reader can read.</summary>
    public static ProtocolAction Written { get; } = new(1, 2);

    public void RequireKnown(string tableDirectory)
    {
        if (MinReaderVersion > Written.MinReaderVersion || MinWriterVersion > Written.MinWriterVersion)
            throw new TableMismatchException(tableDirectory, null, $"its log asks for reader version {MinReaderVersion} and writer version {MinWriterVersion}, this program knows {Written.MinReaderVersion} and {Written.MinWriterVersion}");
    }
}

/// <summary>A <c>metaData</c> action.</summary>
internal sealed record MetaDataAction(
    string Id, string? Name, string? Description, string SchemaString, ImmutableArray<string> PartitionColumns, long? CreatedTime, ImmutableArray<KeyValuePair<string, string>> Configuration)
{
    public static MetaDataAction For(TableDefinition definition, Guid id, DateTimeOffset created) => new(
        id.ToString("D"),
        definition.Schema.Name,
        definition.Schema.Description,
        DeltaSchema.Format(definition.Schema.Columns),
        definition.PartitionColumns,
        created.ToUnixTimeMilliseconds(),
        // Another writer that checkpoints must not delete old entries: they are the proof of every offset (linkage verify).
        [new("delta.enableExpiredLogCleanup", "false")]);

    public TableDefinition ToDefinition(string tableDirectory) => new(
        new Parquet.TableSchema(Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(tableDirectory)), Description ?? "", DeltaSchema.Parse(SchemaString, tableDirectory)),
        PartitionColumns);
}

/// <summary>What a commit says about itself, in <c>commitInfo</c>.</summary>
/// <param name="CommitId">The commit's own id; null for a commit of another program.</param>
/// <param name="RunId">The run that wrote it.</param>
/// <param name="Operation">Delta's operation name.</param>
/// <param name="Progress">From and to of every source partition that moved.</param>
/// <param name="Attached">A file that became valid with the commit; null for none.</param>
internal sealed record CommitInfo(Guid? CommitId, string? RunId, string? Operation, ImmutableArray<SourceProgress> Progress, string? Attached)
{
    /// <summary>The operation of a commit that puts rows into other files and changes none.</summary>
    public const string Rewrite = "OPTIMIZE";
}

/// <summary>One log entry: the actions of one version.</summary>
internal sealed class LogEntry
{
    public required long Version { get; init; }

    /// <summary>Length of the entry's file.</summary>
    public required int Bytes { get; init; }

    public CommitInfo? Info { get; set; }

    public ProtocolAction? Protocol { get; set; }

    public MetaDataAction? MetaData { get; set; }

    public List<TxnAction> Txns { get; } = [];

    public List<LiveFile> Adds { get; } = [];

    public List<RemoveAction> Removes { get; } = [];
}
