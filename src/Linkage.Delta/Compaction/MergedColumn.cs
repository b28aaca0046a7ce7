using System.Collections.Immutable;
using Linkage.Parquet;
using Linkage.Parquet.Reading;

namespace Linkage.Delta.Compaction;

/// <summary>One column of the row group being put together: values appended from inputs, then written in an order of their own.</summary>
internal sealed class MergedColumn(ColumnSchema schema)
{
    private readonly Utf8Dictionary _dictionary = new();
    private int _generation;
    private int[] _int32 = [];
    private long[] _int64 = [];
    private double[] _double = [];
    private bool[] _boolean = [];
    private bool[] _valid = [];
    private int[] _ids = [];
    private int _elements;
    private int _rows;

    /// <summary>Bytes the values take PLAIN, about.</summary>
    public long PlainBytes { get; private set; }

    /// <summary>Ids of a string column, ascending where the column is the one sorted by.</summary>
    public ReadOnlySpan<int> Ids => _int32.AsSpan(0, _rows);

    private int Width => schema.Type switch
    {
        ColumnType.Boolean => 0,
        ColumnType.Int32 or ColumnType.Date or ColumnType.String or ColumnType.StringList => sizeof(int),
        _ => sizeof(long),
    };

    /// <summary>Forgets the rows.</summary>
    public void Clear()
    {
        _rows = 0;
        _elements = 0;
        PlainBytes = 0;
        _dictionary.Clear();
        _generation++;
    }

    /// <summary>Appends rows of an input's row group.</summary>
    /// <param name="from">The column there; null when the file lacks it.</param>
    /// <param name="map">The input's map of this column's strings.</param>
    /// <param name="start">First row.</param>
    /// <param name="count">Rows.</param>
    public void Append(ColumnValues? from, IdMap map, int start, int count)
    {
        var rows = _rows + count;
        if (schema.Nullable && schema.Type != ColumnType.String)
        {
            var valid = Room(ref _valid, rows);
            if (from is null)
                valid.Clear();
            else if (from.Valid.IsEmpty)
                valid.Fill(true);
            else
                from.Valid.Slice(start, count).CopyTo(valid);
        }
        PlainBytes += (long)count * Width;
        switch (schema.Type)
        {
            case ColumnType.StringList:
                AppendLists(from, map, start, Room(ref _int32, rows));
                break;
            case ColumnType.Int32 or ColumnType.Date:
                Copy(from is null ? [] : from.Int32.Slice(start, count), Room(ref _int32, rows));
                break;
            case ColumnType.Int64 or ColumnType.TimestampMicros:
                Copy(from is null ? [] : from.Int64.Slice(start, count), Room(ref _int64, rows));
                break;
            case ColumnType.Double:
                Copy(from is null ? [] : from.Double.Slice(start, count), Room(ref _double, rows));
                break;
            case ColumnType.Boolean:
                Copy(from is null ? [] : from.Boolean.Slice(start, count), Room(ref _boolean, rows));
                break;
            default:
                AppendIds(from, map, start, Room(ref _int32, rows));
                break;
        }
        _rows = rows;
    }

    /// <summary>A value to order rows by: of an integer, date or timestamp; nulls first.</summary>
    public long OrderOf(int row)
    {
        if (schema.Nullable && !_valid[row])
            return long.MinValue;
        return schema.Type is ColumnType.Int32 or ColumnType.Date ? _int32[row] : _int64[row];
    }

    /// <summary>Writes the rows.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="order">Rows in the order to write; empty to write them as they came.</param>
    /// <param name="scratch">Memory of this thread.</param>
    public void Write(ColumnSink writer, ReadOnlySpan<int> order, ColumnGather scratch)
    {
        var valid = schema.Nullable && schema.Type != ColumnType.String ? scratch.Gather(_valid.AsSpan(0, _rows), order) : [];
        switch (schema.Type)
        {
            case ColumnType.StringList:
                var (offsets, elements) = ColumnGather.GatherLists(_int32.AsSpan(0, _rows), _ids.AsSpan(0, _elements), order);
                writer.WriteStringList(offsets, elements, _dictionary, valid);
                break;
            case ColumnType.Int32 or ColumnType.Date:
                writer.WriteInt32(scratch.Gather(_int32.AsSpan(0, _rows), order), valid);
                break;
            case ColumnType.Int64 or ColumnType.TimestampMicros:
                writer.WriteInt64(scratch.Gather(_int64.AsSpan(0, _rows), order), valid);
                break;
            case ColumnType.Double:
                writer.WriteDouble(scratch.Gather(_double.AsSpan(0, _rows), order), valid);
                break;
            case ColumnType.Boolean:
                writer.WriteBoolean(scratch.GatherFlags(_boolean.AsSpan(0, _rows), order), valid);
                break;
            default:
                var ids = scratch.Gather(_int32.AsSpan(0, _rows), order);
                writer.WriteString(ids, _dictionary, Ascends(ids));
                break;
        }
    }

