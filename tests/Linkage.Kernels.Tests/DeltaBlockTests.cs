using System.Numerics;

namespace Linkage.Kernels.Tests;

public sealed class DeltaBlockTests
{
    public static TheoryData<KernelPath> Paths => KernelDispatchTests.Paths;

    [Theory]
    [MemberData(nameof(Paths))]
    public void Differences_less_their_smallest_come_back_at_every_length(KernelPath path)
    {
        var random = new Random(3);
        foreach (var length in (int[])[2, 3, 31, 32, 33, 34, 64, 65, 96, 97, 128, 129])
        {
            foreach (var spread in (long[])[0, 1, 100, int.MaxValue, long.MaxValue])
            {
                var wide = new long[length];
                for (var i = 0; i < length; i++)
                    wide[i] = spread == long.MaxValue ? random.NextInt64(long.MinValue, long.MaxValue) : random.NextInt64(-spread, spread + 1);
                Check<long, ulong>(wide, (values, deltas, widths) => DeltaBlock.Compute(path, values, deltas, widths));
                Check<int, uint>([.. wide.Select(value => unchecked((int)value))], (values, deltas, widths) => DeltaBlock.Compute(path, values, deltas, widths));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Extremes_wrap_around(KernelPath path)
    {
        Check<int, uint>([.. Enumerable.Range(0, 129).Select(i => i % 2 == 0 ? int.MinValue : int.MaxValue)], (values, deltas, widths) => DeltaBlock.Compute(path, values, deltas, widths));
        Check<long, ulong>([.. Enumerable.Range(0, 129).Select(i => i % 3 == 0 ? long.MinValue : long.MaxValue)], (values, deltas, widths) => DeltaBlock.Compute(path, values, deltas, widths));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(130)]
    public void A_block_has_2_to_129_numbers(int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DeltaBlock.Compute(new int[length], new int[DeltaBlock.Size], new byte[DeltaBlock.Minis]));

    private delegate T Computation<T>(ReadOnlySpan<T> values, Span<T> deltas, Span<byte> widths);

    private static void Check<T, TBits>(T[] values, Computation<T> compute)
        where T : unmanaged, IBinaryInteger<T>
        where TBits : unmanaged, IBinaryInteger<TBits>
    {
        var deltas = new T[DeltaBlock.Size];
        var widths = new byte[DeltaBlock.Minis];
        deltas.AsSpan().Fill(T.One);
        widths.AsSpan().Fill(99);
        var min = compute(values, deltas, widths);
        var value = values[0];
        for (var i = 1; i < values.Length; i++)
        {
            value = unchecked(value + min + deltas[i - 1]);
            Assert.Equal(values[i], value);
        }

        Assert.Contains(T.Zero, deltas[..(values.Length - 1)]);
        Assert.All(deltas[(values.Length - 1)..], delta => Assert.Equal(T.Zero, delta));
        for (var mini = 0; mini < DeltaBlock.Minis; mini++)
        {
            var widest = deltas.Skip(mini * DeltaBlock.MiniSize).Take(DeltaBlock.MiniSize).Max(delta => TBits.CreateTruncating(delta).GetShortestBitLength());
            Assert.Equal(widest, widths[mini]);
        }
    }
}
