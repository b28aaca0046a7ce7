using System.Runtime.InteropServices;

namespace Linkage.Kernels.Tests;

public sealed class RunsTests
{
    public static TheoryData<KernelPath> Paths => KernelDispatchTests.Paths;

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Runs_are_counted(KernelPath path)
    {
        var random = new Random(6);
        using var memory = new GuardedMemory(1000);
        foreach (var length in (int[])[0, 1, 2, 7, 8, 9, 10, 16, 17, 18, 33, 35, 250])
        {
            foreach (var change in (int[])[1, 2, 5, 1000])
            {
                var ids = MemoryMarshal.Cast<byte, int>(memory.AtEnd(length * sizeof(int)));
                var runs = 0;
                for (var i = 0; i < length; i++)
                {
                    var another = i == 0 || random.Next(change) == 0;
                    ids[i] = another ? (i == 0 ? -1 : ids[i - 1] + 1) : ids[i - 1];
                    runs += another ? 1 : 0;
                }

                Assert.Equal(runs, Runs.Count(path, ids, out var descends));
                Assert.False(descends);
                for (var i = 1; i < length; i += 1 + (length / 20))
                {
                    var kept = ids[i];
                    ids[i] = ids[i - 1] - 1;
                    Runs.Count(path, ids, out descends);
                    Assert.True(descends, $"a fall at {i} of {length}");
                    ids[i] = kept;
                }
            }
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Runs_end_where_the_next_begins(KernelPath path)
    {
        var random = new Random(7);
        using var memory = new GuardedMemory(1000);
        using var found = new GuardedMemory(1000);
        foreach (var length in (int[])[0, 1, 2, 7, 8, 9, 10, 15, 16, 17, 18, 33, 35, 250])
        {
            foreach (var change in (int[])[1, 2, 5, 1000])
            {
                var ids = MemoryMarshal.Cast<byte, int>(memory.AtEnd(length * sizeof(int)));
                var expected = new List<int>();
                for (var i = 0; i < length; i++)
                {
                    ids[i] = i > 0 && random.Next(change) > 0 ? ids[i - 1] : random.Next();
                    if (i > 0 && ids[i] != ids[i - 1])
                        expected.Add(i);
                }

                if (length > 0)
                    expected.Add(length);
                var ends = MemoryMarshal.Cast<byte, int>(found.AtEnd(length * sizeof(int)));
                Assert.Equal(expected.Count, Runs.Find(path, ids, ends));
                Assert.Equal(expected, ends[..expected.Count].ToArray());
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Runs.Find(new int[3], new int[2]));
    }
}
