using Linkage.Parquet.Reading;

namespace Linkage.Parquet.Tests.Reading;

/// <summary>Forms of the hybrid encoding that this program does not write, but others do.</summary>
public sealed class HybridDecodingTests
{
    [Theory]
    // A dictionary of one value needs no bits: a run without a value, and a packed one without bytes.
    [InlineData(0, new byte[] { 10 }, new[] { 0, 0, 0, 0, 0 })]
    [InlineData(0, new byte[] { 3 }, new[] { 0, 0, 0, 0, 0 })]
    // All 32 bits: a run, then a group of eight of which one counts.
    [InlineData(32, new byte[] { 4, 0xFF, 0xFF, 0xFF, 0x7F, 3, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, new[] { int.MaxValue, int.MaxValue, 0x04030201 })]
    // A packed run whose filling is left out, and a run that is longer than what is wanted.
    [InlineData(8, new byte[] { 3, 7, 9 }, new[] { 7, 9 })]
    [InlineData(8, new byte[] { 200, 1, 42 }, new[] { 42, 42, 42 })]
    // Runs of one, one after another.
    [InlineData(1, new byte[] { 2, 1, 2, 0, 2, 1 }, new[] { 1, 0, 1 })]
    public void Numbers_of_any_width_come_out(int width, byte[] bytes, int[] expected)
    {
        int[] values = new int[expected.Length];
        ByteCursor input = new(bytes);
        HybridDecoding.Read(ref input, width, values);
        Assert.Equal(expected, values);
    }

    [Fact]
    public void Wider_numbers_than_there_are_and_runs_of_nothing_are_damage()
    {
        foreach ((int width, byte[] bytes) in ((int, byte[])[])[(33, [2, 0, 0, 0, 0, 0]), (8, [0, 1]), (8, [1, 1]), (8, [3, 7])])
        {
            Assert.Throws<InvalidDataException>(() =>
            {
                ByteCursor input = new(bytes);
                HybridDecoding.Read(ref input, width, new int[3]);
            });
        }
    }
}
