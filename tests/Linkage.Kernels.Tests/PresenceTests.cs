using System.Runtime.InteropServices;

namespace Linkage.Kernels.Tests;

public sealed class PresenceTests
{
    private static readonly int[] Lengths = [0, 1, 7, 8, 9, 15, 16, 17, 19, 31, 32, 33, 35, 63, 64, 65, 67, 131, 1000];

    public static TheoryData<KernelPath> Paths => KernelDispatchTests.Paths;

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Bits_are_the_rows_with_a_value(KernelPath path)
    {
        using var memory = new GuardedMemory(2000);
        foreach (var (present, _) in Rows(1))
        {
            var rows = memory.AtEnd(present.Length);
            MemoryMarshal.AsBytes(present.AsSpan()).CopyTo(rows);
            var bits = new byte[((present.Length + 7) / 8) + 1];
            bits.AsSpan().Fill(0xA5);
            Presence.Pack(path, MemoryMarshal.Cast<byte, bool>(rows), bits);
            for (var i = 0; i < (bits.Length - 1) * 8; i++)
                Assert.Equal(i < present.Length && present[i], (bits[i / 8] >> (i % 8) & 1) != 0);
            Assert.Equal(0xA5, bits[^1]);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Values_move_together_in_order_and_within_their_room(KernelPath path)
    {
        var random = new Random(2);
        using var from = new GuardedMemory(8000);
        using var to = new GuardedMemory(8000);
        foreach (var (present, count) in Rows(3))
        {
            var length = present.Length;
            var longs = MemoryMarshal.Cast<byte, long>(from.AtEnd(length * sizeof(long)));
            random.NextBytes(MemoryMarshal.AsBytes(longs));
            var dense = MemoryMarshal.Cast<byte, long>(to.AtEnd(length * sizeof(long)));
            Assert.Equal(count, Presence.Gather<long>(path, longs, present, dense));
            Assert.Equal(longs.ToArray().Where((_, i) => present[i]), dense[..count].ToArray());

            var ints = MemoryMarshal.Cast<byte, int>(from.AtEnd(length * sizeof(int)));
            random.NextBytes(MemoryMarshal.AsBytes(ints));
            var denseInts = MemoryMarshal.Cast<byte, int>(to.AtEnd(length * sizeof(int)));
            Assert.Equal(count, Presence.Gather<int>(path, ints, present, denseInts));
            Assert.Equal(ints.ToArray().Where((_, i) => present[i]), denseInts[..count].ToArray());
        }
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Presence.Gather([1, 2], [true], new int[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Presence.Gather([1, 2], [true, true], new int[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Presence.Pack(new bool[9], new byte[1]));
    }

    private static IEnumerable<(bool[] Present, int Count)> Rows(int seed)
    {
        var random = new Random(seed);
        foreach (var length in Lengths)
        {
            foreach (var rate in (double[])[0, 0.01, 0.3, 0.5, 0.99, 1])
            {
                var present = new bool[length];
                for (var i = 0; i < length; i++)
                    present[i] = random.NextDouble() < rate;
                yield return (present, present.Count(row => row));
            }
        }
    }
}
