using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Linkage.Kernels;

/// <summary>
/// Many look-ups of a <see cref="TokenProbe"/> at once. By itself a look-up is two waits for memory one after the other: for the bucket, then for the row its tag points to. Here
/// the look-ups go in blocks through the stages of a pipeline: ask for their buckets; compare the tags and ask for their rows; go on in the next bucket where the first was full; confirm.
/// Between two stages of a block lie the stages of its neighbours, and meanwhile memory answers.
/// </summary>
/// <remarks>
/// A hit is as likely as a miss, so no stage branches on it: a miss compares the token with row 0 and throws the answer away. Only what is rare branches: an empty token, a tag that is another
/// token's, and damage. All stages in one loop would need more registers than there are.
/// </remarks>
internal readonly unsafe ref struct TokenBatch
{
    // Look-ups of a block, and so between asking for a bucket and reading it. From 32 to 128 there is no difference that could be measured, 16 are too few (docs/kernels.md).
    private const int Block = 64;

    private readonly ulong* _tokens;
    private readonly int* _found;
    private readonly int _count;
    private readonly TokenBucket* _buckets;
    private readonly long _bucketCount;
    private readonly byte* _rows;
    private readonly nint _stride;
    private readonly uint _rowLimit;

    /// <summary>A batch.</summary>
    /// <param name="tokens">Two words each.</param>
    /// <param name="found">Takes a row number for each token.</param>
    /// <param name="count">Number of tokens.</param>
    /// <param name="buckets">The table; not empty.</param>
    /// <param name="rows">The first row's token.</param>
    /// <param name="stride">Bytes from a row's token to the next one's.</param>
    /// <param name="rowCount">Number of rows.</param>
    public TokenBatch(ulong* tokens, int* found, int count, MappedSpan<TokenBucket> buckets, byte* rows, int stride, long rowCount)
    {
        _tokens = tokens;
        _found = found;
        _count = count;
        _buckets = buckets.Start;
        _bucketCount = buckets.Length;
        // Without rows a miss still reads some token to throw away.
        _rows = rowCount == 0 ? (byte*)tokens : rows;
        _stride = stride;
        _rowLimit = (uint)Math.Min(rowCount, 1L << 31);
    }

    /// <summary>Finds the row of every token, −1 where there is none; false when a tag on the way pointed outside the rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Find<TMatch>()
        where TMatch : ITagMatch
    {
        // Those of the block that is looked at in this step, and of the one before: they take turns.
        var late = stackalloc int[2 * Block];
        var lateCount = 0;
        var sound = true;
        Ask(0, End(0));
        for (nint at = 0; at < _count + (2 * Block); at += Block)
        {
            var earlier = late + (~at & Block);
            var earlierCount = lateCount;
            lateCount = Look<TMatch>(at, End(at), late + (at & Block), ref sound);
            LookOn<TMatch>(earlier, earlierCount, ref sound);
            Confirm<TMatch>(at - (2 * Block), End(at - (2 * Block)), ref sound);
        }

        return sound;
    }

    // There are no blocks before the first, and none behind the last.
    private nint End(nint start) => start < 0 ? start : Math.Min(start + Block, _count);

    /// <summary>Asks for the buckets of the first block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Ask(nint start, nint end)
    {
        var tokens = _tokens;
        var buckets = _buckets;
        var bucketCount = (ulong)_bucketCount;
        for (var i = start; i < end; i++)
            Prefetch(buckets + Home(tokens[2 * i], bucketCount));
    }

    /// <summary>
    /// Compares the tags of a block's buckets and asks for the rows, and for the buckets of the next block. Gives the look-ups that must go on in the next bucket, which it asks for, and their number.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Look<TMatch>(nint start, nint end, int* late, ref bool sound)
        where TMatch : ITagMatch
    {
        var tokens = _tokens;
        var found = _found;
        var buckets = _buckets;
        var bucketCount = (ulong)_bucketCount;
        var rows = _rows;
        var stride = _stride;
        var rowLimit = _rowLimit;
        nint last = _count - 1;
        nint lateCount = 0;
        for (var i = start; i < end; i++)
        {
            // The next block's bucket, here and not in a loop of its own: the processor then has tags to compare while it walks page tables for the address.
            Prefetch(buckets + Home(tokens[2 * Math.Min(i + Block, last)], bucketCount));
            var hash = tokens[2 * i];
            if ((hash | tokens[(2 * i) + 1]) == 0)
            {
                found[i] = -1;
                continue;
            }

            var bucket = buckets + Home(hash, bucketCount);
            var slots = Slots<TMatch>(bucket, hash, out var empty);
            // −1 where there is none, 0 where there is one: arithmetic in place of a branch that would go wrong every other time.
            var none = ((int)slots - 1) >> 31;
            var value = Value(bucket, slots);
            var row = value & (uint)~none;
            found[i] = (int)value | none;
            Prefetch(rows + ((nint)row * stride));
            // Likewise: written in any case, kept where the bucket neither has the tag nor ends the search.
            late[lateCount] = (int)i;
            lateCount += (nint)(((slots | empty) - 1) >> 31);
            if (row >= rowLimit)
                sound &= Search<TMatch>(i);
        }

        for (var i = 0; i < lateCount; i++)
            Prefetch(Next(buckets + Home(tokens[2 * (nint)late[i]], bucketCount)));
        return (int)lateCount;
    }

    /// <summary>The same for look-ups whose first bucket was full of other tags.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LookOn<TMatch>(int* late, int count, ref bool sound)
        where TMatch : ITagMatch
    {
        for (var k = 0; k < count; k++)
        {
            nint i = late[k];
            var hash = _tokens[2 * i];
            var bucket = Next(_buckets + Home(hash, (ulong)_bucketCount));
            var slots = Slots<TMatch>(bucket, hash, out var empty);
            var none = ((int)slots - 1) >> 31;
            var value = Value(bucket, slots);
            var row = value & (uint)~none;
            _found[i] = (int)value | none;
            Prefetch(_rows + ((nint)row * _stride));
            if ((slots | empty) == 0 || row >= _rowLimit)
                sound &= Search<TMatch>(i);
        }
    }

    /// <summary>Compares the whole tokens of a block with those of the rows found.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Confirm<TMatch>(nint start, nint end, ref bool sound)
        where TMatch : ITagMatch
    {
        var tokens = _tokens;
        var found = _found;
        var rows = _rows;
        var stride = _stride;
        for (var i = start; i < end; i++)
        {
            var none = (long)(found[i] >> 31);
            var token = (ulong*)(rows + ((found[i] & (nint)~none) * stride));
            if ((((token[0] ^ tokens[2 * i]) | (token[1] ^ tokens[(2 * i) + 1])) & (ulong)~none) != 0)
                sound &= Search<TMatch>(i);
        }
    }

    // The high half of hash × buckets spreads evenly over any number of buckets, not only powers of two.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Home(ulong hash, ulong bucketCount) => (nint)(Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(hash, bucketCount) : Math.BigMul(hash, bucketCount, out _));

    /// <summary>The slots of a bucket with a hash's tag, a bit each; and those that are empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Slots<TMatch>(TokenBucket* bucket, ulong hash, out uint empty)
        where TMatch : ITagMatch
    {
        var equal = TMatch.Match(bucket, TokenProbe.TagOf(hash), out empty);
        // What lies behind an empty slot does not count.
        return equal & ~empty & (empty - 1);
    }

    /// <summary>Value of the first of the slots; any value where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Value(TokenBucket* bucket, uint slots) =>
        ((uint*)bucket)[TokenBucket.Slots + (BitOperations.TrailingZeroCount(slots) & (TokenBucket.Slots - 1))];

    // Into the second-level cache: the first level waits for sixteen or so lines at a time, the second for three times as many.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch1(address);
    }

    private TokenBucket* Next(TokenBucket* bucket) => ++bucket == _buckets + _bucketCount ? _buckets : bucket;

    /// <summary>The whole search for one token, bucket by bucket and tag by tag.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Search<TMatch>(nint i)
        where TMatch : ITagMatch
    {
        var sound = true;
        var token = _tokens + (2 * i);
        var bucket = _buckets + Home(token[0], (ulong)_bucketCount);
        _found[i] = -1;
        // A damaged table may have no empty slot.
        for (var left = _bucketCount; left > 0; left--)
        {
            for (var slots = Slots<TMatch>(bucket, token[0], out var empty); ; slots &= slots - 1)
            {
                if (slots == 0)
                {
                    if (empty != 0)
                        return sound;
                    break;
                }

                var row = Value(bucket, slots);
                if (row >= _rowLimit)
                {
                    sound = false;
                    continue;
                }

                var other = (ulong*)(_rows + ((nint)row * _stride));
                if (other[0] == token[0] && other[1] == token[1])
                {
                    _found[i] = (int)row;
                    return sound;
                }
            }

            bucket = Next(bucket);
        }

        return sound;
    }
}
