using System.Collections.Immutable;

namespace Linkage.Delta;

/// <summary>What replaying a log leads to, without the list of files: protocol, metadata and progress at a version.</summary>
internal sealed class LogState(string tableDirectory)
{
    private ImmutableDictionary<string, long>.Builder _progress = ImmutableDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
    private Dictionary<string, long?> _lastUpdated = new(StringComparer.Ordinal);
    private TableDefinition? _definition;

    public long Version { get; private set; } = -1;

    public ProtocolAction? Protocol { get; private set; }

    public MetaDataAction? MetaData { get; private set; }

    public TableDefinition Definition => _definition ?? throw new InvalidDataException($"The log in '{tableDirectory}' has no metaData action in its first entry.");

    public long? ProgressOf(string appId) => _progress.TryGetValue(appId, out var offset) ? offset : null;

    public IEnumerable<TxnAction> Txns => _progress.Select(p => new TxnAction(p.Key, p.Value, _lastUpdated[p.Key]));

    public TableSnapshot ToSnapshot() => new(Version, Definition, _progress.ToImmutable());

    /// <summary>Starts from a checkpoint instead of from nothing.</summary>
    public void Load(long version, ProtocolAction protocol, MetaDataAction metaData, IEnumerable<TxnAction> txns)
    {
        protocol.RequireKnown(tableDirectory);
        _progress = ImmutableDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        _lastUpdated = new(StringComparer.Ordinal);
        foreach (var txn in txns)
        {
            _progress[txn.AppId] = txn.Version;
            _lastUpdated[txn.AppId] = txn.LastUpdated;
        }
        (Version, Protocol, MetaData) = (version, protocol, metaData);
        _definition = metaData.ToDefinition(tableDirectory);
    }

    /// <summary>Takes the next entry in.</summary>
    /// <exception cref="InvalidDataException">The entry takes a source partition back: going on would read records twice.</exception>
    public void Apply(LogEntry entry)
    {
        if (entry.Version != Version + 1)
            throw new InvalidOperationException($"Entry {entry.Version} does not follow version {Version}.");
        entry.Protocol?.RequireKnown(tableDirectory);
        // Everything is judged before anything is changed: a state that took half of an entry would be neither version.
        foreach (var txn in entry.Txns)
        {
            if (ProgressOf(txn.AppId) is { } before && txn.Version < before)
                throw new InvalidDataException($"Log entry {entry.Version} in '{tableDirectory}' takes {txn.AppId} back from offset {before} to {txn.Version}. Reading on from there would double records: run 'linkage verify', and restore the log from a copy.");
        }
        var definition = entry.MetaData?.ToDefinition(tableDirectory);
        if (definition is not null)
            (MetaData, _definition) = (entry.MetaData, definition);
        if (MetaData is null || (Protocol ?? entry.Protocol) is null)
            throw new InvalidDataException($"The first log entry in '{tableDirectory}' lacks the protocol or metaData action.");
        Protocol = entry.Protocol ?? Protocol;
        foreach (var txn in entry.Txns)
        {
            _progress[txn.AppId] = txn.Version;
            _lastUpdated[txn.AppId] = txn.LastUpdated;
        }
        Version = entry.Version;
    }
}