    private void AppendIds(ColumnValues? from, IdMap map, int start, Span<int> room)
    {
        if (from is null)
        {
            room.Fill(-1);
            return;
        }
        AppendIds(from, map, from.Ids.Slice(start, room.Length), room);
    }

    private void AppendIds(ColumnValues from, IdMap map, ReadOnlySpan<int> ids, Span<int> room)
    {
        for (var i = 0; i < room.Length; i++)
        {
            room[i] = ids[i] < 0 ? -1 : map.Of(ids[i], from.Values, _dictionary, _generation);
            PlainBytes += ids[i] < 0 ? 0 : from.Values.LengthOf(ids[i]);
        }
    }

    /// <summary>Appends lists: where each one ends among the elements, and the elements.</summary>
    private void AppendLists(ColumnValues? from, IdMap map, int start, Span<int> ends)
    {
        if (from is null)
        {
            ends.Fill(_elements);
            return;
        }
        var offsets = from.Offsets.Slice(start, ends.Length + 1);
        for (var i = 0; i < ends.Length; i++)
            ends[i] = _elements + offsets[i + 1] - offsets[0];
        var elements = from.Ids[offsets[0]..offsets[^1]];
        var needed = checked(_elements + elements.Length);
        if (_ids.Length < needed)
            Array.Resize(ref _ids, (int)Math.Min(Array.MaxLength, Math.Max(1024, 2L * needed)));
        AppendIds(from, map, elements, _ids.AsSpan(_elements, elements.Length));
        _elements = needed;
    }

    private static bool Ascends(ReadOnlySpan<int> ids)
    {
        for (var i = 1; i < ids.Length; i++)
        {
            if (ids[i] < ids[i - 1])
                return false;
        }
        return true;
    }

    private static void Copy<T>(ReadOnlySpan<T> from, Span<T> to)
    {
        if (from.IsEmpty)
            to.Clear();
        else
            from.CopyTo(to);
    }

    private Span<T> Room<T>(ref T[] array, int rows)
    {
        if (array.Length < rows)
            Array.Resize(ref array, (int)Math.Min(Array.MaxLength, Math.Max(1024, 2L * rows)));
        return array.AsSpan(_rows, rows - _rows);
    }
}

/// <summary>The row group being put together, written column by column on as many threads as the writer has.</summary>
internal sealed class MergedColumns(ImmutableArray<ColumnSchema> schema, MergeScratch scratch, int threads) : IRowGroupSource
{
    private readonly MergedColumn[] _columns = [.. schema.Select(c => new MergedColumn(c))];
    private readonly ColumnGather[] _gathers = [.. Enumerable.Range(0, threads).Select(scratch.Gather)];

    /// <summary>Rows in the order to write; empty for that they came in.</summary>
    public ReadOnlyMemory<int> Order { get; set; }

    /// <summary>Bytes the rows take PLAIN, about.</summary>
    public long PlainBytes
    {
        get
        {
            var bytes = 0L;
            foreach (var column in _columns)
                bytes += column.PlainBytes;
            return bytes;
        }
    }

    /// <summary>A column.</summary>
    public MergedColumn this[int column] => _columns[column];

    /// <summary>Appends an input's next rows.</summary>
    public void Append(MergeInput input, int rows)
    {
        for (var c = 0; c < _columns.Length; c++)
            _columns[c].Append(input.Column(c), input.Maps[c], input.Row, rows);
    }

    /// <inheritdoc/>
    public void WriteColumn(int column, ColumnSink sink, int worker) => _columns[column].Write(sink, Order.Span, _gathers[worker]);

    /// <summary>Forgets the rows.</summary>
    public void Clear()
    {
        foreach (var column in _columns)
            column.Clear();
    }
}
