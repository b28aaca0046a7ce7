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
        _lanes = lanes;
        var order = Order(lanes, scratch);
        _order = order.Span;
        _columns = new LaneColumns(lanes.ToArray(), order, [.. Enumerable.Range(0, options.EncodeThreads).Select(scratch.Worker)]);
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
        _columns.Rows = _written..(_written + rows);
        writer.WriteRowGroup(rows, _columns);
        _written += rows;
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

    private static Memory<ulong> Order(ReadOnlySpan<RowBuffer> lanes, GatherScratch scratch)
    {
        var rows = 0;
        foreach (var lane in lanes)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(lane.Count, RowOrder.MaxRows, nameof(lanes));
            rows = checked(rows + lane.Count);
        }

        var memory = scratch.Order(rows);
        var order = memory.Span;
        var at = 0;
        var ranks = lanes[0].SortKey?.Values is Utf8Dictionary values ? Ranks((Utf8Dictionary)scratch.Merge.Merged(values)) : null;
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            var key = lanes[lane].SortKey;
            var map = key is null ? null : scratch.Merge.Map(key.Values);
            for (var row = 0; row < lanes[lane].Count; row++)
            {
                var id = key?.Id(row) ?? 0;
                if (id >= 0)
                {
                    id = map is null ? id : map[id];
                    id = ranks is null ? id : ranks[id];
                }

                // Nulls (−1) come first: ids ascend from there, as the column's writer is told they do.
                order[at++] = RowOrder.Make((uint)(id + 1), lane, row);
            }
        }

        if (lanes[0].SortKey is not null)
        {
            RadixSort.ByHighWord(order, scratch.Sort(rows));
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
    private sealed class LaneColumns(RowBuffer[] lanes, Memory<ulong> order, GatherScratch[] workers) : IRowGroupSource
    {
        /// <summary>Of the order, those of the row group.</summary>
        public Range Rows { get; set; }

        public void WriteColumn(int column, ColumnSink sink, int worker) =>
            lanes[0].Columns[column].Write(sink, column, lanes, order.Span[Rows], workers[worker]);
    }
}
