using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Linkage.Kernels;

/// <summary>Runs of equal neighbours in a column of ids.</summary>
public static class Runs
{
    /// <summary>Number of runs.</summary>
    /// <param name="ids">The column.</param>
    /// <param name="descends">Whether an id is smaller than the one before.</param>
    public static int Count(ReadOnlySpan<int> ids, out bool descends) => Count(KernelDispatch.Runs, ids, out descends);

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
}
