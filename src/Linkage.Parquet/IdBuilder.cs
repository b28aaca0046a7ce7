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

    /// <summary>Copies the ids, each into 32 bits of a word.</summary>
    internal void CopyIds(Span<ulong> words)
    {
        var ids = _ids.Values;
        for (var at = 0; at < ids.Count;)
        {
            foreach (var id in ids.From(at))
            {
                words[at++] = (uint)id;
            }
        }
    }

    internal override int PlainBytes(int row) => PlainBytes(Values, _ids[row]);

    internal static int PlainBytes(IUtf8Values values, int id) => id < 0 || !values.TryGet(id, out var value) ? 0 : sizeof(int) + value.Length;

    internal override bool IsUniform(ReadOnlySpan<RowBuffer> lanes, int column, GatherScratch scratch)
    {
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            if (!Chunks<int>.IsUniform([Of(lanes[lane], column)._ids.Values], out var id) || Mapped(lanes, lane, id) != Mapped(lanes, 0, Of(lanes[0], column)._ids[0]))
            {
                return false;
            }
        }

        return true;

        int Mapped(ReadOnlySpan<RowBuffer> all, int lane, int id) => scratch.Merge.Map(Of(all[lane], column).Values) is { } map ? map[id + 1] : id;
    }

    internal override void Write(ColumnSink sink, int column, ReadOnlySpan<RowBuffer> lanes, GroupRows rows, bool uniform, GatherScratch scratch) =>
        WriteIds(sink, Values, column, lanes, rows, uniform, scratch);

    internal static void WriteIds(ColumnSink sink, IUtf8Values values, int column, ReadOnlySpan<RowBuffer> lanes, GroupRows rows, bool uniform, GatherScratch scratch)
    {
        var ids = GatherIds(column, lanes, rows, uniform, scratch);

        // A merged dictionary numbers values by first sight; only shared values are numbered in their own order.
        var ascending = values is not Utf8Dictionary && IsKey(lanes[0], column);
        sink.WriteString(ids, scratch.Merge.Merged(values), ascending);
    }

    /// <summary>The lanes' ids in row order, in the numbering of the merged values.</summary>
    internal static ReadOnlySpan<int> GatherIds(int column, ReadOnlySpan<RowBuffer> lanes, GroupRows rows, bool uniform, GatherScratch scratch)
    {
        if (!rows.Keys.IsEmpty && IsKey(lanes[0], column))
        {
            return rows.Keys;
        }

        var maps = scratch.Maps(lanes.Length);
        var mapped = false;
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            maps[lane] = scratch.Merge.Map(Of(lanes[lane], column).Values);
            mapped |= maps[lane] is not null;
        }

        var ids = scratch.Int32(rows.Count);
        if (uniform)
        {
            var id = Of(lanes[0], column)._ids[0];
            ids.Fill(maps[0] is { } map ? map[id + 1] : id);
            return ids;
        }

        var all = Lists<ColumnBuilder, int>(lanes, column, static b => b.Rows!._ids.Values);
        if (mapped)
        {
            Chunks<int>.Gather(all, rows, ids, new LaneIds(maps));
        }
        else
        {
            Chunks<int>.Gather(all, rows, uniform: false, ids);
        }

        return ids;
    }

    /// <summary>Whether rows are sorted by a column's ids.</summary>
    private static bool IsKey(RowBuffer lane, int column) => ReferenceEquals(lane.SortKey, lane.Columns[column].Rows);

    private static IdBuilder Of(RowBuffer lane, int column) => lane.Columns[column].Rows!;

    /// <summary>A lane's ids in the numbering of the merged values.</summary>
    private ref struct LaneIds(ReadOnlySpan<int[]?> maps) : ILaneMap<int>
    {
        private readonly ReadOnlySpan<int[]?> _maps = maps;
        private int[]? _map;

        public void Enter(int lane) => _map = _maps[lane];

        public readonly int Map(int id) => _map is null ? id : _map[id + 1];

        public readonly void MapAll(Span<int> ids)
        {
            foreach (ref var id in ids)
            {
                id = Map(id);
            }
        }
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

    internal override bool IsUniform(ReadOnlySpan<RowBuffer> lanes, int column, GatherScratch scratch) => ids.IsUniform(lanes, column, scratch);

    internal override void Write(ColumnSink sink, int column, ReadOnlySpan<RowBuffer> lanes, GroupRows rows, bool uniform, GatherScratch scratch) =>
        IdBuilder.WriteIds(sink, values, column, lanes, rows, uniform, scratch);
}
