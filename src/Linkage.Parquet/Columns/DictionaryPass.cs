namespace Linkage.Parquet.Columns;

/// <summary>
/// One pass over a string chunk's ids: builds its dictionary, the index of each present row and the validity of each row, in the
/// scratch. Stops as soon as the dictionary passes its limit.
/// </summary>
internal ref struct DictionaryPass(ParquetScratch scratch, int limitBytes, ColumnSchema column, ReadOnlySpan<int> ids, IUtf8Values values)
{
    private const int Null = -1;
    private const int Full = -2;

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

    /// <summary>For ids that never decrease: distinct values are runs, and nothing is looked up.</summary>
    /// <returns>Whether the dictionary stayed within its limit.</returns>
    public bool BuildByRuns()
    {
        scratch.Dictionary.Clear();
        Span<int> indices = scratch.Indices(_ids.Length);
        Span<bool> valid = scratch.Valid(_ids.Length).AsSpan(0, _ids.Length);
        ReadOnlySpan<int> left = _ids;
        int previous = Null;
        while (left.Length > 0)
        {
            int id = left[0];
            int run = 1;
            while (run < left.Length && left[run] == id)
                run++;
            int row = _ids.Length - left.Length;
            if (id < previous)
                throw new ArgumentException($"Column '{column.Name}', row {row} of the row group: id {id} after {previous}, though ids are said to ascend.", nameof(ids));
            previous = id;
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
        scratch.Dictionary.Clear();
        bool fits = _count <= DistinctMap.MaxPositions ? BuildByPosition() : BuildHashed();
        // Rows of a value are not weighed one by one: repeats are taken to be as long as the dictionary's average value.
        if (fits && Distinct > 0)
            _plainBytes = (long)((double)scratch.Dictionary.Length / Distinct * Present);
        return fits;
    }

    private bool BuildByPosition()
    {
        DistinctMap map = scratch.Distinct;
        Span<long> table = map.BeginPositions(_count);
        long generation = map.Generation;
        Span<int> indices = scratch.Indices(_ids.Length).AsSpan(0, _ids.Length);
        Span<bool> valid = scratch.Valid(_ids.Length).AsSpan(0, _ids.Length);
        int present = 0;
        for (int row = 0; row < _ids.Length; row++)
        {
            int id = _ids[row];
            int index = Null;
            if ((uint)id < (uint)table.Length && table[id] >> 32 == generation)
            {
                index = (int)table[id];
            }
            else if (id != Null)
            {
                index = Index(id, row);
                if (index == Full)
                    return false;
                table[id] = map.Entry(index);
            }
            else if (!column.Nullable)
            {
                throw StringColumn.NullInRequired(row, column);
            }

            // Written in any case and kept only if it counts: no branch to mispredict.
            indices[present] = index;
            valid[row] = index >= 0;
            present += index >= 0 ? 1 : 0;
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
        if (id == Null || values.IsNull(id))
        {
            if (!column.Nullable)
                throw StringColumn.NullInRequired(row, column);
            NullAfterValue |= Present > 0;
            return Null;
        }

        ReadOnlySpan<byte> value = values[id];
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
