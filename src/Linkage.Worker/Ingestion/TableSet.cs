using System.Collections.Immutable;
using Linkage.Delta;
using Linkage.Delta.Compaction;
using Linkage.Matching.Links;
using Linkage.Tables;

namespace Linkage.Worker.Ingestion;

/// <summary>The run's output tables: log, data folder and writer of each, in commit order.</summary>
internal sealed class TableSet : IDisposable
{
    private readonly string _topic;
    private readonly string _outputDirectory;

    private TableSet(string outputDirectory, string topic, ImmutableArray<Entry> tables)
    {
        _outputDirectory = outputDirectory;
        _topic = topic;
        Tables = tables;
    }

    /// <summary>The tables in the order they commit.</summary>
    public ImmutableArray<Entry> Tables { get; }

    /// <summary>The link ledger's files; null when no ledger is kept.</summary>
    public LinkStore? Links { get; set; }

    /// <summary>Opens or creates every table and removes what dead runs left behind.</summary>
    /// <param name="plan">The run's settings.</param>
    /// <param name="lease">Proof of life of this run.</param>
    /// <param name="metadata">Key-value metadata of data files.</param>
    /// <param name="orphans">Files removed.</param>
    public static TableSet Open(RunPlan plan, RunLease lease, IReadOnlyList<KeyValuePair<string, string>> metadata, out int orphans)
    {
        using var gate = TableGate.EnterAsWriter(plan.OutputDirectory);
        orphans = 0;
        var entries = ImmutableArray.CreateBuilder<Entry>();
        foreach (var spec in TableSpec.All(plan.Partitioning, plan.Pipeline.KeepOutsiders))
        {
            var directory = Path.Combine(plan.OutputDirectory, spec.Schema.Name);
            ImmutableArray<string> partitionColumns = spec.Partition is null ? [] : [spec.Partition.Name];
            var log = TableLog.OpenOrCreate(directory, new TableDefinition(spec.Schema, partitionColumns), TimeProvider.System);
            var folder = new DataFolder(directory, lease);
            orphans += folder.RemoveOrphans(log);
            entries.Add(new Entry(spec, log, folder, new PartitionedWriter(folder, spec.FileSchema, spec.Partition, plan.Parquet, plan.TargetFileBytes, metadata)));
        }

        TableCompaction.RemoveLeftovers(plan.OutputDirectory);
        RunLease.RemoveDead(plan.OutputDirectory);
        return new TableSet(plan.OutputDirectory, plan.Kafka.Topic, entries.ToImmutable());
    }

    /// <summary>To be held from before the first file of a flush is created until its last log entry is there: no compaction comes between.</summary>
    public TableGate Enter() => TableGate.EnterAsWriter(_outputDirectory);

    /// <summary>appId of a source partition in a table's log.</summary>
    public string AppId(Entry table, int partition) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{table.Spec.Schema.Name}/{_topic}/{partition}");

    /// <summary>Next offset of partitions by table, from the newest log entries.</summary>
    public IReadOnlyDictionary<int, long?[]> Progress(IEnumerable<int> partitions)
    {
        var snapshots = Tables.Select(static t => t.Log.Refresh()).ToArray();
        return partitions.ToDictionary(
            static p => p,
            p => snapshots.Select((s, i) => s.Progress.TryGetValue(AppId(Tables[i], p), out var next) ? next : (long?)null).ToArray());
    }

    /// <summary>The offset that every table has reached, by <see cref="LinkPlace.SourceOf"/>: of every source that any of them knows.</summary>
    public Dictionary<ulong, long> Settled()
    {
        var next = Tables.Select(static t => t.Log.Refresh().Progress.ToDictionary(p => SourceOf(t, p.Key), static p => p.Value)).ToArray();
        return next.SelectMany(static n => n.Keys).Distinct().ToDictionary(static source => source, source => next.Min(n => n.GetValueOrDefault(source)));
    }

    // <table>/<topic>/<partition>
    private static ulong SourceOf(Entry table, string appId)
    {
        var source = appId.AsSpan(Math.Min(appId.Length, table.Spec.Schema.Name.Length + 1));
        var slash = Math.Max(0, source.LastIndexOf('/'));
        _ = int.TryParse(source[Math.Min(slash + 1, source.Length)..], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var partition);
        return LinkPlace.SourceOf(System.Text.Encoding.UTF8.GetBytes(source[..slash].ToString()), partition);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Links?.Dispose();
        foreach (var table in Tables)
        {
            table.Folder.Dispose();
        }
    }

    /// <summary>One table.</summary>
    /// <param name="Spec">Columns and name.</param>
    /// <param name="Log">Its log.</param>
    /// <param name="Folder">Its data files.</param>
    /// <param name="Writer">Its writer.</param>
    internal sealed record Entry(TableSpec Spec, TableLog Log, DataFolder Folder, PartitionedWriter Writer);
}
