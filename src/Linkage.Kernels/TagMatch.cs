using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Linkage.Kernels;

/// <summary>Compares the eight tags of a bucket with one tag. A type of its own for each path, so that the compiler makes one search loop for each.</summary>
internal unsafe interface ITagMatch
{
    /// <summary>A bit for each slot, the first lowest: those with the tag, and those that are empty.</summary>
    static abstract uint Match(TokenBucket* bucket, uint tag, out uint empty);
}

/// <summary>One tag after the other.</summary>
internal readonly unsafe struct ScalarTagMatch : ITagMatch
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Match(TokenBucket* bucket, uint tag, out uint empty)
    {
        var tags = (uint*)bucket;
        uint equal = 0;
        empty = 0;
        for (var slot = 0; slot < TokenBucket.Slots; slot++)
        {
            equal |= (tags[slot] == tag ? 1u : 0) << slot;
            empty |= (tags[slot] == 0 ? 1u : 0) << slot;
        }

        return equal;
    }
}

/// <summary>Four tags, twice.</summary>
internal readonly unsafe struct TagMatch128 : ITagMatch
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Match(TokenBucket* bucket, uint tag, out uint empty)
    {
        var low = Vector128.Load((uint*)bucket);
        var high = Vector128.Load((uint*)bucket + Vector128<uint>.Count);
        var wanted = Vector128.Create(tag);
        empty = Bits(Vector128.Equals(low, Vector128<uint>.Zero), Vector128.Equals(high, Vector128<uint>.Zero));
        return Bits(Vector128.Equals(low, wanted), Vector128.Equals(high, wanted));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Bits(Vector128<uint> low, Vector128<uint> high) => low.ExtractMostSignificantBits() | (high.ExtractMostSignificantBits() << Vector128<uint>.Count);
}

/// <summary>All eight at once.</summary>
internal readonly unsafe struct TagMatch256 : ITagMatch
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Match(TokenBucket* bucket, uint tag, out uint empty)
    {
        var tags = Vector256.Load((uint*)bucket);
        empty = Vector256.Equals(tags, Vector256<uint>.Zero).ExtractMostSignificantBits();
        return Vector256.Equals(tags, Vector256.Create(tag)).ExtractMostSignificantBits();
    }
}
