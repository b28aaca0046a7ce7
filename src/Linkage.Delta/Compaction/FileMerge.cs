using Linkage.Parquet;

namespace Linkage.Delta.Compaction;

/// <summary>
/// Merges the files of a group: rows ascending by the table's sort column, within one value by the second, what is still equal in the order of the files and of their
/// rows. In: files that are sorted each. Out: files near the wanted size, synced, under temporary names; with several, each begins where the one before ends.
/// </summary>
/// <remarks>Memory: one row group of every input (bounded by the plan), and one row group of output twice: as it is put together, and one column in order.</remarks>
internal sealed class FileMerge : IDisposable
{
    // So that long texts end a row group soon after it has its bytes.
    private const int RowsAtOnce = 4096;

    private readonly MergeGroup _group;
    private readonly TableSchema _schema;
    private readonly CompactionOptions _options;
    private readonly DataFolder _folder;
    private readonly MergeScratch _scratch;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _metadata;
    private readonly MergeInput[] _inputs;
    private readonly MergedColumns _columns;
    private readonly int _sortBy;
    private readonly int _thenBy;
    private readonly List<PendingFile> _files = [];
    private StagedFile? _staged;
    private ParquetFileWriter? _writer;
    private RowChecksum _read;
    private int _rows;

    public FileMerge(string tableDirectory, MergeGroup group, TableSchema schema, TableLayout layout, CompactionOptions options, DataFolder folder, string runId, MergeScratch scratch)
    {
        (_group, _schema, _options, _folder, _scratch) = (group, schema, options, folder, scratch);
        _sortBy = Find(layout.SortBy, static t => t == ColumnType.String);
        _thenBy = _sortBy < 0 ? -1 : Find(layout.ThenBy, static t => t is ColumnType.Int32 or ColumnType.Date or ColumnType.Int64 or ColumnType.TimestampMicros);
        ParquetFooter[] footers = [.. group.Files.Select(f => CompactionPlan.ReadFooter(Path.Combine(tableDirectory, f.Path)))];
        _inputs = [.. group.Files.Select((f, i) => new MergeInput(Path.Combine(tableDirectory, f.Path), footers[i], schema.Columns, _sortBy))];
        _columns = new MergedColumns(schema.Columns, scratch, options.Parquet.EncodeThreads);
        _metadata = Metadata(footers, runId);
    }

    /// <summary>Merges all rows.</summary>
    /// <param name="read">Checksum of the rows of all inputs.</param>
    /// <exception cref="InvalidDataException">An input is damaged, or not sorted.</exception>
    /// <exception cref="OutputUnavailableException">Something cannot be read or written.</exception>
    public IReadOnlyList<PendingFile> Run(out RowChecksum read)
    {
        foreach (var input in _inputs)
            Advance(input, 0);
        if (_sortBy < 0)
            Concatenate();
        else
            Merge();
        Flush();
        CloseFile();
        read = _read;
        return _files;
    }

    /// <summary>Discards a file that was not finished.</summary>
    public void Dispose()
    {
        _writer?.Dispose();
        _staged?.Dispose();
    }

    private void Concatenate()
    {
        foreach (var input in _inputs)
        {
            while (!input.IsAtEnd)
                Take(input, input.GroupRows - input.Row);
        }
    }

    private void Merge()
    {
        // A heap of inputs by their next row; of equal ones the first input comes first.
        var heap = new int[_inputs.Length];
        var count = 0;
        for (var i = 0; i < _inputs.Length; i++)
        {
            if (_inputs[i].IsAtEnd)
                continue;
            heap[count] = i;
            for (var at = count++; at > 0 && IsBefore(heap[at], heap[(at - 1) / 2]); at = (at - 1) / 2)
                (heap[at], heap[(at - 1) / 2]) = (heap[(at - 1) / 2], heap[at]);
        }
        while (count > 0)
        {
            var input = _inputs[heap[0]];
            Take(input, input.KeyRun());
            if (input.IsAtEnd)
                heap[0] = heap[--count];
            SiftDown(heap.AsSpan(0, count));
        }
    }

    private void SiftDown(Span<int> heap)
    {
        for (var at = 0; ;)
        {
            var least = at;
            for (var child = (2 * at) + 1; child <= (2 * at) + 2 && child < heap.Length; child++)
                least = IsBefore(heap[child], heap[least]) ? child : least;
            if (least == at)
                return;
            (heap[at], heap[least]) = (heap[least], heap[at]);
            at = least;
        }
    }

