namespace Linkage.Parquet;

/// <summary>
/// A String column as ids into <see cref="IUtf8Values"/>, one int a row, −1 for null. The values are either one set
/// that all lanes share (a registry's ids) or a lane's own <see cref="Utf8Dictionary"/>, merged once a flush (<see cref="DictionaryMerge"/>).
/// </summary>
public sealed class IdBuilder(IUtf8Values values) : ColumnBuilder
{
    private Chunks<int> _ids = new();

    /// <summary>What the ids refer to.</summary>
    public IUtf8Values Values { get; } = values;

    /// <inheritdoc/>
    public override int Count => _ids.Count;

    /// <inheritdoc/>
    public override long AllocatedBytes => _ids.AllocatedBytes;

    internal override IdBuilder Rows => this;

    /// <summary>Adds a row; −1 is a null.</summary>
    public void Append(int id) => _ids.Append(id);

    /// <inheritdoc/>
    public override void Clear() => _ids.Clear();

    /// <summary>Id of a row in the lane's own numbering.</summary>
    internal int Id(int row) => _ids[row];

    internal override int PlainBytes(int row) => PlainBytes(Values, _ids[row]);

    internal static int PlainBytes(IUtf8Values values, int id) => id < 0 || values.IsNull(id) ? 0 : sizeof(int) + values[id].Length;

    internal override void Write(ColumnSink sink, int column, ReadOnlySpan<RowBuffer> lanes, ReadOnlySpan<ulong> order, GatherScratch scratch) =>
        WriteIds(sink, Values, column, lanes, order, scratch);

    internal static void WriteIds(ColumnSink sink, IUtf8Values values, int column, ReadOnlySpan<RowBuffer> lanes, ReadOnlySpan<ulong> order, GatherScratch scratch)
    {
        var ids = GatherIds(column, lanes, order, scratch);

        // A merged dictionary numbers values by first sight; only shared values are numbered in their own order.
        var ascending = values is not Utf8Dictionary && ReferenceEquals(lanes[0].SortKey, lanes[0].Columns[column].Rows);
        sink.WriteString(ids, scratch.Merge.Merged(values), ascending);
    }

    /// <summary>The lanes' ids in row order, in the numbering of the merged values.</summary>
    internal static ReadOnlySpan<int> GatherIds(int column, ReadOnlySpan<RowBuffer> lanes, ReadOnlySpan<ulong> order, GatherScratch scratch)
    {
        var ids = scratch.Int32(order.Length);
        Chunks<int>.Gather(Arrays<ColumnBuilder, int>(lanes, column, static b => b.Rows!._ids.Arrays), order, ids);
        var maps = scratch.Maps(lanes.Length);
        var mapped = false;
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            maps[lane] = scratch.Merge.Map(lanes[lane].Columns[column].Rows!.Values);
            mapped |= maps[lane] is not null;
        }

        for (var i = 0; mapped && i < ids.Length; i++)
        {
            if (ids[i] >= 0 && maps[RowOrder.Lane(order[i])] is { } map)
            {
                ids[i] = map[ids[i]];
            }
        }

        return ids;
    }
}

/// <summary>A String column that repeats another column's ids with other values: genome_id beside participant_id.</summary>
/// <param name="ids">The column that is filled.</param>
/// <param name="values">Values shared by all lanes.</param>
public sealed class ReferenceColumn(IdBuilder ids, IUtf8Values values) : ColumnBuilder
{
    /// <inheritdoc/>
    public override int Count => ids.Count;

    /// <inheritdoc/>
    public override long AllocatedBytes => 0;

    internal override IdBuilder Rows => ids;

    /// <inheritdoc/>
    public override void Clear()
    {
        // The ids belong to the column referred to, which clears them.
    }

    internal override int PlainBytes(int row) => IdBuilder.PlainBytes(values, ids.Id(row));

    internal override void Write(ColumnSink sink, int column, ReadOnlySpan<RowBuffer> lanes, ReadOnlySpan<ulong> order, GatherScratch scratch) =>
        IdBuilder.WriteIds(sink, values, column, lanes, order, scratch);
}
