using System.Collections.Immutable;
using Linkage.Parquet;
using Microsoft.Win32.SafeHandles;

namespace Linkage.Delta.Checkpoints;

/// <summary>Reads the checkpoints that <see cref="CheckpointWriter"/> writes, column by column: the state of a table without its list of files costs a few small reads.</summary>
internal sealed class CheckpointReader : IDisposable
{
    private readonly OutputDisk _disk;
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly ParquetFooter _footer;
    private readonly Dictionary<string, int> _columns;

    private CheckpointReader(OutputDisk disk, string path, SafeFileHandle file, ParquetFooter footer)
    {
        _disk = disk;
        _path = path;
        _file = file;
        _footer = footer;
        _columns = footer.Columns.Select((c, i) => (c.Path, i)).ToDictionary(c => c.Path, c => c.i, StringComparer.Ordinal);
    }

    /// <summary>Opens a checkpoint; null when it is not there, or was written by another program (whose encodings may be any).</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static CheckpointReader? TryOpen(OutputDisk disk, string path)
    {
        var file = disk.TryOpen(path);
        if (file is null)
            return null;
        CheckpointReader? reader = null;
        try
        {
            var length = RandomAccess.GetLength(file);
            if (length < ParquetFooter.TailBytes + 4)
                throw new InvalidDataException($"'{path}' is too short to be a checkpoint.");
            var size = ParquetFooter.LengthFromTail(disk.Read(file, path, length - ParquetFooter.TailBytes, ParquetFooter.TailBytes), length, path);
            var footer = ParquetFooter.Parse(disk.Read(file, path, length - ParquetFooter.TailBytes - size, size), path);
            if (string.Equals(footer.CreatedBy, CheckpointWriter.CreatedBy, StringComparison.Ordinal))
                reader = new CheckpointReader(disk, path, file, footer);
            return reader;
        }
        finally
        {
            if (reader is null)
                file.Dispose();
        }
    }

    /// <summary>Protocol, metadata and progress.</summary>
    /// <exception cref="InvalidDataException">The checkpoint lacks protocol or metadata, or is damaged.</exception>
    public (ProtocolAction Protocol, MetaDataAction MetaData, List<TxnAction> Txns) ReadState()
    {
        ProtocolAction? protocol = null;
        MetaDataAction? metaData = null;
        var txns = new List<TxnAction>();
        foreach (var group in GroupsWith("protocol.minReaderVersion"))
        {
            var (reader, writer) = (Values(group, "protocol.minReaderVersion"), Values(group, "protocol.minWriterVersion"));
            for (var row = 0; row < group.Rows; row++)
            {
                if ((reader.NextNumber(), writer.NextNumber()) is ({ } minReader, { } minWriter))
                    protocol = new ProtocolAction((int)minReader, (int)minWriter);
            }
        }
        foreach (var group in GroupsWith("metaData.id"))
            metaData = ReadMetaData(group) ?? metaData;
        foreach (var group in GroupsWith("txn.appId"))
        {
            var (appIds, versions, updated) = (Values(group, "txn.appId"), Values(group, "txn.version"), Values(group, "txn.lastUpdated"));
            for (var row = 0; row < group.Rows; row++)
            {
                if ((appIds.NextText(), versions.NextNumber(), updated.NextNumber()) is ({ } appId, { } version, var lastUpdated))
                    txns.Add(new TxnAction(appId, version, lastUpdated));
            }
        }
        return (protocol ?? throw Damaged(), metaData ?? throw Damaged(), txns);
    }

    /// <summary>The live files, a row group at a time.</summary>
    public IEnumerable<LiveFile> ReadFiles()
    {
        foreach (var group in GroupsWith("add.path"))
        {
            var (paths, keys, values) = (Values(group, "add.path"), Values(group, "add.partitionValues.key_value.key"), Values(group, "add.partitionValues.key_value.value"));
            var (sizes, times, statistics) = (Values(group, "add.size"), Values(group, "add.modificationTime"), Values(group, "add.stats"));
            for (var row = 0; row < group.Rows; row++)
            {
                var partition = ReadMap(keys, values);
                if ((paths.NextText(), sizes.NextNumber(), times.NextNumber(), statistics.NextText()) is ({ } path, { } size, { } time, var stats))
                    yield return new LiveFile(HivePath.FromLog(path), partition, size, time, LogEntryReader.RowsOf(stats), stats);
            }
        }
    }

    /// <summary>Files that were removed lately.</summary>
    public IEnumerable<RemoveAction> ReadRemoves()
    {
        foreach (var group in GroupsWith("remove.path"))
        {
            var (paths, times) = (Values(group, "remove.path"), Values(group, "remove.deletionTimestamp"));
            for (var row = 0; row < group.Rows; row++)
            {
                if ((paths.NextText(), times.NextNumber()) is ({ } path, var time))
                    yield return new RemoveAction(HivePath.FromLog(path), time);
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private static ImmutableArray<KeyValuePair<string, string?>> ReadMap(CheckpointValues keys, CheckpointValues values)
    {
        var entries = ImmutableArray.CreateBuilder<KeyValuePair<string, string?>>();
        do
        {
            if ((keys.NextText(), values.NextText()) is ({ } key, var value))
                entries.Add(new(key, value));
        }
        while (keys.HasMore);
        return entries.ToImmutable();
    }

    private MetaDataAction? ReadMetaData(FooterRowGroup group)
    {
        MetaDataAction? found = null;
        var (ids, names, descriptions, schemas) = (Values(group, "metaData.id"), Values(group, "metaData.name"), Values(group, "metaData.description"), Values(group, "metaData.schemaString"));
        var (partitions, created) = (Values(group, "metaData.partitionColumns.list.element"), Values(group, "metaData.createdTime"));
        var (keys, values) = (Values(group, "metaData.configuration.key_value.key"), Values(group, "metaData.configuration.key_value.value"));
        for (var row = 0; row < group.Rows; row++)
        {
            var partitionColumns = ImmutableArray.CreateBuilder<string>();
            do
            {
                if (partitions.NextText() is { } column)
                    partitionColumns.Add(column);
            }
            while (partitions.HasMore);
            var configuration = ReadMap(keys, values);
            var (id, name, description, schema, time) = (ids.NextText(), names.NextText(), descriptions.NextText(), schemas.NextText(), created.NextNumber());
            if (id is not null)
            {
                found = new MetaDataAction(id, name, description, schema ?? throw Damaged(), partitionColumns.ToImmutable(), time, [.. configuration.Select(c => new KeyValuePair<string, string>(c.Key, c.Value ?? ""))]);
            }
        }
        return found;
    }

    private IEnumerable<FooterRowGroup> GroupsWith(string path)
    {
        var column = ColumnOf(path);
        return _footer.RowGroups.Where(g => g.Chunks[column].NullCount < g.Chunks[column].Values);
    }

    private CheckpointValues Values(FooterRowGroup group, string path)
    {
        var column = ColumnOf(path);
        var chunk = group.Chunks[column];
        if (chunk is not { Codec: 0, Bytes: >= 0 and < int.MaxValue, Values: >= 0 and < int.MaxValue })
            throw Damaged();
        return new CheckpointValues(_disk.Read(_file, _path, chunk.Offset, (int)chunk.Bytes), _footer.Columns[column], (int)chunk.Values);
    }

    private int ColumnOf(string path) => _columns.TryGetValue(path, out var column) ? column : throw Damaged();

    private InvalidDataException Damaged() => new($"The checkpoint '{_path}' lacks a part: it is damaged.");
}
