using Linkage.Kernels;

namespace Linkage.Parquet;

/// <summary>Rows of several lanes to one sorted file. In: the lanes' buffers of one partition value. Out: row groups on the writer.</summary>
public static class RowBufferWriter
{
    /// <summary>Writes all rows, sorted by the buffers' sort key (ties in lane and arrival order), in row groups of at most <paramref name="rowGroupRows"/>.</summary>
    public static void Write(ParquetFileWriter writer, ReadOnlySpan<RowBuffer> lanes, int rowGroupRows, GatherScratch scratch)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(scratch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lanes.Length, RowOrder.MaxLanes, nameof(lanes));
        var order = Order(lanes, scratch);
        for (var start = 0; start < order.Length; start += rowGroupRows)
        {
            var group = order.Slice(start, Math.Min(rowGroupRows, order.Length - start));
            writer.BeginRowGroup(group.Length);
            for (var column = 0; column < lanes[0].Columns.Count; column++)
            {
                lanes[0].Columns[column].Write(writer, column, lanes, group, scratch);
            }

            writer.EndRowGroup();
        }
    }

    private static Span<ulong> Order(ReadOnlySpan<RowBuffer> lanes, GatherScratch scratch)
    {
        var rows = 0;
        foreach (var lane in lanes)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(lane.Count, RowOrder.MaxRows, nameof(lanes));
            rows = checked(rows + lane.Count);
        }

        var order = scratch.Order(rows);
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

        return order;
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
}
