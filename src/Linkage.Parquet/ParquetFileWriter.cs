using System.Collections.Immutable;
using Linkage.Parquet.Columns;
using Linkage.Parquet.Format;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet;

/// <summary>
/// Writes one Parquet file, row group by row group: column by column in schema order, or from a source of columns that are encoded side by side. In: typed
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
    /// <summary>
    /// Row groups of a file at most: what the format's ordinal of 16 bits counts. parquet-rs refuses files with more, whether they state ordinals
    /// (https://github.com/apache/arrow-rs/issues/10381) or not (https://github.com/apache/arrow-rs/issues/10129).
    /// </summary>
    public const int MaxRowGroups = short.MaxValue;

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    private readonly TableSchema _schema;
    private readonly ParquetOptions _options;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _metadata;
    private readonly ParquetScratch _scratch;
    private readonly ColumnSink _sink;
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
        SchemaRules.Check(schema);
        scratch.Prepare(options);
        _schema = schema;
        _options = options;
        _metadata = metadata;
        _scratch = scratch;
        _footer = scratch.TakeFooter();
        _sink = new ColumnSink(schema, options, scratch);
        _sink.Pages.Begin(output, _footer);
        _totals = scratch.TakeTotals();
        _totals.Begin(schema.Columns.Length);
        Pages.WriteRaw(Magic);
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

    /// <summary>Row groups written so far.</summary>
    public int RowGroups { get; private set; }

    /// <summary>Bytes written so far, footer excluded.</summary>
    public long Bytes => Pages.Position;

    private PageWriter Pages => _sink.Pages;

    /// <summary>Opens a row group of <paramref name="rows"/> rows; every column must follow, in order.</summary>
    /// <param name="rows">1 to <see cref="ParquetOptions.RowGroupRows"/>; a file without rows has no row group.</param>
    /// <exception cref="InvalidOperationException">The file has <see cref="MaxRowGroups"/> already.</exception>
    public void BeginRowGroup(int rows)
    {
        Expect(State.BetweenGroups, nameof(BeginRowGroup));
        if (rows < 1 || rows > _options.RowGroupRows)
            throw new ArgumentOutOfRangeException(nameof(rows), rows, $"Table '{_schema.Name}': a row group has 1 to {_options.RowGroupRows} rows.");
        if (RowGroups == MaxRowGroups)
            throw new InvalidOperationException($"Table '{_schema.Name}': the file has {MaxRowGroups} row groups, more than which not every reader takes; close it and begin another.");
        _group = new RowGroup { Rows = rows, FileOffset = Pages.Position };
        _column = 0;
        _state = State.InGroup;
    }

    /// <inheritdoc cref="ColumnSink.WriteInt32"/>
    public void WriteInt32(ReadOnlySpan<int> values, ReadOnlySpan<bool> valid)
    {
        Next(nameof(WriteInt32)).WriteInt32(values, valid);
        Take();
    }

    /// <inheritdoc cref="ColumnSink.WriteInt64"/>
    public void WriteInt64(ReadOnlySpan<long> values, ReadOnlySpan<bool> valid)
    {
        Next(nameof(WriteInt64)).WriteInt64(values, valid);
        Take();
    }

    /// <inheritdoc cref="ColumnSink.WriteDouble"/>
    public void WriteDouble(ReadOnlySpan<double> values, ReadOnlySpan<bool> valid)
    {
        Next(nameof(WriteDouble)).WriteDouble(values, valid);
        Take();
    }

    /// <inheritdoc cref="ColumnSink.WriteBoolean"/>
    public void WriteBoolean(ReadOnlySpan<bool> values, ReadOnlySpan<bool> valid)
    {
        Next(nameof(WriteBoolean)).WriteBoolean(values, valid);
        Take();
    }

    /// <inheritdoc cref="ColumnSink.WriteString"/>
    public void WriteString(ReadOnlySpan<int> ids, IUtf8Values values, bool idsAscending)
    {
        Next(nameof(WriteString)).WriteString(ids, values, idsAscending);
        Take();
    }

    /// <inheritdoc cref="ColumnSink.WriteStringList"/>
    public void WriteStringList(ReadOnlySpan<int> offsets, ReadOnlySpan<int> ids, IUtf8Values values, ReadOnlySpan<bool> valid)
    {
        Next(nameof(WriteStringList)).WriteStringList(offsets, ids, values, valid);
        Take();
    }

    /// <summary>
    /// Writes a whole row group whose columns are asked for one by one, on as many threads as <see cref="ParquetOptions.EncodeThreads"/> says. The bytes are the same as those of
    /// <see cref="BeginRowGroup"/>, the columns in order, and <see cref="EndRowGroup"/>. With more than one thread, columns wait in memory until those before them are written: at most a
    /// compressed row group.
    /// </summary>
    /// <param name="rows">As for <see cref="BeginRowGroup"/>.</param>
    /// <param name="source">Writes each column when asked to. What it throws is thrown here, and leaves the file broken.</param>
    public void WriteRowGroup(int rows, IRowGroupSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        BeginRowGroup(rows);
        _state = State.Broken;
        if (_options.EncodeThreads > 1)
        {
            _scratch.Team.Encode(new RowGroupWork(_schema, _options, _totals, source, rows), Append);
        }
        else
        {
            for (int column = 0; column < _schema.Columns.Length; column++)
            {
                _sink.Open(column, rows, _totals[column], _footer);
                source.WriteColumn(column, _sink, worker: 0);
                _sink.RequireWritten();
                Take();
            }
        }

        _state = State.InGroup;
        EndRowGroup();
    }

    /// <summary>Closes the row group; all columns must have been written.</summary>
    public void EndRowGroup()
    {
        Expect(State.InGroup, nameof(EndRowGroup));
        if (_column < _schema.Columns.Length)
            throw new InvalidOperationException($"Table '{_schema.Name}': the row group ends before column '{_schema.Columns[_column].Name}' ({_column + 1} of {_schema.Columns.Length}) is written.");
        Pages.WriteBlooms(_schema.Columns.Length);
        _footer.Add(_group);
        _rows += _group.Rows;
        RowGroups++;
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
            PageIndexFormat.Write(output, _scratch.Thrift, _schema.Columns, _footer, Pages.Position);
            Pages.WriteRaw(output.Written);
            output.Clear();
        }

        FileMetadata.Write(output, _schema, _footer, _rows, _metadata);
        output.WriteInt32(output.Length);
        output.Write(Magic);
        Pages.WriteRaw(output.Written);
        output.Clear();

        var columns = ImmutableArray.CreateBuilder<ColumnStatistics>(_schema.Columns.Length);
        for (int i = 0; i < _schema.Columns.Length; i++)
            columns.Add(_totals[i].Summarise(_schema.Columns[i]));
        ParquetFileSummary summary = new(_rows, Pages.Position, columns.MoveToImmutable());
        Release();
        return summary;
    }

    /// <summary>Returns pooled memory; a file not closed is left without footer.</summary>
    public void Dispose()
    {
        if (_state != State.Closed)
            Release();
    }

    /// <summary>What takes the column whose turn it is.</summary>
    private ColumnSink Next(string call)
    {
        Expect(State.InGroup, call);
        if (_column == _schema.Columns.Length)
            throw new InvalidOperationException($"{call}: table '{_schema.Name}' has {_schema.Columns.Length} columns and all are written; end the row group.");
        _sink.Open(_column, _group.Rows, _totals[_column], _footer);
        return _sink;
    }

    /// <summary>Counts the column that was written to the file.</summary>
    private void Take() => Count(_sink.IsSorted);

    /// <summary>Writes a column that was encoded elsewhere.</summary>
    private void Append(EncodedColumn encoded)
    {
        _footer.Append(encoded.Footer, _schema.Columns[_column].Type is ColumnType.String or ColumnType.StringList, Pages.Position);
        encoded.Bytes.CopyTo(Pages);
        Count(encoded.IsSorted);
    }

    private void Count(bool sorted)
    {
        ref ColumnChunk chunk = ref _footer.Chunk(_footer.Chunks - 1);
        _group.UncompressedBytes += chunk.UncompressedBytes;
        _group.CompressedBytes += chunk.CompressedBytes;
        if (sorted && _group.SortedColumns == _column)
            _group.SortedColumns++;
        _column++;
    }

    private void Expect(State state, string call)
    {
        State now = _sink.IsBroken && _state == State.InGroup ? State.Broken : _state;
        if (now == state)
            return;
        throw new InvalidOperationException(now switch
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
