using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Linkage.Kernels;

/// <summary>A pair of filters at or above a threshold.</summary>
/// <param name="Patient">Number of the patient in its tile.</param>
/// <param name="Row">Row number of the filter it was compared with.</param>
/// <param name="Both">Bits set in both.</param>
public readonly record struct FilterMatch(int Patient, int Row, int Both);

/// <summary>How far a comparison has come: where the next call goes on.</summary>
public record struct FilterCursor
{
    /// <summary>Before the first of some blocks.</summary>
    /// <param name="firstBlock">First block.</param>
    /// <param name="endBlock">The block behind the last.</param>
    public FilterCursor(int firstBlock, int endBlock) => (Block, EndBlock) = (firstBlock, endBlock);

    /// <summary>Block.</summary>
    public int Block { get; internal set; }

    /// <summary>The block behind the last.</summary>
    public int EndBlock { get; }

    /// <summary>Patient of the tile.</summary>
    public int Patient { get; internal set; }

    /// <summary>Whether all are compared.</summary>
    public readonly bool IsDone => Block >= EndBlock;
}

/// <summary>
/// Compares filters of 1,024 bits: how many bits two have in common. Tiles of patients against blocks of a registry, 512 filters at once, adding up only the rows of the bits a patient has
/// (<see cref="FilterBlocks"/>): docs/kernels.md says why. Knows nothing of fields.
/// </summary>
public static class BitSimilarity
{
    // Fewer patients are through with a block before the next could be there.
    private const int FewestToPrefetch = 16;

    /// <summary>Bits that two filters, or any two rows of as many words, have in common: the reference of all other ways to count. <see cref="ArgumentException"/> when they are not equally long.</summary>
    public static int CountBoth(ReadOnlySpan<ulong> first, ReadOnlySpan<ulong> second)
    {
        if (first.Length != second.Length)
            throw new ArgumentException($"{second.Length} words against {first.Length}", nameof(second));
        ref var a = ref MemoryMarshal.GetReference(first);
        ref var b = ref MemoryMarshal.GetReference(second);
        int even = 0, odd = 0, word = 0;
        for (; word + 4 <= first.Length; word += 4)
        {
            even += BitOperations.PopCount(Unsafe.Add(ref a, word) & Unsafe.Add(ref b, word));
            odd += BitOperations.PopCount(Unsafe.Add(ref a, word + 1) & Unsafe.Add(ref b, word + 1));
            even += BitOperations.PopCount(Unsafe.Add(ref a, word + 2) & Unsafe.Add(ref b, word + 2));
            odd += BitOperations.PopCount(Unsafe.Add(ref a, word + 3) & Unsafe.Add(ref b, word + 3));
        }

        for (; word < first.Length; word++)
            even += BitOperations.PopCount(Unsafe.Add(ref a, word) & Unsafe.Add(ref b, word));
        return even + odd;
    }

    /// <summary>
    /// Counts the bits that each patient of a tile shares with each filter of one block. Exact.
    /// </summary>
    /// <param name="patients">Patients.</param>
    /// <param name="filters">Filters of the registry.</param>
    /// <param name="block">Number of the block.</param>
    /// <param name="counts"><see cref="FilterBlocks.BlockSize"/> numbers a patient, one for each place of the block (<see cref="FilterBlocks.Rows"/>); places behind the last filter get 0.</param>
    public static void CountBoth(FilterTile patients, FilterBlocks filters, int block, Span<ushort> counts) =>
        CountBoth(KernelDispatch.BitSimilarity, patients, filters, block, counts);

