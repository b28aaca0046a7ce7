using Linkage.Kernels;

namespace Linkage.Parquet;

/// <summary>
/// Rows of several lanes in sorted order, to be written row group by row group. In: the lanes' buffers of one partition value. Out: row groups on a writer, or on one after
/// another. The scratch is in use until the last row is written.
/// </summary>
public ref struct RowBufferWriter
{
    /// <summary>Rows looked at to tell how long rows are.</summary>
    private const int Sample = 256;

    private readonly ReadOnlySpan<RowBuffer> _lanes;
    private readonly Span<ulong> _order;
    private readonly LaneColumns _columns;
    private readonly int _groupRows;
    private int _written;

    /// <summary>Sorts the rows by the buffers' sort key; ties in lane and arrival order.</summary>
    /// <param name="lanes">Buffers with the same columns.</param>
    /// <param name="options">Says how large row groups are: as many rows as <see cref="ParquetOptions.RowGroupRows"/> and <see cref="ParquetOptions.RowGroupBytes"/> both admit.</param>
    /// <param name="scratch">This thread's memory, with the flush's merged dictionaries.</param>
    public RowBufferWriter(ReadOnlySpan<RowBuffer> lanes, ParquetOptions options, GatherScratch scratch)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(scratch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lanes.Length, RowOrder.MaxLanes, nameof(lanes));
        RowBuffer[] filled = [.. Filled(lanes)];
        _lanes = filled;
        var order = Order(filled, scratch, out var inOrder);
        _order = order.Span;
        _columns = new LaneColumns(filled, order, inOrder, [.. Enumerable.Range(0, options.EncodeThreads).Select(scratch.Worker)]);
        _groupRows = (int)Math.Clamp(options.RowGroupBytes / Math.Max(1, RowBytes()), 1, options.RowGroupRows);
    }

    /// <summary>Rows of the next row group; 0 when all are written.</summary>
    public readonly int Next => Math.Min(_groupRows, _order.Length - _written);

    /// <summary>Writes all rows.</summary>
    public static void Write(ParquetFileWriter writer, ReadOnlySpan<RowBuffer> lanes, ParquetOptions options, GatherScratch scratch)
    {
        RowBufferWriter rows = new(lanes, options, scratch);
        while (rows.Next > 0)
            rows.WriteGroup(writer);
    }

    /// <summary>Writes the next row group.</summary>
    public void WriteGroup(ParquetFileWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var rows = Next;
        _columns.Begin(_written..(_written + rows));
        writer.WriteRowGroup(rows, _columns);
        _written += rows;
    }

    /// <summary>Lanes that have rows; the first if none has.</summary>
    private static List<RowBuffer> Filled(ReadOnlySpan<RowBuffer> lanes)
    {
        List<RowBuffer> filled = new(lanes.Length);
        foreach (var lane in lanes)
        {
            if (lane.Count > 0)
            {
                filled.Add(lane);
            }
        }

        return filled.Count > 0 ? filled : [lanes[0]];
    }

    /// <summary>Bytes of a row, PLAIN, by a sample spread over all rows.</summary>
    private readonly long RowBytes()
    {
        long bytes = 0;
        var rows = Math.Min(Sample, _order.Length);
        for (var i = 0; i < rows; i++)
        {
            var place = _order[(int)((long)i * _order.Length / rows)];
            var columns = _lanes[RowOrder.Lane(place)].Columns;
            for (var column = 0; column < columns.Count; column++)
            {
                bytes += columns[column].PlainBytes(RowOrder.Row(place));
            }
        }

        return rows == 0 ? 0 : bytes / rows;
    }

    private static Memory<ulong> Order(ReadOnlySpan<RowBuffer> lanes, GatherScratch scratch, out bool inOrder)
    {
        var rows = 0;
        foreach (var lane in lanes)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(lane.Count, RowOrder.MaxRows, nameof(lanes));
            rows = checked(rows + lane.Count);
        }

        var memory = scratch.Order(rows);
        var order = memory.Span;
        var ranks = lanes[0].SortKey?.Values is Utf8Dictionary values ? Ranks((Utf8Dictionary)scratch.Merge.Merged(values)) : null;
        ulong last = 0;
        inOrder = true;
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            var words = order[..lanes[lane].Count];
            order = order[words.Length..];
            var map = lanes[lane].SortKey is { } key ? scratch.Merge.Map(key.Values) : null;
            lanes[lane].SortKey?.CopyIds(words);
            for (var row = 0; row < words.Length; row++)
            {
                // Nulls (−1) come first: ids ascend from there, as the column's writer is told they do.
                var id = lanes[lane].SortKey is null ? -1 : (int)words[row];
                id = map is null ? id : map[id + 1];
                id = ranks is null || id < 0 ? id : ranks[id];
                words[row] = RowOrder.Make((uint)(id + 1), lane, row);
                inOrder &= words[row] >= last;
                last = words[row];
            }
        }

        if (!inOrder)
        {
            RadixSort.ByHighWord(memory.Span, scratch.Sort(rows).Span);
        }

        return memory;
    }

    /// <summary>Place of each value in bytewise order: a dictionary numbers by first sight, files are sorted by value.</summary>
    private static int[] Ranks(Utf8Dictionary dictionary)
    {
        var ids = new int[dictionary.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = i;
        }

        Array.Sort(ids, (a, b) => dictionary[a].SequenceCompareTo(dictionary[b]));
        var ranks = new int[ids.Length];
        for (var rank = 0; rank < ids.Length; rank++)
        {
            ranks[ids[rank]] = rank;
        }

        return ranks;
    }

    /// <summary>The lanes' columns, gathered when they are asked for.</summary>
    private sealed class LaneColumns(RowBuffer[] lanes, Memory<ulong> order, bool inOrder, GatherScratch[] workers) : IRowGroupSource
    {
        private readonly GroupRows _rows = new();
        private readonly int[] _counts = [.. lanes.Select(static l => l.Count)];
        private readonly bool _keysAreIds = lanes[0].SortKey is { Values: not Utf8Dictionary };

        // Each is asked for by one thread at a time.
        private readonly bool?[] _uniform = new bool?[lanes[0].Columns.Count];

        /// <summary>Goes to a row group: rows of the order.</summary>
        public void Begin(Range rows) => _rows.Begin(order, rows, inOrder, _keysAreIds, _counts, workers[0]);

        public void WriteColumn(int column, ColumnSink sink, int worker)
        {
            var builder = lanes[0].Columns[column];
            var uniform = _uniform[column] ??= builder.IsUniform(lanes, column, workers[worker]);
            builder.Write(sink, column, lanes, _rows, uniform, workers[worker]);
        }
    }
}
