using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Tests;

/// <summary>DELTA_BINARY_PACKED against the example of the format's documentation and a decoder written from it.</summary>
public sealed class DeltaEncodingTests
{
    private readonly ByteBuffer _bytes = new();

    [Fact]
    public void Example_of_the_format_with_one_block()
    {
        // 7, 5, 3, 1, 2, 3, 4, 5: first value 7; differences −2, −2, −2, 1, 1, 1, 1; smallest −2; less that 0, 0, 0, 3, 3, 3, 3 in two bits.
        DeltaBinaryPacked.Write([7, 5, 3, 1, 2, 3, 4, 5], _bytes);
        Assert.Equal("8001" + "04" + "08" + "0E" + "03" + "02000000" + "C03F000000000000", Convert.ToHexString(_bytes.Written));
    }

    [Fact]
    public void A_constant_step_takes_no_bits()
    {
        DeltaBinaryPacked.Write([.. Enumerable.Range(0, 129).Select(i => 1000 + (i * 7))], _bytes);
        Assert.Equal("8001" + "04" + "8101" + "D00F" + "0E" + "00000000", Convert.ToHexString(_bytes.Written));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(34)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(130)]
    [InlineData(257)]
    [InlineData(1000)]
    public void Extremes_and_edges_of_miniblocks_come_back(int count)
    {
        Random random = new(count);
        Func<int, long>[] shapes =
        [
            _ => 0, i => i, i => -i, i => i % 2 == 0 ? int.MinValue : int.MaxValue, i => i % 2 == 0 ? long.MinValue : long.MaxValue,
            _ => random.Next(), _ => random.NextInt64(long.MinValue, long.MaxValue), i => i < count / 2 ? 5 : random.Next(1 << 20), i => i == count - 1 ? int.MinValue : i,
        ];
        foreach (Func<int, long> shape in shapes)
        {
            long[] longs = [.. Enumerable.Range(0, count).Select(shape)];
            _bytes.Clear();
            DeltaBinaryPacked.Write(longs, _bytes);
            Assert.Equal(longs, DeltaDecoder.Decode(_bytes.Written, 64, out int read));
            Assert.Equal(_bytes.Length, read);

            int[] ints = [.. longs.Select(value => unchecked((int)value))];
            _bytes.Clear();
            DeltaBinaryPacked.Write(ints, _bytes);
            Assert.Equal(ints, DeltaDecoder.Decode(_bytes.Written, 32, out read).Select(value => (int)value));
            Assert.Equal(_bytes.Length, read);
        }
    }

    [Fact]
    public void Whatever_is_written_comes_back()
    {
        Gen<long> numbers = Gen.OneOf(Gen.Choose(-5, 5).Select(i => (long)i), Gen.Choose(int.MinValue, int.MaxValue).Select(i => (long)i), Gen.Elements(long.MinValue, long.MaxValue, int.MinValue, int.MaxValue));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(600), Prop.ForAll(numbers.ArrayOf().ToArbitrary(), values =>
        {
            ByteBuffer bytes = new();
            DeltaBinaryPacked.Write(values, bytes);
            Assert.Equal(values, DeltaDecoder.Decode(bytes.Written, 64, out int read));
            Assert.Equal(bytes.Length, read);
        }));
    }

    /// <summary>Written from the format's description, one bit at a time.</summary>
    private static class DeltaDecoder
    {
        public static long[] Decode(ReadOnlySpan<byte> bytes, int bits, out int read)
        {
            int at = 0;
            int block = (int)Varint(bytes, ref at), minis = (int)Varint(bytes, ref at);
            long[] values = new long[(int)Varint(bytes, ref at)];
            Assert.Equal((128, 4), (block, minis));
            BigInteger value = ZigZag(bytes, ref at);
            int size = block / minis;
            for (int i = 0; i < values.Length;)
            {
                if (i == 0)
                {
                    values[i++] = Wrap(value, bits);
                    continue;
                }

                BigInteger min = ZigZag(bytes, ref at);
                byte[] widths = bytes.Slice(at, minis).ToArray();
                at += minis;
                for (int mini = 0; mini < minis; mini++)
                {
                    Assert.InRange(widths[mini], 0, bits);
                    if (i == values.Length)
                    {
                        Assert.Equal(0, widths[mini]);
                        continue;
                    }

                    BigInteger packed = new(bytes.Slice(at, size * widths[mini] / 8), isUnsigned: true);
                    at += size * widths[mini] / 8;
                    for (int k = 0; k < size && i < values.Length; k++)
                    {
                        value += min + ((packed >> (k * widths[mini])) & ((BigInteger.One << widths[mini]) - 1));
                        values[i++] = Wrap(value, bits);
                    }
                }
            }

            read = at;
            return values;
        }

        private static long Wrap(BigInteger value, int bits)
        {
            BigInteger low = value & ((BigInteger.One << bits) - 1);
            return (long)(low >> (bits - 1) == 1 ? low - (BigInteger.One << bits) : low);
        }

        private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte b = bytes[at++];
                value |= (ulong)(b & 0x7F) << shift;
                if (b < 0x80)
                    return value;
            }
        }

        private static long ZigZag(ReadOnlySpan<byte> bytes, ref int at)
        {
            ulong value = Varint(bytes, ref at);
            return (long)(value >> 1) ^ -(long)(value & 1);
        }
    }
}
