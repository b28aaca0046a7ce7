using System.Numerics;

namespace Linkage.Kernels;

/// <summary>
/// Filters of some patients, to be compared together with each block of a <see cref="FilterBlocks"/>, so that a block is fetched from memory once for all of them. Held as lists of the bits set.
/// Reused from tile to tile; not thread-safe. <see cref="Clear"/> and <see cref="Dispose"/> zero them.
/// </summary>
public sealed class FilterTile : IDisposable
{
    private readonly ushort[] _rows;
    private readonly int[] _ends;

    /// <summary>An empty tile.</summary>
    /// <param name="capacity">Most filters; 2 KiB are taken for each.</param>
    public FilterTile(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _rows = new ushort[checked(capacity * FilterBlocks.FilterBits)];
        _ends = new int[capacity + 1];
    }

    /// <summary>Most filters.</summary>
    public int Capacity => _ends.Length - 1;

    /// <summary>Filters added.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a filter of <see cref="FilterBlocks.FilterWords"/> words; returns its number, from 0. <see cref="InvalidOperationException"/> when the tile is full.</summary>
    public int Add(ReadOnlySpan<ulong> filter)
    {
        if (filter.Length != FilterBlocks.FilterWords)
            throw new ArgumentException($"{filter.Length} words; a filter has {FilterBlocks.FilterWords}", nameof(filter));
        if (Count == Capacity)
            throw new InvalidOperationException($"the tile was made for {Capacity} filters");
        var end = _ends[Count];
        for (var word = 0; word < filter.Length; word++)
        {
            for (var left = filter[word]; left != 0; left &= left - 1)
                _rows[end++] = (ushort)(((64 * word) + BitOperations.TrailingZeroCount(left)) * FilterBlocks.RowBytes);
        }

        _ends[++Count] = end;
        return Count - 1;
    }

    /// <summary>Bits set in a filter.</summary>
    public int Bits(int patient)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)patient, (uint)Count, nameof(patient));
        return _ends[patient + 1] - _ends[patient];
    }

    /// <summary>Empties the tile.</summary>
    public void Clear()
    {
        _rows.AsSpan(0, _ends[Count]).Clear();
        Count = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    /// <summary>Redacted.</summary>
    public override string ToString() => "FilterTile(redacted)";

    /// <summary>Where the rows of a filter's bits begin in a block, in bytes.</summary>
    internal ReadOnlySpan<ushort> RowsOf(int patient) => _rows.AsSpan(_ends[patient], Bits(patient));
}
