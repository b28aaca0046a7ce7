using Linkage.Kernels;
using Linkage.Parquet.Columns;
using Linkage.Parquet.Format;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet;

/// <summary>
/// Takes one column of a row group and encodes it. In: its values in one call, of the method for its type. Out: pages. A <see cref="ParquetFileWriter"/> hands it out where columns are
/// asked for (<see cref="IRowGroupSource"/>), and uses one itself where they come in order. One thread at a time.
/// </summary>
public sealed class ColumnSink
{
    private readonly TableSchema _schema;
    private readonly ParquetOptions _options;
    private readonly ParquetScratch _scratch;
    private readonly PageWriter _pages;
    private FileFooter? _footer;
    private ColumnTotals? _totals;
    private int _ordinal;
    private int _rows;

    internal ColumnSink(TableSchema schema, ParquetOptions options, ParquetScratch scratch)
    {
        _schema = schema;
        _options = options;
        _scratch = scratch;
        _pages = new PageWriter(options, scratch);
    }

    /// <summary>Whether a column was begun that did not end: its pages are not whole.</summary>
    internal bool IsBroken { get; private set; }

    /// <summary>Whether the column has been written.</summary>
    internal bool IsWritten { get; private set; }

    /// <summary>Whether the column's rows ascend bytewise, nulls first; for strings that were said to.</summary>
    internal bool IsSorted { get; private set; }

    internal PageWriter Pages => _pages;

    /// <summary>An Int32 or Date column. An empty <paramref name="valid"/> means no nulls; else one entry a row.</summary>
    public void WriteInt32(ReadOnlySpan<int> values, ReadOnlySpan<bool> valid)
    {
        ColumnSchema column = Begin(nameof(WriteInt32), values.Length, valid, ColumnType.Int32, ColumnType.Date);
        ReadOnlySpan<int> present = values;
        if (!valid.IsEmpty)
        {
            int[] dense = _scratch.Ints(values.Length);
            present = dense.AsSpan(0, Presence.Gather(values, valid, dense));
        }

        End(column, FixedColumn<int, Int32Type>.Write(_pages, _scratch, _options, present, valid, values.Length, column));
    }

    /// <summary>An Int64 or TimestampMicros column.</summary>
    public void WriteInt64(ReadOnlySpan<long> values, ReadOnlySpan<bool> valid)
    {
        ColumnSchema column = Begin(nameof(WriteInt64), values.Length, valid, ColumnType.Int64, ColumnType.TimestampMicros);
        End(column, FixedColumn<long, Int64Type>.Write(_pages, _scratch, _options, Present(values, valid), valid, values.Length, column));
    }

    /// <summary>A Double column.</summary>
    public void WriteDouble(ReadOnlySpan<double> values, ReadOnlySpan<bool> valid)
    {
        ColumnSchema column = Begin(nameof(WriteDouble), values.Length, valid, ColumnType.Double);
        End(column, FixedColumn<long, DoubleType>.Write(_pages, _scratch, _options, Present(Bytes.BitsOf(values), valid), valid, values.Length, column));
    }

