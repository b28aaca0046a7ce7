namespace Linkage.Parquet.Columns;

/// <summary>
/// Which distinct values of a column chunk have been seen, and their dictionary indices. By position where keys lie in a small
/// range, by open addressing otherwise. Entries of the latter carry the number of the chunk they belong to, so that a new chunk costs
/// nothing, however large the table.
/// </summary>
internal sealed class DistinctMap(int generation = 0)
{
    /// <summary>Keys in a range up to this are looked up by position.</summary>
    public const int MaxPositions = 1 << 20;

    /// <summary>Distinct keys a hashed map holds at most.</summary>
    public const int MaxHashed = 1 << 19;

    // 2^64 / golden ratio: spreads consecutive keys over the table (Knuth, The Art of Computer Programming 3, 6.4).
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private int[] _positions = [];
    private Slot[] _slots = [];
    private int _shift;
    private int _limit;
    private int _held;

    /// <summary>Marks the entries of the current chunk.</summary>
    public int Generation { get; private set; } = generation;

    /// <summary>A place for each key from 0 to <paramref name="count"/> − 1, all 0.</summary>
    public Span<int> Positions(int count)
    {
        if (_positions.Length < count)
            _positions = GC.AllocateUninitializedArray<int>((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4096, count)));
        Span<int> positions = _positions.AsSpan(0, count);
        positions.Clear();
        return positions;
    }

    /// <summary>Begins a chunk of arbitrary keys, of which at most <paramref name="limit"/> are distinct.</summary>
    public void BeginHashed(int limit)
    {
        _limit = Math.Clamp(limit, 1, MaxHashed);
        _held = 0;
        int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1024, 2 * _limit));
        if (_slots.Length < size)
            _slots = new Slot[size];
        _shift = 64 - System.Numerics.BitOperations.Log2((uint)size);
        NextGeneration();
    }

    /// <summary>The place of a key: where it is, or where it would go.</summary>
    public int Find(long key, out bool found)
    {
        Slot[] slots = _slots;
        int mask = (int)(ulong.MaxValue >> _shift);
        int at = (int)((ulong)key * Multiplier >> _shift);
        while (true)
        {
            ref readonly Slot slot = ref slots[at];
            if (slot.Generation != Generation)
            {
                found = false;
                return at;
            }

            if (slot.Key == key)
            {
                found = true;
                return at;
            }

            at = (at + 1) & mask;
        }
    }

    /// <summary>The index at a place that was found.</summary>
    public int IndexAt(int place) => _slots[place].Index;

    /// <summary>Puts a key at the place <see cref="Find"/> gave for it; false when the map is full.</summary>
    public bool TryAdd(int place, long key, int index)
    {
        if (_held == _limit)
            return false;
        _held++;
        _slots[place] = new Slot { Key = key, Index = index, Generation = Generation };
        return true;
    }

    private void NextGeneration()
    {
        if (Generation == int.MaxValue)
        {
            Array.Clear(_slots);
            Generation = 0;
        }

        Generation++;
    }

    private struct Slot
    {
        public long Key;
        public int Index;
        public int Generation;
    }
}
