using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Linkage.Kernels;

/// <summary>Smallest and largest number of a column.</summary>
public static class Extremes
{
    /// <summary>Smallest and largest of at least one number.</summary>
    public static (int Min, int Max) Of(ReadOnlySpan<int> values) => Of(KernelDispatch.Extremes, values);

    /// <summary>Smallest and largest of at least one number.</summary>
    public static (long Min, long Max) Of(ReadOnlySpan<long> values) => Of(KernelDispatch.Extremes, values);

    /// <summary>Smallest and largest of doubles given by their bits, NaN left out; +∞ and −∞ when nothing is left. Zeros of either sign are equal.</summary>
    public static (double Min, double Max) OfDoubles(ReadOnlySpan<long> bits) => Of(KernelDispatch.Extremes, MemoryMarshal.Cast<long, double>(bits), double.PositiveInfinity, double.NegativeInfinity);

    /// <summary>How many of these doubles, given by their bits, are NaN, of either sign and with any payload.</summary>
    public static int CountNaN(ReadOnlySpan<long> bits) => CountNaN(KernelDispatch.Extremes, MemoryMarshal.Cast<long, double>(bits));

    // Nothing but NaN differs from itself.
    internal static int CountNaN(KernelPath path, ReadOnlySpan<double> values)
    {
        ref var from = ref MemoryMarshal.GetReference(values);
        int at = 0, numbers = 0;
        if (path >= KernelPath.Vector512)
        {
            for (; at + Vector512<double>.Count <= values.Length; at += Vector512<double>.Count)
            {
                var some = Vector512.LoadUnsafe(ref from, (nuint)at);
                numbers += BitOperations.PopCount(Vector512.Equals(some, some).ExtractMostSignificantBits());
            }
        }
        else if (path >= KernelPath.Vector256)
        {
            for (; at + Vector256<double>.Count <= values.Length; at += Vector256<double>.Count)
            {
                var some = Vector256.LoadUnsafe(ref from, (nuint)at);
                numbers += BitOperations.PopCount(Vector256.Equals(some, some).ExtractMostSignificantBits());
            }
        }

        for (; at < values.Length; at++)
            numbers += double.IsNaN(values[at]) ? 0 : 1;
        return values.Length - numbers;
    }

    internal static (T Min, T Max) Of<T>(KernelPath path, ReadOnlySpan<T> values)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        if (values.IsEmpty)
            throw new ArgumentException("there is no smallest of nothing", nameof(values));
        return Of(path, values, T.MaxValue, T.MinValue);
    }

    // Comparisons with NaN are false, so it never gets in: no Min or Max, which would let it in.
    internal static (T Min, T Max) Of<T>(KernelPath path, ReadOnlySpan<T> values, T min, T max)
        where T : unmanaged, INumber<T>
    {
        ref var from = ref MemoryMarshal.GetReference(values);
        var at = 0;
        if (path >= KernelPath.Vector512 && values.Length >= Vector512<T>.Count)
        {
            var (mins, maxs) = (Vector512.Create(min), Vector512.Create(max));
            for (; at + Vector512<T>.Count <= values.Length; at += Vector512<T>.Count)
            {
                var some = Vector512.LoadUnsafe(ref from, (nuint)at);
                mins = Vector512.ConditionalSelect(Vector512.LessThan(some, mins), some, mins);
                maxs = Vector512.ConditionalSelect(Vector512.GreaterThan(some, maxs), some, maxs);
            }

            for (var lane = 0; lane < Vector512<T>.Count; lane++)
                Extend(ref min, ref max, mins[lane], maxs[lane]);
        }
        else if (path >= KernelPath.Vector256 && values.Length >= Vector256<T>.Count)
        {
            var (mins, maxs) = (Vector256.Create(min), Vector256.Create(max));
            for (; at + Vector256<T>.Count <= values.Length; at += Vector256<T>.Count)
            {
                var some = Vector256.LoadUnsafe(ref from, (nuint)at);
                mins = Vector256.ConditionalSelect(Vector256.LessThan(some, mins), some, mins);
                maxs = Vector256.ConditionalSelect(Vector256.GreaterThan(some, maxs), some, maxs);
            }

            for (var lane = 0; lane < Vector256<T>.Count; lane++)
                Extend(ref min, ref max, mins[lane], maxs[lane]);
        }

        for (; at < values.Length; at++)
            Extend(ref min, ref max, values[at], values[at]);
        return (min, max);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Extend<T>(ref T min, ref T max, T low, T high)
        where T : INumber<T>
    {
        min = low < min ? low : min;
        max = high > max ? high : max;
    }
}
