namespace Linkage.Parquet.Reading;

/// <summary>
/// Puts the lists of a page together from its levels. Definition levels of a list column: below <paramref name="repeated"/> the list is empty
/// (one less) or null (fewer), from there on there is an element, null below <paramref name="element"/>.
/// </summary>
/// <param name="repeated">Definition level from which there is an element.</param>
/// <param name="element">Definition level of an element with a value.</param>
/// <param name="nullable">Whether lists can be null.</param>
internal readonly struct ListLevels(int repeated, int element, bool nullable)
{
    /// <summary>Elements with a value among these.</summary>
    public int CountPresent(ReadOnlySpan<int> definitions)
    {
        int present = 0;
        foreach (int definition in definitions)
            present += definition == element ? 1 : 0;
        return present;
    }

    /// <summary>Adds the rows that a page's entries begin, and the elements they bring.</summary>
    /// <param name="into">The column.</param>
    /// <param name="row">Rows begun so far; moves on.</param>
    /// <param name="definitions">Definition levels.</param>
    /// <param name="repetitions">Repetition levels: 0 begins a row.</param>
    /// <param name="ids">Ids of the elements with a value.</param>
    public void Add(ColumnValues into, ref int row, ReadOnlySpan<int> definitions, ReadOnlySpan<int> repetitions, ReadOnlySpan<int> ids)
    {
        Span<int> elements = into.ElementRoom(definitions.Length);
        int first = into.Elements, added = 0, at = 0;
        for (int i = 0; i < definitions.Length; i++)
        {
            int definition = definitions[i];
            if (definition > element || repetitions[i] > 1 || (repetitions[i] == 1 && (row == 0 || definition < repeated)))
                throw new InvalidDataException("its levels contradict each other");
            if (repetitions[i] == 0)
                Begin(into, ref row, definition, first + added);
            if (definition >= repeated)
                elements[added++] = definition == element ? ids[at++] : -1;
        }

        into.Elements += added;
    }

    private void Begin(ColumnValues into, ref int row, int definition, int elements)
    {
        if (row == into.Rows)
            throw new InvalidDataException($"there are more rows than the {into.Rows} of the row group");
        bool isNull = nullable && definition < repeated - 1;
        if (nullable)
            into.ValidRoom[row] = !isNull;
        into.NullCount += isNull ? 1 : 0;
        into.OffsetRoom[row++] = elements;
    }
}
