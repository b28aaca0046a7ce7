using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Linkage.Kernels;

/// <summary>
/// One block of Parquet's DELTA_BINARY_PACKED: differences of neighbours, less the smallest of them, and the bits that each quarter of them needs.
/// Differences wrap around, as the format says.
/// </summary>
/// <remarks>https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC</remarks>
public static class DeltaBlock
{
    /// <summary>Differences of a block.</summary>
    public const int Size = 128;

    /// <summary>Differences of a miniblock.</summary>
    public const int MiniSize = 32;

    /// <summary>Miniblocks of a block.</summary>
    public const int Minis = Size / MiniSize;

    /// <summary>Computes a block.</summary>
    /// <param name="values">2 to 129 numbers: the one before the block, then the block's.</param>
    /// <param name="deltas">128 differences less the smallest; behind those that there are, zeros.</param>
    /// <param name="widths">Bits that each miniblock's differences need; 0 where there are none.</param>
    /// <returns>The smallest difference.</returns>
    public static int Compute(ReadOnlySpan<int> values, Span<int> deltas, Span<byte> widths) => Compute(KernelDispatch.DeltaBlock, values, deltas, widths);

    /// <summary>The same for 64 bits.</summary>
    public static long Compute(ReadOnlySpan<long> values, Span<long> deltas, Span<byte> widths) => Compute(KernelDispatch.DeltaBlock, values, deltas, widths);

    internal static int Compute(KernelPath path, ReadOnlySpan<int> values, Span<int> deltas, Span<byte> widths)
    {
        Check(values.Length, deltas.Length, widths.Length);
        if (path >= KernelPath.Vector256 && values.Length == Size + 1)
            return ComputeVector256<int, uint>(ref MemoryMarshal.GetReference(values), ref MemoryMarshal.GetReference(deltas), widths);
        return ComputeScalar<int, uint>(values, deltas, widths);
    }

    internal static long Compute(KernelPath path, ReadOnlySpan<long> values, Span<long> deltas, Span<byte> widths)
    {
        Check(values.Length, deltas.Length, widths.Length);
        if (path >= KernelPath.Vector256 && values.Length == Size + 1)
            return ComputeVector256<long, ulong>(ref MemoryMarshal.GetReference(values), ref MemoryMarshal.GetReference(deltas), widths);
        return ComputeScalar<long, ulong>(values, deltas, widths);
    }

    private static void Check(int values, int deltas, int widths)
    {
        if (values is < 2 or > Size + 1)
            throw new ArgumentOutOfRangeException(nameof(values), values, $"must be in 2..{Size + 1}");
        ArgumentOutOfRangeException.ThrowIfLessThan(deltas, Size);
        ArgumentOutOfRangeException.ThrowIfLessThan(widths, Minis);
    }

    private static T ComputeScalar<T, TBits>(ReadOnlySpan<T> values, Span<T> deltas, Span<byte> widths)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        where TBits : unmanaged, IBinaryInteger<TBits>
    {
        var min = T.MaxValue;
        for (var i = 1; i < values.Length; i++)
        {
            var delta = unchecked(values[i] - values[i - 1]);
            deltas[i - 1] = delta;
            min = T.Min(min, delta);
        }

        deltas[(values.Length - 1)..Size].Clear();
        widths[..Minis].Clear();
        for (var i = 0; i < values.Length - 1; i++)
        {
            deltas[i] = unchecked(deltas[i] - min);
            var bits = (byte)TBits.CreateTruncating(deltas[i]).GetShortestBitLength();
            widths[i / MiniSize] = Math.Max(widths[i / MiniSize], bits);
        }

        return min;
    }

    private static T ComputeVector256<T, TBits>(ref T values, ref T deltas, Span<byte> widths)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        where TBits : unmanaged, IBinaryInteger<TBits>
    {
        var mins = Vector256.Create(T.MaxValue);
        for (var i = 0; i < Size; i += Vector256<T>.Count)
        {
            var delta = Vector256.LoadUnsafe(ref values, (nuint)(i + 1)) - Vector256.LoadUnsafe(ref values, (nuint)i);
            delta.StoreUnsafe(ref deltas, (nuint)i);
            mins = Vector256.Min(mins, delta);
        }

        var min = mins[0];
        for (var lane = 1; lane < Vector256<T>.Count; lane++)
            min = T.Min(min, mins[lane]);
        var all = Vector256.Create(min);
        for (var mini = 0; mini < Minis; mini++)
        {
            var union = Vector256<T>.Zero;
            for (var i = mini * MiniSize; i < (mini + 1) * MiniSize; i += Vector256<T>.Count)
            {
                var delta = Vector256.LoadUnsafe(ref deltas, (nuint)i) - all;
                delta.StoreUnsafe(ref deltas, (nuint)i);
                union |= delta;
            }

            var bits = T.Zero;
            for (var lane = 0; lane < Vector256<T>.Count; lane++)
                bits |= union[lane];
            widths[mini] = (byte)TBits.CreateTruncating(bits).GetShortestBitLength();
        }

        return min;
    }
}
