namespace Linkage.Parquet;

/// <summary>
/// A StringList column that repeats another column's ids with lists of values: genome_ids beside participant_id. The values are texts in which elements are joined by a
/// separator; a null text is no list. Split when written, so that nothing is held for it.
/// </summary>
/// <param name="ids">The column that is filled.</param>
/// <param name="values">Joined texts shared by all lanes.</param>
/// <param name="separator">Byte between elements.</param>
public sealed class ReferenceListColumn(IdBuilder ids, IUtf8Values values, byte separator) : ColumnBuilder
{
    /// <summary>Texts announced to their owner at a time.</summary>
    private const int Announced = 64;

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

    internal override void Write(ColumnSink sink, int column, ReadOnlySpan<RowBuffer> lanes, GroupRows group, bool uniform, GatherScratch scratch)
    {
        ReadOnlySpan<int> rows = IdBuilder.GatherIds(column, lanes, group, uniform, scratch);
        IUtf8Values texts = scratch.Merge.Merged(values);
        Span<bool> valid = scratch.Valid(rows.Length);
        Span<int> offsets = scratch.Offsets(rows.Length + 1);
        var elements = scratch.Elements;
        elements.Clear();
        offsets[0] = 0;
        for (var row = 0; row < rows.Length; row++)
        {
            var id = rows[row];
            if (row % Announced == 0)
            {
                texts.Ahead(rows.Slice(row, Math.Min(Announced, rows.Length - row)));
            }

            if (row > 0 && id == rows[row - 1])
            {
                valid[row] = valid[row - 1];
                elements.Repeat(offsets[row - 1]..offsets[row]);
            }
            else
            {
                ReadOnlySpan<byte> text = default;
                valid[row] = id >= 0 && texts.TryGet(id, out text);
                elements.Add(text, separator);
            }

            offsets[row + 1] = elements.Count;
        }

        sink.WriteLists(offsets, elements.Ids, elements.Values, valid, clustered: true);
    }
}

/// <summary>
/// Elements of lists, each a value of its own unless a list is repeated: ids of a study hardly occur in two participants' lists, so that looking each up would find nothing. Reused from column to
/// column.
/// </summary>
internal sealed class ListElements
{
    private int[] _ids = [];

    /// <summary>Elements added.</summary>
    public int Count { get; private set; }

    /// <summary>Their ids.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>What the ids refer to.</summary>
    public TextList Values { get; } = new();

    /// <summary>Adds the parts of a text between separators; an empty text has none.</summary>
    public void Add(ReadOnlySpan<byte> text, byte separator)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOf(separator);
            Append(Values.Add(end < 0 ? text : text[..end]));
            if (end < 0)
            {
                return;
            }

            text = text[(end + 1)..];
            if (text.IsEmpty)
            {
                Append(Values.Add(text));
            }
        }
    }

    /// <summary>Adds elements that are there already once more.</summary>
    public void Repeat(Range elements)
    {
        var (start, length) = elements.GetOffsetAndLength(Count);
        for (var i = start; i < start + length; i++)
        {
            Append(_ids[i]);
        }
    }

    /// <summary>Forgets the elements, keeps the memory.</summary>
    public void Clear()
    {
        Count = 0;
        Values.Clear();
    }

    private void Append(int id)
    {
        if (Count == _ids.Length)
        {
            Array.Resize(ref _ids, Math.Max(1024, 2 * Count));
        }

        _ids[Count++] = id;
    }
}

/// <summary>Texts one after another, equal ones as often as they were added.</summary>
internal sealed class TextList : IUtf8Values
{
    private readonly ByteBuffer _bytes = new();
    private int[] _ends = new int[1024];

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> this[int id]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Count, nameof(id));
            var start = id == 0 ? 0 : _ends[id - 1];
            return _bytes.Written[start.._ends[id]];
        }
    }

    /// <inheritdoc/>
    public bool IsNull(int id) => false;

    /// <inheritdoc/>
    public bool TryGet(int id, out ReadOnlySpan<byte> value)
    {
        value = this[id];
        return true;
    }

    /// <summary>Adds a text; returns its id.</summary>
    public int Add(ReadOnlySpan<byte> text)
    {
        if (Count == _ends.Length)
        {
            Array.Resize(ref _ends, 2 * Count);
        }

        _bytes.Write(text);
        _ends[Count] = _bytes.Length;
        return Count++;
    }

    /// <summary>Forgets the texts, keeps the memory.</summary>
    public void Clear()
    {
        _bytes.Clear();
        Count = 0;
    }
}
