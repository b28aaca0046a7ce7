using System.Runtime.InteropServices;

namespace Linkage.Kernels.Tests;

public sealed class ExtremesTests
{
    private static readonly int[] Lengths = [1, 3, 4, 5, 7, 8, 9, 11, 15, 16, 17, 19, 31, 33, 35, 100];

    public static TheoryData<KernelPath> Paths => KernelDispatchTests.Paths;

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Integers_have_their_smallest_and_largest(KernelPath path)
    {
        var random = new Random(4);
        using var memory = new GuardedMemory(1000);
        foreach (var length in Lengths)
        {
            for (var round = 0; round < 20; round++)
            {
                var ints = MemoryMarshal.Cast<byte, int>(memory.AtEnd(length * sizeof(int)));
                random.NextBytes(MemoryMarshal.AsBytes(ints));
                ints[random.Next(length)] = round == 0 ? int.MinValue : round == 1 ? int.MaxValue : 5;
                Assert.Equal((ints.ToArray().Min(), ints.ToArray().Max()), Extremes.Of<int>(path, ints));
                var longs = MemoryMarshal.Cast<byte, long>(memory.AtEnd(length * sizeof(long)));
                random.NextBytes(MemoryMarshal.AsBytes(longs));
                Assert.Equal((longs.ToArray().Min(), longs.ToArray().Max()), Extremes.Of<long>(path, longs));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Doubles_leave_nan_out(KernelPath path)
    {
        var random = new Random(5);
        double[] special = [double.NaN, -double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.0, -0.0, 1, -1];
        foreach (var length in Lengths)
        {
            for (var round = 0; round < 50; round++)
            {
                var values = new double[length];
                for (var i = 0; i < length; i++)
                    values[i] = special[random.Next(1 + (round % special.Length))];
                var (min, max) = Extremes.Of<double>(path, values, double.PositiveInfinity, double.NegativeInfinity);
                var numbers = values.Where(value => !double.IsNaN(value)).ToArray();
                Assert.Equal(length - numbers.Length, Extremes.CountNaN(path, values));
                Assert.Equal(numbers.Length == 0 ? double.PositiveInfinity : numbers.Min(), min, 0.0);
                Assert.Equal(numbers.Length == 0 ? double.NegativeInfinity : numbers.Max(), max, 0.0);
            }
        }
    }

    [Fact]
    public void There_is_no_smallest_of_nothing() => Assert.Throws<ArgumentException>(() => Extremes.Of(ReadOnlySpan<int>.Empty));
}
