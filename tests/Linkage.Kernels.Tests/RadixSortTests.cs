namespace Linkage.Kernels.Tests;

/// <summary>Words come out by their high half, those with the same as they came.</summary>
public sealed class RadixSortTests
{
    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(0xFFu)]
    [InlineData(0x7FFu)]
    [InlineData(0x0007_F800u)]
    [InlineData(0x003F_FFFFu)]
    [InlineData(0xFC00_0000u)]
    [InlineData(0xFC07_FFFFu)]
    [InlineData(uint.MaxValue)]
    public void Words_are_sorted_and_equal_ones_keep_their_order(uint bits)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        foreach (var count in (int[])[0, 1, 2, 3, 255, 256, 257, 4095, 4096, 4097, 20_000])
        {
            // The low half says where a word was, descending: a sort by the whole word would show.
            var words = Enumerable.Range(0, count).Select(i => ((ulong)((uint)random.NextInt64(1L << 32) & bits) << 32) | (uint)(count - i)).ToArray();
            var expected = words.OrderBy(static w => w >> 32).ToArray();
            RadixSort.ByHighWord(words, new ulong[count + random.Next(3)]);
            Assert.True(expected.AsSpan().SequenceEqual(words), $"seed {seed}, {count} words of {bits:X8}");
        }
    }

    [Fact]
    public void Too_little_scratch_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(static () => RadixSort.ByHighWord(new ulong[5], new ulong[4]));
}
