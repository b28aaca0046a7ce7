using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Linkage.Kernels.Tests;

/// <summary>The inner loop at the edges of its memory, and at every number of rows around its strides.</summary>
public sealed class BitCounterTests
{
    public static TheoryData<KernelPath> Paths => KernelDispatchTests.Paths;

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Reads_and_writes_only_its_memory_at_every_number_of_rows(KernelPath path)
    {
        if (path == KernelPath.Vector512)
            Run<BitLanes512, Vector512<ulong>>();
        else if (path == KernelPath.Vector256)
            Run<BitLanes256, Vector256<ulong>>();
        else if (path == KernelPath.Vector128)
            Run<BitLanes128, Vector128<ulong>>();
        else
            Run<BitLanes64, ulong>();
    }

    private static void Run<TLanes, TVector>()
        where TLanes : struct, IBitLanes<TVector>
        where TVector : struct
    {
        const int seed = 405;
        var random = new Random(seed);
        using var blockMemory = new GuardedMemory(FilterBlocks.BlockBytes);
        using var rowMemory = new GuardedMemory(2 * FilterBlocks.FilterBits);
        using var countMemory = new GuardedMemory(2 * FilterBlocks.BlockSize);
        foreach (var count in new[] { 0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 67, 300, 511, 992, 1023, 1024 })
        {
            var chosen = new ushort[FilterBlocks.FilterBits];
            for (var bit = 0; bit < chosen.Length; bit++)
                chosen[bit] = (ushort)(bit * FilterBlocks.RowBytes);
            random.Shuffle(chosen);
            foreach (var atEnd in new[] { true, false })
            {
                var block = atEnd ? blockMemory.AtEnd(FilterBlocks.BlockBytes) : blockMemory.AtStart(FilterBlocks.BlockBytes);
                var rows = MemoryMarshal.Cast<byte, ushort>(atEnd ? rowMemory.AtEnd(2 * count) : rowMemory.AtStart(2 * count));
                var counts = MemoryMarshal.Cast<byte, ushort>(atEnd ? countMemory.AtEnd(2 * FilterBlocks.BlockSize) : countMemory.AtStart(2 * FilterBlocks.BlockSize));
                random.NextBytes(block);
                chosen.AsSpan(0, count).CopyTo(rows);
                var planes = new TVector[BitCounter<TLanes, TVector>.Planes];
                for (var strip = 0; strip < FilterBlocks.RowBytes; strip += TLanes.Size)
                {
                    Assert.True(BitCounter<TLanes, TVector>.Count(ref block[strip], ref MemoryMarshal.GetReference(rows), count, 0, leavesEarly: true, ref planes[0]));
                    BitCounter<TLanes, TVector>.Write(ref planes[0], ref counts[strip]);
                }

                for (var place = 0; place < FilterBlocks.BlockSize; place++)
                {
                    var expected = 0;
                    foreach (var row in rows)
                        expected += (block[row + (place % 64)] >> (place / 64)) & 1;
                    Assert.True(expected == counts[place], $"{count} rows, place {place}: {counts[place]} instead of {expected}; seed {seed}");
                }
            }
        }
    }
}