    private bool IsBefore(int a, int b)
    {
        var order = MergeInput.CompareKeys(_inputs[a], _inputs[b]);
        return order < 0 || (order == 0 && a < b);
    }

    /// <summary>Takes the next rows of an input's row group.</summary>
    private void Take(MergeInput input, int rows)
    {
        while (rows > 0)
        {
            var some = Math.Min(Math.Min(rows, RowsAtOnce), _options.Parquet.RowGroupRows - _rows);
            _columns.Append(input, some);
            _rows += some;
            rows -= some;
            Advance(input, some);
            if (_rows == _options.Parquet.RowGroupRows || _columns.PlainBytes >= _options.Parquet.RowGroupBytes)
                Flush();
        }
    }

    private void Advance(MergeInput input, int rows) => input.Advance(rows, _scratch.Reading, _scratch.Hasher, ref _read);

    /// <summary>Writes the row group that was put together.</summary>
    private void Flush()
    {
        if (_rows == 0)
            return;
        if (_writer is null)
        {
            _staged = _folder.Create(_group.Folder);
            _writer = new ParquetFileWriter(_staged.Stream, _schema, _options.Parquet, _metadata, _scratch.Pages);
        }
        _columns.Order = Order();
        _writer.WriteRowGroup(_rows, _columns);
        _columns.Clear();
        _rows = 0;
        if (_writer.Bytes >= _group.FileBytes(_options.TargetBytes) || _writer.RowGroups == ParquetFileWriter.MaxRowGroups)
            CloseFile();
    }

    /// <summary>The rows in order within each value of the sort column; empty when they are already.</summary>
    private ReadOnlyMemory<int> Order()
    {
        if (_thenBy < 0)
            return default;
        var ids = _columns[_sortBy].Ids;
        var then = _columns[_thenBy];
        var keys = _scratch.Keys(_rows);
        for (var row = 0; row < _rows; row++)
            keys[row] = (then.OrderOf(row), row);
        var moved = false;
        for (int start = 0, end; start < _rows; start = end)
        {
            end = start + 1;
            var ascends = true;
            for (; end < _rows && ids[end] == ids[start]; end++)
                ascends &= keys[end].Key >= keys[end - 1].Key;
            if (ascends)
                continue;
            keys[start..end].Sort(); // by key, then by row
            moved = true;
        }
        if (!moved)
            return default;
        var order = _scratch.Order(_rows);
        for (var row = 0; row < _rows; row++)
            order.Span[row] = keys[row].Row;
        return order;
    }

    private void CloseFile()
    {
        if (_writer is null)
            return;
        var summary = _writer.Close();
        _staged!.Sync();
        _files.Add(new PendingFile(_staged, new DataFile(_staged.Path, _group.Files[0].PartitionValues, summary)));
        _writer.Dispose();
        (_writer, _staged) = (null, null);
    }

    private int Find(string? name, Func<ColumnType, bool> isOrdered)
    {
        for (var c = 0; c < _schema.Columns.Length; c++)
        {
            if (string.Equals(_schema.Columns[c].Name, name, StringComparison.Ordinal))
                return isOrdered(_schema.Columns[c].Type) ? c : throw new ArgumentException($"Rows cannot be ordered by column '{name}', which is {_schema.Columns[c].Type}.", nameof(name));
        }
        return name is null ? -1 : throw new TableMismatchException(_folder.TableDirectory, name, "the table has no such column, by which its files are sorted");
    }

    /// <summary>What all inputs' footers agree on, and this compaction as the run that wrote the file.</summary>
    private static List<KeyValuePair<string, string>> Metadata(ParquetFooter[] footers, string runId)
    {
        const string run = "linkage.run_id";
        var metadata = new List<KeyValuePair<string, string>>();
        foreach (var (key, value) in footers[0].Metadata)
        {
            if (value is not null && !string.Equals(key, run, StringComparison.Ordinal) && Array.TrueForAll(footers, f => f.Metadata.Contains(new(key, value))))
                metadata.Add(new(key, value));
        }
        metadata.Add(new(run, runId));
        return metadata;
    }
}
