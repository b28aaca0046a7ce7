using System.Numerics;

namespace Linkage.Kernels.Tests;

public sealed class BitPackerTests
{
    public static TheoryData<KernelPath> Paths => KernelDispatchTests.Paths;

    [Fact]
    public void Packing_follows_the_example_of_the_format()
    {
        var packed = new byte[3 + BitPacker.Slack];
        BitPacker.Pack([0, 1, 2, 3, 4, 5, 6, 7], 3, packed);
        Assert.Equal("88C6FA", Convert.ToHexString(packed.AsSpan(0, 3)));
    }

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Every_width_and_length_packs_bit_for_bit_and_stays_in_its_room(KernelPath path)
    {
        var random = new Random(1);
        using var memory = new GuardedMemory(1 << 12);
        foreach (var length in (int[])[0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 35, 100])
        {
            for (var width = 1; width <= 32; width++)
            {
                var values = new int[length];
                for (var i = 0; i < length; i++)
                    values[i] = (int)(uint)random.NextInt64(1L << width);
                var bytes = (length + 7) / 8 * width;
                var room = memory.AtEnd(bytes + BitPacker.Slack);
                room.Fill(0xA5);
                BitPacker.Pack(path, values, width, room);
                Assert.Equal(Expected(values, width), new BigInteger(room[..bytes], isUnsigned: true));
            }
        }
    }

    [Fact]
    public void Numbers_of_up_to_64_bits_are_packed_likewise()
    {
        var random = new Random(2);
        foreach (var length in (int[])[0, 1, 7, 8, 9, 32, 33, 100])
        {
            for (var width = 1; width <= 64; width++)
            {
                var values = new long[length];
                for (var i = 0; i < length; i++)
                    values[i] = (long)(random.NextInt64(long.MinValue, long.MaxValue) & (long)(ulong.MaxValue >> (64 - width)));
                var bytes = (length + 7) / 8 * width;
                var room = new byte[bytes + BitPacker.Slack];
                BitPacker.Pack(values, width, room);
                BigInteger expected = 0;
                for (var i = 0; i < length; i++)
                    expected |= new BigInteger((ulong)values[i]) << (i * width);
                Assert.Equal(expected, new BigInteger(room.AsSpan(0, bytes), isUnsigned: true));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(33)]
    public void Widths_of_nothing_are_refused(int width)
    {
        var room = new byte[100];
        Assert.Throws<ArgumentOutOfRangeException>(() => BitPacker.Pack([1], width, room));
        Assert.Throws<ArgumentOutOfRangeException>(() => BitPacker.Pack([1L], width == 33 ? 65 : width, room));
    }

    [Fact]
    public void Too_little_room_is_refused() =>
        Assert.Throws<ArgumentException>(() => BitPacker.Pack(new int[9], 5, new byte[9 + BitPacker.Slack]));

    private static BigInteger Expected(ReadOnlySpan<int> values, int width)
    {
        BigInteger all = 0;
        for (var i = 0; i < values.Length; i++)
            all |= new BigInteger((uint)values[i]) << (i * width);
        return all;
    }
}
