namespace Linkage.Parquet.Reading;

/// <summary>
/// The values that the rows of a string column refer to: a chunk's dictionary, and what its other pages spell out. Reused from row group to
/// row group.
/// </summary>
public sealed class StringValues : IUtf8Values
{
    private byte[] _bytes = [];
    private int[] _ends = [];

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <summary>Bytes of memory held.</summary>
    public long AllocatedBytes => _bytes.Length + ((long)_ends.Length * sizeof(int));

    /// <inheritdoc/>
    public ReadOnlySpan<byte> this[int id]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Count, nameof(id));
            int start = id == 0 ? 0 : _ends[id - 1];
            return _bytes.AsSpan(start, _ends[id] - start);
        }
    }

    /// <inheritdoc/>
    public bool IsNull(int id) => false;

    /// <summary>Bytes of a value.</summary>
    public int LengthOf(int id) => this[id].Length;

    internal void Clear() => Count = 0;

    /// <summary>Adds a value and returns its id.</summary>
    internal int Add(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Room(value.Length));
        return Count - 1;
    }

    /// <summary>Adds a value unless it is the one before it: a sorted column repeats.</summary>
    internal int AddUnlessLast(ReadOnlySpan<byte> value) => Count > 0 && this[Count - 1].SequenceEqual(value) ? Count - 1 : Add(value);

    /// <summary>Adds the first bytes of another value and others behind them; returns the id.</summary>
    internal int Add(int prefixOf, int prefixLength, ReadOnlySpan<byte> suffix)
    {
        Span<byte> room = Room(prefixLength + suffix.Length);
        if (prefixLength > 0)
            this[prefixOf][..prefixLength].CopyTo(room);
        suffix.CopyTo(room[prefixLength..]);
        return Count - 1;
    }

    private Span<byte> Room(int length)
    {
        int start = Count == 0 ? 0 : _ends[Count - 1];
        long end = (long)start + length;
        if (end > Array.MaxLength)
            throw new InvalidDataException("the distinct values of one row group take more than 2 GiB, which is more than this program reads at once");
        if (end > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(Math.Max(1024, end), 2L * _bytes.Length)));
        if (Count == _ends.Length)
            Array.Resize(ref _ends, (int)Math.Min(Array.MaxLength, Math.Max(64, 2L * Count)));
        _ends[Count++] = (int)end;
        return _bytes.AsSpan(start, length);
    }
}
