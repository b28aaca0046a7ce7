using Linkage.Parquet;

namespace Linkage.Delta.Checkpoints;

/// <summary>
/// Writes a checkpoint: the state of a table at one version as a Parquet file of actions, one a row (PROTOCOL.md, "Checkpoints", V1 spec).
/// In: protocol, metadata and progress once, then files in any number. Memory is bounded by a row group.
/// </summary>
/// <remarks>
/// Plain, uncompressed, one page for a column and row group: what every reader takes. The data writer of Linkage.Parquet writes flat tables only;
/// actions are nested.
/// </remarks>
internal sealed class CheckpointWriter
{
    /// <summary>Rows of a row group, and so of a page.</summary>
    public const int RowGroupRows = 10_000;

    /// <summary>In the created_by of a checkpoint: by it, the reader knows that it can read it.</summary>
    public const string CreatedBy = "linkage-checkpoint version 1 (build 1)";

    private readonly Stream _output;
    private readonly CheckpointColumn[] _columns = [.. CheckpointSchema.NewColumns()];
    private readonly Dictionary<string, CheckpointColumn> _byPath;
    private readonly List<(int Rows, List<Chunk> Chunks)> _groups = [];
    private int _rows;
    private long _offset;

    public CheckpointWriter(Stream output)
    {
        _output = output;
        _byPath = _columns.ToDictionary(c => c.Path, StringComparer.Ordinal);
        Write("PAR1"u8);
    }

    /// <summary>Actions written.</summary>
    public long Actions { get; private set; }

    public void AddState(ProtocolAction protocol, MetaDataAction metaData, IEnumerable<TxnAction> txns)
    {
        Row("protocol", row =>
        {
            row["protocol.minReaderVersion"].Add(protocol.MinReaderVersion);
            row["protocol.minWriterVersion"].Add(protocol.MinWriterVersion);
        });
        Row("metaData", row =>
        {
            row["metaData.id"].Add(metaData.Id);
            row["metaData.name"].AddOptional(metaData.Name);
            row["metaData.description"].AddOptional(metaData.Description);
            row["metaData.format.provider"].Add("parquet");
            AddMap("metaData.format.options", 3, []);
            row["metaData.schemaString"].Add(metaData.SchemaString);
            var element = row["metaData.partitionColumns.list.element"];
            if (metaData.PartitionColumns.IsEmpty)
                element.Null(2);
            for (var i = 0; i < metaData.PartitionColumns.Length; i++)
                element.Add(metaData.PartitionColumns[i], i == 0 ? 0 : 1);
            row["metaData.createdTime"].AddOptional(metaData.CreatedTime);
            AddMap("metaData.configuration", 2, metaData.Configuration.Select(c => new KeyValuePair<string, string?>(c.Key, c.Value)));
        });
        foreach (var txn in txns)
        {
            Row("txn", row =>
            {
                row["txn.appId"].Add(txn.AppId);
                row["txn.version"].Add(txn.Version);
                row["txn.lastUpdated"].AddOptional(txn.LastUpdated);
            });
        }
        // Whoever wants the state without the files reads one small row group.
        EndRowGroup();
    }

    public void Add(LiveFile file) => Row("add", row =>
    {
        row["add.path"].Add(HivePath.ToLog(file.Path));
        AddMap("add.partitionValues", 2, file.PartitionValues);
        row["add.size"].Add(file.Bytes);
        row["add.modificationTime"].Add(file.ModificationTime);
        // A checkpoint restates what earlier versions added.
        row["add.dataChange"].Add(false);
        row["add.stats"].AddOptional(file.StatisticsJson);
    });

    public void Remove(RemoveAction removed) => Row("remove", row =>
    {
        row["remove.path"].Add(HivePath.ToLog(removed.Path));
        row["remove.deletionTimestamp"].AddOptional(removed.DeletionTimestamp);
        row["remove.dataChange"].Add(false);
    });

    /// <summary>Writes the footer. The stream stays open.</summary>
    public void Close()
    {
        EndRowGroup();
        var footer = CheckpointFooter.Write(_columns, _groups, Actions);
        Write(footer);
        Span<byte> tail = stackalloc byte[ParquetFooter.TailBytes];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(tail, footer.Length);
        "PAR1"u8.CopyTo(tail[4..]);
        Write(tail);
        _output.Flush();
    }

    /// <summary>Adds a map that is there; <paramref name="definition"/> is its definition level when it is empty.</summary>
    private void AddMap(string path, int definition, IEnumerable<KeyValuePair<string, string?>> entries)
    {
        var (keys, values) = (_byPath[path + ".key_value.key"], _byPath[path + ".key_value.value"]);
        var repetition = 0;
        foreach (var (key, value) in entries)
        {
            keys.Add(key, repetition);
            if (value is null)
                values.Null(definition + 1, repetition);
            else
                values.Add(value, repetition);
            repetition = 1;
        }
        if (repetition == 0)
        {
            keys.Null(definition);
            values.Null(definition);
        }
    }

    private void Row(string action, Action<Dictionary<string, CheckpointColumn>> fill)
    {
        fill(_byPath);
        foreach (var column in _columns)
        {
            if (!(column.Path.StartsWith(action, StringComparison.Ordinal) && column.Path[action.Length] == '.'))
                column.Null(0);
        }
        Actions++;
        if (++_rows == RowGroupRows)
            EndRowGroup();
    }

    private void EndRowGroup()
    {
        if (_rows == 0)
            return;
        var chunks = new List<Chunk>(_columns.Length);
        foreach (var column in _columns)
        {
            var (start, levels, nulls) = (_offset, column.Levels, column.Nulls);
            var page = column.TakePage();
            Write(CheckpointFooter.PageHeader(page.Length, levels));
            Write(page);
            chunks.Add(new Chunk(start, _offset - start, levels, nulls));
        }
        _groups.Add((_rows, chunks));
        _rows = 0;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        _offset += bytes.Length;
    }

    /// <summary>Where a column of a row group lies.</summary>
    internal readonly record struct Chunk(long Offset, long Bytes, int Levels, int Nulls);
}
