using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Linkage.Kernels;

/// <summary>
/// Filters of 1,024 bits, turned so that they can be compared with many others (<see cref="BitSimilarity"/>). In: filters one behind the other, as sixteen words each. Held: blocks of
/// <see cref="BlockSize"/> filters as 1,024 rows of 64 bytes, row r with bit r of every filter; as large as the filters were. Immutable; thread-safe until <see cref="Dispose"/>, which zeroes them.
/// </summary>
/// <remarks>
/// Within a row the filter at place 64 j + i of its block is bit j of byte i. The last block is filled up with empty filters. By default filters are placed in ascending order of their number of
/// bits, so that a block's filters have about equally many, and a block that has too few or too many for a threshold can be passed over.
/// </remarks>
public sealed unsafe class FilterBlocks : IDisposable
{
    /// <summary>Filters of a block.</summary>
    public const int BlockSize = 512;

    /// <summary>Bits of a filter.</summary>
    public const int FilterBits = 1024;

    /// <summary>64-bit words of a filter.</summary>
    public const int FilterWords = FilterBits / 64;

    internal const int RowBytes = BlockSize / 8;
    internal const int BlockBytes = FilterBits * RowBytes;

    private readonly int[] _rows;
    private readonly ushort[] _bits;
    private readonly (ushort Least, ushort Most)[] _bounds;
    private byte* _start;

    /// <summary>Turns filters.</summary>
    /// <param name="filters">Filters of <see cref="FilterWords"/> words each; their places are their row numbers. <see cref="ArgumentException"/> when the last one is cut short.</param>
    /// <param name="byBits">Whether to put them in ascending order of bits set, or to leave them as they are.</param>
    public FilterBlocks(ReadOnlySpan<ulong> filters, bool byBits = true)
    {
        if (filters.Length % FilterWords != 0)
            throw new ArgumentException($"{filters.Length} words are not a number of filters of {FilterWords}", nameof(filters));
        Count = filters.Length / FilterWords;
        BlockCount = (Count + BlockSize - 1) / BlockSize;
        var bits = new ushort[Count];
        for (var row = 0; row < Count; row++)
            bits[row] = (ushort)CountBits(filters.Slice(row * FilterWords, FilterWords));
        _rows = byBits ? Order(bits) : InTurn(Count);
        _bits = Array.ConvertAll(_rows, row => bits[row]);
        _bounds = new (ushort, ushort)[BlockCount];
        // One byte more than nothing, so that an empty set has an address, too.
        var size = ((nuint)BlockCount * BlockBytes) + 1;
        _start = (byte*)NativeMemory.AlignedAlloc(size, RowBytes);
        NativeMemory.Clear(_start, size);
        for (var block = 0; block < BlockCount; block++)
            Fill(block, filters);
    }

    /// <summary>Number of filters.</summary>
    public int Count { get; }

    /// <summary>Number of blocks; all but the last are full.</summary>
    public int BlockCount { get; }

    /// <summary>Row number of each place: the filter at place p of block b is <c>Rows[b · BlockSize + p]</c>.</summary>
    public ReadOnlySpan<int> Rows => _rows;

    /// <summary>Bits set in the filter at each place.</summary>
    public ReadOnlySpan<ushort> Bits => _bits;

    /// <summary>Fewest and most bits that a filter of a block has.</summary>
    public (int Least, int Most) Bounds(int block) => _bounds[block];

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_start is null)
            return;
        NativeMemory.Clear(_start, (nuint)BlockCount * BlockBytes);
        NativeMemory.AlignedFree(_start);
        _start = null;
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => "FilterBlocks(redacted)";

    internal ref byte Block(int block)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)block, (uint)BlockCount, nameof(block));
        return ref _start[(nuint)block * BlockBytes];
    }

    /// <summary>
    /// Asks for one of <paramref name="parts"/> parts of a block, to be called for each part while the block before is compared. A patient touches a third of a block's lines, here and there:
    /// no processor foresees that.
    /// </summary>
    internal void Prefetch(int block, int part, int parts)
    {
        if (!Sse.IsSupported || block >= BlockCount)
            return;
        var start = _start + ((nuint)block * BlockBytes);
        for (var line = (long)FilterBits * part / parts; line < (long)FilterBits * (part + 1) / parts; line++)
            Sse.Prefetch1(start + (line * RowBytes));
    }

    /// <summary>Bits set in a filter, or in any words.</summary>
    internal static int CountBits(ReadOnlySpan<ulong> words)
    {
        var count = 0;
        foreach (var word in words)
            count += BitOperations.PopCount(word);
        return count;
    }

    // By counting, stable.
    private static int[] Order(ReadOnlySpan<ushort> bits)
    {
        Span<int> next = stackalloc int[FilterBits + 2];
        next.Clear();
        foreach (var count in bits)
            next[count + 1]++;
        for (var count = 1; count < next.Length; count++)
            next[count] += next[count - 1];
        var rows = new int[bits.Length];
        for (var row = 0; row < bits.Length; row++)
            rows[next[bits[row]]++] = row;
        return rows;
    }

    private static int[] InTurn(int count)
    {
        var rows = new int[count];
        for (var row = 0; row < count; row++)
            rows[row] = row;
        return rows;
    }

    private void Fill(int block, ReadOnlySpan<ulong> filters)
    {
        var rows = _rows.AsSpan(block * BlockSize, Math.Min(BlockSize, Count - (block * BlockSize)));
        ushort least = FilterBits, most = 0;
        foreach (var bits in _bits.AsSpan(block * BlockSize, rows.Length))
            (least, most) = (Math.Min(least, bits), Math.Max(most, bits));
        _bounds[block] = (least, most);

        Span<ulong> square = stackalloc ulong[64];
        var start = (ulong*)(_start + ((nuint)block * BlockBytes));
        for (var word = 0; word < FilterWords; word++)
        {
            for (var part = 0; part < RowBytes / 8; part++)
            {
                for (var lane = 0; lane < 64; lane++)
                {
                    var place = (64 * (lane % 8)) + (8 * part) + (lane / 8);
                    square[lane] = place < rows.Length ? filters[(rows[place] * FilterWords) + word] : 0;
                }

                Transpose(square);
                for (var bit = 0; bit < 64; bit++)
                    start[(((64 * word) + bit) * (RowBytes / 8)) + part] = square[bit];
            }
        }

        square.Clear();
    }

    // 64 × 64 bits, in six steps that exchange ever smaller quarters (Warren, Hacker's Delight, 2nd ed., 7-3).
    private static void Transpose(Span<ulong> square)
    {
        var mask = 0x0000_0000_FFFF_FFFFUL;
        for (var size = 32; size > 0; size >>= 1, mask ^= mask << size)
        {
            for (var row = 0; row < 64; row = (row + size + 1) & ~size)
            {
                var differ = ((square[row] >> size) ^ square[row + size]) & mask;
                square[row + size] ^= differ;
                square[row] ^= differ << size;
            }
        }
    }
}
