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

    internal override void Write(ColumnSink sink, int column, ReadOnlySpan<RowBuffer> lanes, ReadOnlySpan<ulong> order, GatherScratch scratch)
    {
        ReadOnlySpan<int> rows = IdBuilder.GatherIds(column, lanes, order, scratch);
        IUtf8Values texts = scratch.Merge.Merged(values);
        Span<bool> valid = scratch.Valid(rows.Length);
        Span<int> offsets = scratch.Offsets(rows.Length + 1);
        var elements = scratch.Elements;
        elements.Clear();
        offsets[0] = 0;
        for (var row = 0; row < rows.Length; row++)
        {
            var id = rows[row];
            valid[row] = id >= 0 && !texts.IsNull(id);
            if (valid[row])
            {
                elements.Add(texts[id], separator);
            }

            offsets[row + 1] = elements.Count;
        }

        sink.WriteStringList(offsets, elements.Ids, elements.Values, valid);
    }
}

/// <summary>Elements of lists as ids into their distinct values. Reused from column to column.</summary>
internal sealed class ListElements
{
    private int[] _ids = [];

    /// <summary>Elements added.</summary>
    public int Count { get; private set; }

    /// <summary>Their ids.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>What the ids refer to.</summary>
    public Utf8Dictionary Values { get; } = new();

    /// <summary>Adds the parts of a text between separators; an empty text has none.</summary>
    public void Add(ReadOnlySpan<byte> text, byte separator)
    {
        if (text.IsEmpty)
        {
            return;
        }

        foreach (var part in text.Split(separator))
        {
            if (Count == _ids.Length)
            {
                Array.Resize(ref _ids, Math.Max(1024, 2 * Count));
            }

            _ids[Count++] = Values.GetOrAdd(text[part]);
        }
    }

    /// <summary>Forgets the elements, keeps the memory.</summary>
    public void Clear()
    {
        Count = 0;
        Values.Clear();
    }
}