    /// <summary>A Boolean column.</summary>
    public void WriteBoolean(ReadOnlySpan<bool> values, ReadOnlySpan<bool> valid)
    {
        ColumnSchema column = Begin(nameof(WriteBoolean), values.Length, valid, ColumnType.Boolean);
        End(column, BooleanColumn.Write(_pages, _scratch, _options.PageRows, values, valid, values.Length, column.Nullable));
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
        ColumnSchema column = Begin(nameof(WriteString), ids.Length, [], ColumnType.String);
        ColumnChunk chunk = StringColumn.Write(_pages, _scratch, _options, column, ids, values, idsAscending, _footer!.BoundBytes, _totals!, out bool sorted);
        IsSorted = sorted;
        End(column, chunk);
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
    public void WriteStringList(ReadOnlySpan<int> offsets, ReadOnlySpan<int> ids, IUtf8Values values, ReadOnlySpan<bool> valid) =>
        WriteLists(offsets, ids, values, valid, clustered: false);

    /// <summary>As <see cref="WriteStringList"/>.</summary>
    /// <param name="offsets">As there.</param>
    /// <param name="ids">As there.</param>
    /// <param name="values">As there.</param>
    /// <param name="valid">As there.</param>
    /// <param name="clustered">Whether an id comes again only within its list or in those of neighbours, so that a stretch shows how much repeats.</param>
    internal void WriteLists(ReadOnlySpan<int> offsets, ReadOnlySpan<int> ids, IUtf8Values values, ReadOnlySpan<bool> valid, bool clustered)
    {
        ArgumentNullException.ThrowIfNull(values);
        ColumnSchema column = Begin(nameof(WriteStringList), offsets.Length - 1, valid, ColumnType.StringList);
        ListColumn lists = new(_pages, _scratch, _options, column, offsets, ids, values, valid, clustered);
        End(column, lists.Write(_footer!.BoundBytes), lists.NullLists);
    }

    /// <summary>Makes ready for a column.</summary>
    /// <param name="column">Position in the schema.</param>
    /// <param name="rows">Rows it must have.</param>
    /// <param name="totals">Gets what the file's summary says of it.</param>
    /// <param name="footer">Gets its chunk and pages.</param>
    internal void Open(int column, int rows, ColumnTotals totals, FileFooter footer)
    {
        _ordinal = column;
        _rows = rows;
        _totals = totals;
        _footer = footer;
        IsWritten = false;
        IsSorted = false;
    }

    /// <summary>Fails when the column was not written.</summary>
    internal void RequireWritten()
    {
        if (!IsWritten)
            throw new InvalidOperationException($"Column '{_schema.Columns[_ordinal].Name}' ({_ordinal + 1} of {_schema.Columns.Length}) of table '{_schema.Name}' was asked for, but not written.");
    }

    private ReadOnlySpan<long> Present(ReadOnlySpan<long> values, ReadOnlySpan<bool> valid)
    {
        if (valid.IsEmpty)
            return values;
        long[] dense = _scratch.Longs(values.Length);
        return dense.AsSpan(0, Presence.Gather(values, valid, dense));
    }

    /// <summary>Checks type and shape; from here to the end of the column an exception leaves the column broken.</summary>
    private ColumnSchema Begin(string call, int length, ReadOnlySpan<bool> valid, ColumnType type, ColumnType? other = null)
    {
        ColumnSchema column = _schema.Columns[_ordinal];
        if (IsWritten)
            throw new InvalidOperationException($"{call}: column '{column.Name}' of table '{_schema.Name}' is written already.");
        if (column.Type != type && column.Type != other)
            throw new InvalidOperationException($"{call}: column '{column.Name}' ({_ordinal + 1} of {_schema.Columns.Length}) of table '{_schema.Name}' is {column.Type}.");
        if (length != _rows)
            throw new ArgumentException($"Column '{column.Name}' has {length} rows, its row group {_rows}.", nameof(length));
        if (!valid.IsEmpty && valid.Length != length)
            throw new ArgumentException($"Column '{column.Name}' has {length} values, but {valid.Length} entries of validity.", nameof(valid));
        if (!column.Nullable && valid.Contains(false))
            throw StringColumn.NullInRequired(valid.IndexOf(false), column);
        IsBroken = true;
        // Here and not when a column ends, because a column that failed leaves its own behind.
        _scratch.PageBounds.Clear();
        _scratch.Bloom.Clear();
        return column;
    }

    private void End(ColumnSchema column, in ColumnChunk chunk) => End(column, in chunk, chunk.NullCount);

    private void End(ColumnSchema column, in ColumnChunk chunk, long nullRows)
    {
        _totals!.NullCount += nullRows;
        _totals.Add(in chunk);
        // The bounds of a list's elements are none of its rows.
        if (column.Type is not (ColumnType.String or ColumnType.StringList))
            _totals.Extend(column.Type, chunk.Bounds);
        _footer!.Add(chunk);
        IsWritten = true;
        IsBroken = false;
    }
}