    /// <summary>
    /// Finds the pairs at or above a threshold; exact. Goes on from <paramref name="cursor"/> until all blocks are compared or there may be no room for the matches of the next; call again with the same
    /// tile and cursor until <see cref="FilterCursor.IsDone"/>. Matches come block by block, within a block patient by patient, and then in no particular order.
    /// </summary>
    /// <param name="patients">Patients.</param>
    /// <param name="filters">Filters of the registry.</param>
    /// <param name="threshold">The threshold.</param>
    /// <param name="cursor">Where to begin; moved on.</param>
    /// <param name="matches">Buffer, at least <see cref="FilterBlocks.BlockSize"/> long.</param>
    /// <returns>Matches written.</returns>
    public static int FindMatches(FilterTile patients, FilterBlocks filters, DiceThreshold threshold, ref FilterCursor cursor, Span<FilterMatch> matches) =>
        FindMatches(KernelDispatch.BitSimilarity, bounded: true, patients, filters, threshold, ref cursor, matches);

    internal static void CountBoth(KernelPath path, FilterTile patients, FilterBlocks filters, int block, Span<ushort> counts)
    {
        ArgumentNullException.ThrowIfNull(patients);
        ArgumentNullException.ThrowIfNull(filters);
        if (counts.Length < patients.Count * FilterBlocks.BlockSize)
            throw new ArgumentException($"{counts.Length} numbers for {patients.Count} patients of {FilterBlocks.BlockSize}", nameof(counts));
        for (var patient = 0; patient < patients.Count; patient++)
        {
            var both = counts.Slice(patient * FilterBlocks.BlockSize, FilterBlocks.BlockSize);
            switch (path)
            {
                case KernelPath.Vector512:
                    CountBoth<BitLanes512, Vector512<ulong>>(patients.RowsOf(patient), ref filters.Block(block), both);
                    break;
                case KernelPath.Vector256:
                    CountBoth<BitLanes256, Vector256<ulong>>(patients.RowsOf(patient), ref filters.Block(block), both);
                    break;
                case KernelPath.Vector128:
                    CountBoth<BitLanes128, Vector128<ulong>>(patients.RowsOf(patient), ref filters.Block(block), both);
                    break;
                default:
                    CountBoth<BitLanes64, ulong>(patients.RowsOf(patient), ref filters.Block(block), both);
                    break;
            }
        }
    }

