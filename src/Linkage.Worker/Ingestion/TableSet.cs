using System.Collections.Immutable;
using Linkage.Delta;
using Linkage.Tables;

namespace Linkage.Worker.Ingestion;

/// <summary>The run's output tables: log, data folder and writer of each, in commit order.</summary>
internal sealed class TableSet : IDisposable
{
    private readonly string _topic;

    private TableSet(string topic, ImmutableArray<Entry> tables)
    {
        _topic = topic;
        Tables = tables;
    }

    /// <summary>The tables in the order they commit.</summary>
    public ImmutableArray<Entry> Tables { get; }

    /// <summary>Opens or creates every table and removes what dead runs left behind.</summary>
    /// <param name="plan">The run's settings.</param>
    /// <param name="lease">Proof of life of this run.</param>
    /// <param name="metadata">Key-value metadata of data files.</param>
    /// <param name="orphans">Files removed.</param>
    public static TableSet Open(RunPlan plan, RunLease lease, IReadOnlyList<KeyValuePair<string, string>> metadata, out int orphans)
    {
        orphans = 0;
        var entries = ImmutableArray.CreateBuilder<Entry>();
        foreach (var spec in TableSpec.All(plan.Partitioning, plan.Pipeline.KeepOutsiders))
        {
            var directory = Path.Combine(plan.OutputDirectory, spec.Schema.Name);
            ImmutableArray<string> partitionColumns = spec.Partition is null ? [] : [spec.Partition.Name];
            var log = TableLog.OpenOrCreate(directory, new TableDefinition(spec.Schema, partitionColumns), TimeProvider.System);
            var folder = new DataFolder(directory, lease);
            orphans += folder.RemoveOrphans(log);
            entries.Add(new Entry(spec, log, folder, new PartitionedWriter(folder, spec.FileSchema, spec.Partition, plan.Parquet, metadata)));
        }

        RunLease.RemoveDead(plan.OutputDirectory);
        return new TableSet(plan.Kafka.Topic, entries.ToImmutable());
    }

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

    /// <inheritdoc/>
    public void Dispose()
    {
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
