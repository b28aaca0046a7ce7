using System.Collections.Immutable;
using Linkage.Kernels;
using Linkage.Parquet.Columns;
using Linkage.Parquet.Format;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet;

/// <summary>
/// Writes one Parquet file, row group by row group, column by column, in schema order. In: typed
/// columns of one row group as spans (values dense, one entry a row; nulls by a validity span). Out: pages on the stream.
/// No object per value; buffers are pooled and reused across files through <see cref="ParquetScratch"/>.
/// Not thread-safe; one writer per file, one scratch per thread.
/// <para>
/// Misuse throws and names the column: <see cref="InvalidOperationException"/> for calls out of order or of the wrong type,
/// <see cref="ArgumentException"/> for spans that do not fit. After an exception from a column the file cannot be
/// continued.
/// </para>
/// </summary>
public sealed class ParquetFileWriter : IDisposable
{
    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    private readonly TableSchema _schema;
    private readonly ParquetOptions _options;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _metadata;
    private readonly ParquetScratch _scratch;
    private readonly PageWriter _pages;
    private readonly FileFooter _footer;
    private readonly FileTotals _totals;
    private State _state;
    private RowGroup _group;
    private int _column;
    private long _rows;

    /// <summary>Starts a file. The stream needs only Write; it is not closed by the writer.</summary>
    /// <param name="output">Where the file goes, from the stream's current position on.</param>
    /// <param name="schema">The file's columns; names and field ids must be unique.</param>
    /// <param name="options">How to write.</param>
    /// <param name="metadata">Key-value metadata of the footer.</param>
    /// <param name="scratch">This thread's buffers.</param>
    /// <exception cref="DllNotFoundException">The library of the codec is not installed.</exception>
    public ParquetFileWriter(Stream output, TableSchema schema, ParquetOptions options, IReadOnlyList<KeyValuePair<string, string>> metadata, ParquetScratch scratch)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(scratch);
        options.Validate();
        CheckSchema(schema);
        scratch.Prepare(options);
        _schema = schema;
        _options = options;
        _metadata = metadata;
        _scratch = scratch;
        _footer = scratch.TakeFooter();
        _pages = new PageWriter(output, options, scratch, _footer);
        _totals = scratch.TakeTotals();
        _totals.Begin(schema.Columns.Length);
        _pages.WriteRaw(Magic);
    }

    private enum State
    {
        BetweenGroups,
        InGroup,
        Broken,
        Closed,
    }

    /// <summary>Rows written so far, in closed row groups.</summary>
    public long Rows => _rows;

    /// <summary>Bytes written so far, footer excluded.</summary>
    public long Bytes => _pages.Position;

    /// <summary>Opens a row group of <paramref name="rows"/> rows; every column must follow, in order.</summary>
    /// <param name="rows">1 to <see cref="ParquetOptions.RowGroupRows"/>; a file without rows has no row group.</param>
    public void BeginRowGroup(int rows)
    {
        Expect(State.BetweenGroups, nameof(BeginRowGroup));
        if (rows < 1 || rows > _options.RowGroupRows)
            throw new ArgumentOutOfRangeException(nameof(rows), rows, $"Table '{_schema.Name}': a row group has 1 to {_options.RowGroupRows} rows.");
        _group = new RowGroup { Rows = rows, FileOffset = _pages.Position };
        _column = 0;
        _state = State.InGroup;
    }

    /// <summary>An Int32 or Date column. An empty <paramref name="valid"/> means no nulls; else one entry a row.</summary>
    public void WriteInt32(ReadOnlySpan<int> values, ReadOnlySpan<bool> valid)
    {
        ColumnSchema column = BeginColumn(nameof(WriteInt32), ColumnType.Int32, ColumnType.Date);
        Check(column, values.Length, valid);
        ReadOnlySpan<int> present = values;
        if (!valid.IsEmpty)
        {
            int[] dense = _scratch.Ints(values.Length);
            present = dense.AsSpan(0, Presence.Gather(values, valid, dense));
        }

        EndColumn(column, FixedColumn<int, Int32Type>.Write(_pages, _scratch, _options, present, valid, values.Length, column));
    }

    /// <summary>An Int64 or TimestampMicros column.</summary>
    public void WriteInt64(ReadOnlySpan<long> values, ReadOnlySpan<bool> valid)
    {
        ColumnSchema column = BeginColumn(nameof(WriteInt64), ColumnType.Int64, ColumnType.TimestampMicros);
        Check(column, values.Length, valid);
        ReadOnlySpan<long> present = values;
        if (!valid.IsEmpty)
        {
            long[] dense = _scratch.Longs(values.Length);
            present = dense.AsSpan(0, Presence.Gather(values, valid, dense));
        }

        EndColumn(column, FixedColumn<long, Int64Type>.Write(_pages, _scratch, _options, present, valid, values.Length, column));
    }

    /// <summary>A Double column.</summary>
    public void WriteDouble(ReadOnlySpan<double> values, ReadOnlySpan<bool> valid)
    {
        ColumnSchema column = BeginColumn(nameof(WriteDouble), ColumnType.Double);
        Check(column, values.Length, valid);
        ReadOnlySpan<long> present = Kernels.Bytes.BitsOf(values);
        if (!valid.IsEmpty)
        {
            long[] dense = _scratch.Longs(values.Length);
            present = dense.AsSpan(0, Presence.Gather(present, valid, dense));
        }

        EndColumn(column, FixedColumn<long, DoubleType>.Write(_pages, _scratch, _options, present, valid, values.Length, column));
    }

    /// <summary>A Boolean column.</summary>
    public void WriteBoolean(ReadOnlySpan<bool> values, ReadOnlySpan<bool> valid)
    {
        ColumnSchema column = BeginColumn(nameof(WriteBoolean), ColumnType.Boolean);
        Check(column, values.Length, valid);
        EndColumn(column, BooleanColumn.Write(_pages, _scratch, _options.PageRows, values, valid, values.Length, column.Nullable));
    }

    /// <summary>
    /// A String column: each row refers to a value by id; −1, or an id for which
    /// <see cref="IUtf8Values.IsNull"/>, is a null. The values may be many more than the rows use (ids sparse over millions):
    /// work and memory follow the rows, not <c>values.Count</c>.
    /// </summary>
    /// <param name="ids">One id a row.</param>
    /// <param name="values">The values the ids refer to.</param>
    /// <param name="idsAscending">
    /// The ids never decrease (sorted column): distinct values are runs, and nothing is looked up. Where the first columns of the
    /// schema are such and their bytes ascend too, the row group is marked as sorted by them.
    /// </param>
    public void WriteString(ReadOnlySpan<int> ids, IUtf8Values values, bool idsAscending)
    {
        ArgumentNullException.ThrowIfNull(values);
        ColumnSchema column = BeginColumn(nameof(WriteString), ColumnType.String);
        Check(column, ids.Length, []);
        ColumnChunk chunk = StringColumn.Write(
            _pages, _scratch, _options, column, ids, values, idsAscending, _footer.BoundBytes, _totals[_column], out bool sorted);
        if (sorted && _group.SortedColumns == _column)
            _group.SortedColumns++;
        EndColumn(column, chunk);
    }

    /// <summary>
    /// A StringList column: the ids of all rows' elements one behind the other, and where each row's begin. The elements' values may be many more than are
    /// used, as with <see cref="WriteString"/>; none of them is a null.
    /// </summary>
    /// <param name="offsets">
    /// One more than rows: row i has the elements <c>ids[offsets[i]..offsets[i + 1]]</c>. The first offset need not be 0.
    /// </param>
    /// <param name="ids">One id an element.</param>
    /// <param name="values">The values the ids refer to.</param>
    /// <param name="valid">Which rows have a list, empty or not; an empty span means all. A row without has no elements.</param>
    public void WriteStringList(ReadOnlySpan<int> offsets, ReadOnlySpan<int> ids, IUtf8Values values, ReadOnlySpan<bool> valid)
    {
        ArgumentNullException.ThrowIfNull(values);
        ColumnSchema column = BeginColumn(nameof(WriteStringList), ColumnType.StringList);
        Check(column, offsets.Length - 1, valid);
        ListColumn lists = new(_pages, _scratch, _options, column, offsets, ids, values, valid);
        EndColumn(column, lists.Write(_footer.BoundBytes), lists.NullLists);
    }

    /// <summary>Closes the row group; all columns must have been written.</summary>
    public void EndRowGroup()
    {
        Expect(State.InGroup, nameof(EndRowGroup));
        if (_column < _schema.Columns.Length)
            throw new InvalidOperationException($"Table '{_schema.Name}': the row group ends before column '{_schema.Columns[_column].Name}' ({_column + 1} of {_schema.Columns.Length}) is written.");
        _pages.WriteBlooms(_schema.Columns.Length);
        _footer.Add(_group);
        _rows += _group.Rows;
        _state = State.BetweenGroups;
    }

    /// <summary>Writes the footer and tells what the file holds.</summary>
    public ParquetFileSummary Close()
    {
        Expect(State.BetweenGroups, nameof(Close));
        ByteBuffer output = _scratch.Output;
        output.Clear();
        if (_options.PageIndex)
        {
            PageIndexFormat.Write(output, _scratch.Thrift, _schema.Columns, _footer, _pages.Position);
            _pages.WriteRaw(output.Written);
            output.Clear();
        }

        FileMetadata.Write(output, _schema, _footer, _rows, _metadata);
        output.WriteInt32(output.Length);
        output.Write(Magic);
        _pages.WriteRaw(output.Written);
        output.Clear();

        var columns = ImmutableArray.CreateBuilder<ColumnStatistics>(_schema.Columns.Length);
        for (int i = 0; i < _schema.Columns.Length; i++)
            columns.Add(_totals[i].Summarise(_schema.Columns[i]));
        ParquetFileSummary summary = new(_rows, _pages.Position, columns.MoveToImmutable());
        Release();
        return summary;
    }

    /// <summary>Returns pooled memory; a file not closed is left without footer.</summary>
    public void Dispose()
    {
        if (_state != State.Closed)
            Release();
    }

    private static void CheckSchema(TableSchema schema)
    {
        if (schema.Columns.IsDefaultOrEmpty)
            throw new ArgumentException($"Table '{schema.Name}' has no columns.", nameof(schema));
        HashSet<string> names = new(StringComparer.Ordinal);
        HashSet<int> ids = [];
        foreach (ColumnSchema column in schema.Columns)
        {
            if (string.IsNullOrEmpty(column.Name) || !names.Add(column.Name))
                throw new ArgumentException($"Table '{schema.Name}': column name '{column.Name}' is empty or occurs twice.", nameof(schema));
            if (column.FieldId < 1 || !ids.Add(column.FieldId))
                throw new ArgumentException($"Table '{schema.Name}': field id {column.FieldId} of column '{column.Name}' is below 1 or occurs twice.", nameof(schema));
            if (!Enum.IsDefined(column.Type))
                throw new ArgumentException($"Table '{schema.Name}': column '{column.Name}' has no known type.", nameof(schema));
            // Readers look a zero up as one of two, and NaN as one of many; of booleans there are only two.
            if (column.Bloom && column.Type is ColumnType.Double or ColumnType.Boolean)
                throw new ArgumentException($"Table '{schema.Name}': column '{column.Name}' is {column.Type}, of which there are no bloom filters.", nameof(schema));
        }
    }

    /// <summary>The column whose turn it is, if it is of a type the caller writes.</summary>
    private ColumnSchema BeginColumn(string call, ColumnType type, ColumnType? other = null)
    {
        Expect(State.InGroup, call);
        if (_column == _schema.Columns.Length)
            throw new InvalidOperationException($"{call}: table '{_schema.Name}' has {_schema.Columns.Length} columns and all are written; end the row group.");
        ColumnSchema column = _schema.Columns[_column];
        if (column.Type != type && column.Type != other)
            throw new InvalidOperationException($"{call}: column '{column.Name}' ({_column + 1} of {_schema.Columns.Length}) of table '{_schema.Name}' is {column.Type}.");
        return column;
    }

    /// <summary>Checks shapes; from here until the column ends an exception leaves the file broken.</summary>
    private void Check(ColumnSchema column, int length, ReadOnlySpan<bool> valid)
    {
        if (length != _group.Rows)
            throw new ArgumentException($"Column '{column.Name}' has {length} rows, its row group {_group.Rows}.", nameof(length));
        if (!valid.IsEmpty && valid.Length != length)
            throw new ArgumentException($"Column '{column.Name}' has {length} values, but {valid.Length} entries of validity.", nameof(valid));
        if (!column.Nullable && valid.Contains(false))
            throw StringColumn.NullInRequired(valid.IndexOf(false), column);
        _state = State.Broken;
        // Here and not when a column ends, because a column that failed leaves its own behind.
        _scratch.PageBounds.Clear();
        _scratch.Bloom.Clear();
    }

    private void EndColumn(ColumnSchema column, in ColumnChunk chunk) => EndColumn(column, in chunk, chunk.NullCount);

    private void EndColumn(ColumnSchema column, in ColumnChunk chunk, long nullRows)
    {
        _totals[_column].NullCount += nullRows;
        // The bounds of a list's elements are none of its rows.
        if (column.Type is not (ColumnType.String or ColumnType.StringList))
            _totals[_column].Extend(column.Type, chunk.Bounds);
        _group.UncompressedBytes += chunk.UncompressedBytes;
        _group.CompressedBytes += chunk.CompressedBytes;
        _footer.Add(chunk);
        _column++;
        _state = State.InGroup;
    }

    private void Expect(State state, string call)
    {
        if (_state == state)
            return;
        throw new InvalidOperationException(_state switch
        {
            State.Broken => $"{call}: an earlier write to this file of table '{_schema.Name}' failed; it cannot be continued.",
            State.Closed => $"{call}: this file of table '{_schema.Name}' is closed.",
            State.InGroup => $"{call}: a row group of table '{_schema.Name}' is open; end it first.",
            _ => $"{call}: no row group of table '{_schema.Name}' is open; begin one first.",
        });
    }

    private void Release()
    {
        _state = State.Closed;
        _scratch.Return(_footer, _totals);
    }
}
