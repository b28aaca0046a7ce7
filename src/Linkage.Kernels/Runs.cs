using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Linkage.Kernels;

/// <summary>Runs of equal neighbours in a column of ids.</summary>
public static class Runs
{
    /// <summary>Number of runs.</summary>
    /// <param name="ids">The column.</param>
    /// <param name="descends">Whether an id is smaller than the one before.</param>
    public static int Count(ReadOnlySpan<int> ids, out bool descends) => Count(KernelDispatch.RunCount, ids, out descends);

    internal static int Count(KernelPath path, ReadOnlySpan<int> ids, out bool descends)
    {
        descends = false;
        if (ids.IsEmpty)
            return 0;
        ref var first = ref MemoryMarshal.GetReference(ids);
        var runs = 1;
        var at = 1;
        if (path >= KernelPath.Vector256)
        {
            var falls = Vector256<int>.Zero;
            for (; at + Vector256<int>.Count <= ids.Length; at += Vector256<int>.Count)
            {
                var (before, now) = (Vector256.LoadUnsafe(ref first, (nuint)(at - 1)), Vector256.LoadUnsafe(ref first, (nuint)at));
                runs += Vector256<int>.Count - BitOperations.PopCount(Vector256.Equals(now, before).ExtractMostSignificantBits());
                falls |= Vector256.LessThan(now, before);
            }

            descends = falls != Vector256<int>.Zero;
        }

        for (; at < ids.Length; at++)
        {
            var (before, now) = (Unsafe.Add(ref first, at - 1), Unsafe.Add(ref first, at));
            runs += now == before ? 0 : 1;
            descends |= now < before;
        }

        return runs;
    }

    /// <summary>Finds where runs end.</summary>
    /// <param name="ids">The column.</param>
    /// <param name="ends">As long as <paramref name="ids"/>: gets, run by run, the position behind its last id.</param>
    /// <returns>Number of runs.</returns>
    public static int Find(ReadOnlySpan<int> ids, Span<int> ends) => Find(KernelDispatch.RunEnds, ids, ends);

    internal static int Find(KernelPath path, ReadOnlySpan<int> ids, Span<int> ends)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ends.Length, ids.Length, nameof(ends));
        if (ids.IsEmpty)
            return 0;
        ref var first = ref MemoryMarshal.GetReference(ids);
        ref var to = ref MemoryMarshal.GetReference(ends);
        var (at, runs) = (0, 0);
        // Whole vectors are stored, but never behind the position they speak of: there are no more runs than ids.
        if (path >= KernelPath.Vector512)
        {
            var behind = Vector512<int>.Indices + Vector512<int>.One;
            for (; at + Vector512<int>.Count < ids.Length; at += Vector512<int>.Count)
            {
                var ended = ~Vector512.Equals(Vector512.LoadUnsafe(ref first, (nuint)at), Vector512.LoadUnsafe(ref first, (nuint)(at + 1)));
                Avx512F.Compress(Vector512<int>.Zero, ended, behind + Vector512.Create(at)).StoreUnsafe(ref to, (nuint)runs);
                runs += BitOperations.PopCount((uint)ended.ExtractMostSignificantBits());
            }
        }
        else if (path >= KernelPath.Vector256)
        {
            for (; at + Vector256<int>.Count < ids.Length; at += Vector256<int>.Count)
            {
                var same = Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)at), Vector256.LoadUnsafe(ref first, (nuint)(at + 1)));
                var ended = ~same.ExtractMostSignificantBits() & 0xFF;
                (Presence.PlacesOf(ended) + Vector256.Create(at + 1)).StoreUnsafe(ref to, (nuint)runs);
                runs += BitOperations.PopCount(ended);
            }
        }

        for (; at < ids.Length; at++)
        {
            Unsafe.Add(ref to, runs) = at + 1;
            runs += at + 1 == ids.Length || Unsafe.Add(ref first, at) != Unsafe.Add(ref first, at + 1) ? 1 : 0;
        }

        return runs;
    }
}