    // Not bounded: every filter is counted to the end, also where the threshold is out of reach; for benchmarks.
    internal static int FindMatches(
        KernelPath path, bool bounded, FilterTile patients, FilterBlocks filters, DiceThreshold threshold, ref FilterCursor cursor, Span<FilterMatch> matches)
    {
        ArgumentNullException.ThrowIfNull(patients);
        ArgumentNullException.ThrowIfNull(filters);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cursor.EndBlock, filters.BlockCount, nameof(cursor));
        if (matches.Length < FilterBlocks.BlockSize)
            throw new ArgumentException($"{matches.Length} matches; the buffer must hold {FilterBlocks.BlockSize}", nameof(matches));
        return path switch
        {
            KernelPath.Vector512 => FindMatches<BitLanes512, Vector512<ulong>>(bounded, patients, filters, threshold, ref cursor, matches),
            KernelPath.Vector256 => FindMatches<BitLanes256, Vector256<ulong>>(bounded, patients, filters, threshold, ref cursor, matches),
            KernelPath.Vector128 => FindMatches<BitLanes128, Vector128<ulong>>(bounded, patients, filters, threshold, ref cursor, matches),
            _ => FindMatches<BitLanes64, ulong>(bounded, patients, filters, threshold, ref cursor, matches),
        };
    }

    [SkipLocalsInit]
    private static void CountBoth<TLanes, TVector>(ReadOnlySpan<ushort> rows, ref byte block, Span<ushort> both)
        where TLanes : struct, IBitLanes<TVector>
        where TVector : struct
    {
        Unsafe.SkipInit(out BitPlanes<TVector> planes);
        for (var strip = 0; strip < FilterBlocks.RowBytes; strip += TLanes.Size)
        {
            BitCounter<TLanes, TVector>.Count(ref Unsafe.Add(ref block, strip), ref MemoryMarshal.GetReference(rows), rows.Length, 0, leavesEarly: false, ref planes[0]);
            BitCounter<TLanes, TVector>.Write(ref planes[0], ref both[strip]);
        }
    }

    [SkipLocalsInit]
    private static int FindMatches<TLanes, TVector>(
        bool bounded, FilterTile patients, FilterBlocks filters, DiceThreshold threshold, ref FilterCursor cursor, Span<FilterMatch> matches)
        where TLanes : struct, IBitLanes<TVector>
        where TVector : struct
    {
        Unsafe.SkipInit(out BitPlanes<TVector> planes);
        var found = 0;
        for (; cursor.Block < cursor.EndBlock; cursor.Block++, cursor.Patient = 0)
        {
            ref var block = ref filters.Block(cursor.Block);
            var (fewest, most) = filters.Bounds(cursor.Block);
            for (; cursor.Patient < patients.Count; cursor.Patient++)
            {
                var rows = patients.RowsOf(cursor.Patient);
                if (patients.Count >= FewestToPrefetch)
                    filters.Prefetch(cursor.Block + 1, cursor.Patient, patients.Count);
                // As good as it gets: a filter of as many bits, or as near to as many as the block has, all of them shared.
                var nearest = Math.Clamp(rows.Length, fewest, most);
                if (bounded && threshold.LeastBoth(rows.Length, nearest) > Math.Min(rows.Length, nearest))
                    continue;
                if (matches.Length - found < FilterBlocks.BlockSize)
                    return found;
                var least = threshold.LeastBoth(rows.Length, fewest);
                for (var strip = 0; strip < FilterBlocks.RowBytes; strip += TLanes.Size)
                {
                    if (!BitCounter<TLanes, TVector>.Count(ref Unsafe.Add(ref block, strip), ref MemoryMarshal.GetReference(rows), rows.Length, least, bounded, ref planes[0]))
                        continue;
                    var reached = BitCounter<TLanes, TVector>.AtLeast(ref planes[0], least);
                    if (!TLanes.IsZero(reached))
                        found += Take<TLanes, TVector>(ref reached, ref planes, patients.Bits(cursor.Patient), cursor, strip, filters, threshold, matches[found..]);
                }
            }
        }

        return found;
    }

    // The lanes that reach what the block's smallest filter needs; of larger ones more is asked.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Take<TLanes, TVector>(
        ref TVector reached, ref BitPlanes<TVector> planes, int bits, in FilterCursor cursor, int strip, FilterBlocks filters, DiceThreshold threshold, Span<FilterMatch> matches)
        where TLanes : struct, IBitLanes<TVector>
        where TVector : struct
    {
        var found = 0;
        ref var lanes = ref Unsafe.As<TVector, ulong>(ref reached);
        ref var counts = ref Unsafe.As<BitPlanes<TVector>, ulong>(ref planes);
        var first = cursor.Block * FilterBlocks.BlockSize;
        for (var word = 0; word < TLanes.Size / 8; word++)
        {
            for (var left = Unsafe.Add(ref lanes, word); left != 0; left &= left - 1)
            {
                var lane = BitOperations.TrailingZeroCount(left);
                var place = first + (64 * (lane % 8)) + strip + (8 * word) + (lane / 8);
                if (place >= filters.Count)
                    continue;
                var both = 0;
                for (var plane = 0; plane < BitCounter<TLanes, TVector>.Planes; plane++)
                    both |= (int)((Unsafe.Add(ref counts, (plane * (TLanes.Size / 8)) + word) >> lane) & 1) << plane;
                if (both >= threshold.LeastBoth(bits, filters.Bits[place]))
                    matches[found++] = new FilterMatch(cursor.Patient, filters.Rows[place], both);
            }
        }

        return found;
    }

    [InlineArray(11)]
    private struct BitPlanes<TVector>
        where TVector : struct
    {
        private TVector _first;
    }
}
