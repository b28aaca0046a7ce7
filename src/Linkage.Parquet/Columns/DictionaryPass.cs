namespace Linkage.Parquet.Columns;

/// <summary>
/// One pass over a string chunk's ids: builds its dictionary, the index of each present row and the validity of each row, in the
/// scratch. Stops as soon as the dictionary passes its limit.
/// </summary>
internal ref struct DictionaryPass(ParquetScratch scratch, int limitBytes, ColumnSchema column, ReadOnlySpan<int> ids, IUtf8Values values)
{
    private const int Null = -1;
    private const int Full = -2;
    private const int NullPlace = -1;

    /// <summary>Rows of a value, on average, that make a dictionary the choice without a trial.</summary>
    public const int ClearRepeats = 16;

    /// <summary>Positions that ids may have before hashing them is cheaper than clearing those.</summary>
    private const int PositionsPerRow = 4;

    private const int MinPositions = 4096;

    private readonly ReadOnlySpan<int> _ids = ids;
    private readonly int _count = values.Count;
    private long _plainBytes;
    private StringBounds _bounds;

    /// <summary>Values in the dictionary.</summary>
    public int Distinct { get; private set; }

    /// <summary>Rows with a value.</summary>
    public int Present { get; private set; }

    /// <summary>Whether a null came after a value.</summary>
    public bool NullAfterValue { get; private set; }

    /// <summary>Smallest and largest value, once a pass is complete.</summary>
    public readonly StringBounds Bounds => _bounds;

    /// <summary>Whether the dictionary is smaller than the rows' values.</summary>
    public readonly bool Pays() => DictionaryChoice.Pays(Distinct, scratch.Dictionary.Length, Present, _plainBytes);

    /// <summary>Whether values repeat so much that nothing else can be smaller, or compared with at little cost.</summary>
    public readonly bool ClearlyPays() => Distinct <= Present / ClearRepeats && Pays();

    /// <summary>For ids that never decrease: distinct values are runs, and nothing is looked up.</summary>
    /// <returns>Whether the dictionary stayed within its limit.</returns>
    public bool BuildByRuns()
    {
        Begin();
        Span<int> indices = scratch.Indices(_ids.Length);
        Span<bool> valid = scratch.Valid(_ids.Length).AsSpan(0, _ids.Length);
        ReadOnlySpan<int> left = _ids;
        while (left.Length > 0)
        {
            int id = left[0];
            int run = 1;
            while (run < left.Length && left[run] == id)
                run++;
            int row = _ids.Length - left.Length;
            int index = Index(id, row);
            if (index == Full)
                return false;
            bool present = index >= 0;
            if (present)
            {
                Repeat(indices.Slice(Present, run), index);
                Present += run;
                _plainBytes += (long)run * (values[id].Length + sizeof(int));
            }

            Repeat(valid.Slice(row, run), present);
            left = left[run..];
        }

        return true;
    }

    /// <summary>For ids in any order: each is looked up.</summary>
    /// <returns>Whether the dictionary stayed within its limit.</returns>
    public bool Build()
    {
        Begin();
        bool fits = _count < Math.Min(DistinctMap.MaxPositions, Math.Max(MinPositions, (long)PositionsPerRow * _ids.Length)) ? BuildByPosition() : BuildHashed();
        // Rows of a value are not weighed one by one: repeats are taken to be as long as the dictionary's average value.
        if (fits && Distinct > 0)
            _plainBytes = (long)((double)scratch.Dictionary.Length / Distinct * Present);
        return fits;
    }

    private void Begin()
    {
        scratch.Dictionary.Clear();
        Distinct = 0;
        Present = 0;
        NullAfterValue = false;
        _plainBytes = 0;
        _bounds = default;
    }

    private bool BuildByPosition()
    {
        // One place more, in front, for the id of a null; what is met first has 0, an index is kept as the next larger number.
        Span<int> places = scratch.Distinct.Positions(_count + 1);
        Span<int> indices = scratch.Indices(_ids.Length).AsSpan(0, _ids.Length);
        Span<bool> valid = scratch.Valid(_ids.Length).AsSpan(0, _ids.Length);
        int present = 0;
        for (int row = 0; row < _ids.Length; row++)
        {
            uint at = (uint)(_ids[row] + 1);
            int place = at < (uint)places.Length ? places[(int)at] : 0;
            if (place == 0)
            {
                Present = present;
                int index = Index(_ids[row], row);
                if (index == Full)
                    return false;
                place = index == Null ? NullPlace : index + 1;
                places[(int)at] = place;
            }

            // Written in any case and kept only if it counts: no branch to mispredict.
            indices[present] = place - 1;
            bool has = place > 0;
            valid[row] = has;
            present += has ? 1 : 0;
        }

        Present = present;
        return true;
    }

    private bool BuildHashed()
    {
        DistinctMap map = scratch.Distinct;
        map.BeginHashed(Math.Min(_ids.Length, (limitBytes / sizeof(int)) + 1));
        Span<int> indices = scratch.Indices(_ids.Length);
        Span<bool> valid = scratch.Valid(_ids.Length);
        for (int row = 0; row < _ids.Length; row++)
        {
            int id = _ids[row];
            int place = map.Find(id, out bool found);
            int index = found ? map.IndexAt(place) : Index(id, row);
            if (index == Full || (!found && !map.TryAdd(place, id, index)))
                return false;
            valid[row] = index >= 0;
            if (index >= 0)
                indices[Present++] = index;
        }

        return true;
    }

    /// <summary>The index of an id met for the first time.</summary>
    private int Index(int id, int row)
    {
        if (id < Null || id >= _count)
            throw StringColumn.BadId(id, row, _count, column);
        if (id == Null || !values.TryGet(id, out ReadOnlySpan<byte> value))
        {
            if (!column.Nullable)
                throw StringColumn.NullInRequired(row, column);
            NullAfterValue |= Present > 0;
            return Null;
        }

        if (value.Length + sizeof(int) > limitBytes - scratch.Dictionary.Length)
            return Full;
        StringColumn.Check(value, id, column);
        _bounds.Add(value);
        scratch.Dictionary.WriteByteArray(value);
        return Distinct++;
    }

    private static void Repeat<T>(Span<T> room, T value)
    {
        // Most runs of a sorted column are a handful of rows: too short for a call.
        if (room.Length >= 16)
        {
            room.Fill(value);
            return;
        }

        for (int i = 0; i < room.Length; i++)
            room[i] = value;
    }
}
