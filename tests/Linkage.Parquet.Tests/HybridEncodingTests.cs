using Linkage.Kernels;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Tests;

/// <summary>Run lengths and bit packing, against the example of the format's documentation and a decoder written from it.</summary>
public sealed class HybridEncodingTests
{
    private readonly ByteBuffer _bytes = new();

    [Fact]
    public void Packing_follows_the_example_of_the_format()
    {
        byte[] packed = new byte[3 + BitPacker.Slack];
        BitPacker.Pack([0, 1, 2, 3, 4, 5, 6, 7], 3, packed);
        Assert.Equal("88C6FA", Convert.ToHexString(packed.AsSpan(0, 3)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(255, 8)]
    [InlineData(256, 9)]
    [InlineData(int.MaxValue, 31)]
    public void Width_is_what_the_largest_number_needs(int max, int width) => Assert.Equal(width, BitPacking.Width(max));

    [Fact]
    public void Numbers_come_back_at_every_width_and_length()
    {
        Random random = new(5);
        for (int width = 1; width <= 31; width++)
        {
            foreach (int length in (int[])[0, 1, 7, 8, 9, 15, 16, 17, 31, 64, 1000])
            {
                foreach (int repeat in (int[])[1, 3, 9, 40, 2000])
                {
                    int[] values = Runs(length, repeat, () => (int)random.NextInt64(1L << width), random);
                    _bytes.Clear();
                    HybridEncoding.Write(values, width, _bytes);
                    Assert.Equal(values, Decode(_bytes.Written, width, length));
                }
            }
        }
    }

    [Fact]
    public void Levels_come_back_at_every_length_and_within_their_bound()
    {
        Random random = new(6);
        for (int length = 1; length < 1200; length += length < 80 ? 1 : 97)
        {
            foreach (int repeat in (int[])[1, 2, 8, 23, 24, 25, 33, 5000])
            {
                bool[] levels = Runs(length, repeat, () => random.Next(2) == 0, random);
                _bytes.Clear();
                HybridEncoding.WriteLevels(levels, _bytes);
                Assert.InRange(_bytes.Length, 1, HybridEncoding.MaxLevelBytes(length));
                Assert.Equal(levels.Select(level => level ? 1 : 0), Decode(_bytes.Written, 1, length));
            }
        }
    }

    [Fact]
    public void A_page_of_one_number_is_one_run()
    {
        HybridEncoding.Write(new int[20_000], 1, _bytes);
        Assert.Equal(4, _bytes.Length);
        _bytes.Clear();
        HybridEncoding.WriteLevels(new bool[20_000], _bytes);
        Assert.Equal(4, _bytes.Length);
        _bytes.Clear();
        HybridEncoding.WriteLevels(true, 20_000, _bytes);
        Assert.Equal([1], Decode(_bytes.Written, 1, 20_000).Distinct());
    }

    /// <summary>Runs of up to <paramref name="repeat"/> equal values.</summary>
    private static T[] Runs<T>(int length, int repeat, Func<T> next, Random random)
    {
        T[] values = new T[length];
        for (int start = 0; start < length;)
        {
            int run = Math.Min(length - start, 1 + random.Next(repeat));
            values.AsSpan(start, run).Fill(next());
            start += run;
        }

        return values;
    }

    private static int[] Decode(ReadOnlySpan<byte> bytes, int width, int count)
    {
        List<int> values = [];
        int at = 0;
        while (values.Count < count)
        {
            int header = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte b = bytes[at++];
                header |= (b & 0x7F) << shift;
                if (b < 0x80)
                    break;
            }

            int valueBytes = (width + 7) / 8;
            if ((header & 1) == 0)
            {
                int value = 0;
                for (int i = 0; i < valueBytes; i++)
                    value |= bytes[at++] << (8 * i);
                values.AddRange(Enumerable.Repeat(value, header >> 1));
                continue;
            }

            int packed = (header >> 1) * 8;
            for (int i = 0; i < packed; i++)
            {
                int value = 0;
                for (int bit = 0; bit < width; bit++)
                {
                    int position = (i * width) + bit;
                    value |= ((bytes[at + (position / 8)] >> (position % 8)) & 1) << bit;
                }

                values.Add(value);
            }

            at += (header >> 1) * width;
        }

        // Nothing is left over, and only the last group may be filled up, with zeros.
        Assert.Equal(bytes.Length, at);
        Assert.InRange(values.Count, count, count + 7);
        Assert.All(values.Skip(count), value => Assert.Equal(0, value));
        return [.. values.Take(count)];
    }
}
