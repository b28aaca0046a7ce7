using System.Buffers.Binary;
using System.Text;

namespace Linkage.Kernels.Tests;

public sealed class PlainEntriesTests
{
    [SkippableFact]
    public void Entries_are_written_as_often_as_said_and_stay_in_their_room()
    {
        var random = new Random(7);
        using var from = new GuardedMemory(200);
        using var to = new GuardedMemory(20_000);
        for (var length = 0; length <= 100; length++)
        {
            foreach (var times in (int[])[1, 2, 3, 17])
            {
                var value = from.AtEnd(length);
                random.NextBytes(value);
                var size = length + sizeof(int);
                var room = to.AtEnd((size * times) + PlainEntries.Slack);
                PlainEntries.Write(room, value, times);
                for (var i = 0; i < times; i++)
                {
                    var entry = room.Slice(i * size, size);
                    Assert.Equal(length, BinaryPrimitives.ReadInt32LittleEndian(entry));
                    Assert.True(entry[sizeof(int)..].SequenceEqual(value), $"{length} bytes, {times} times");
                }
            }
        }
    }

    [Fact]
    public void Too_little_room_is_refused()
    {
        Assert.Throws<ArgumentException>(() => PlainEntries.Write(new byte[(3 * 5) + PlainEntries.Slack - 1], "a"u8, 3));
        Assert.Throws<ArgumentException>(() => PlainEntries.Write(new byte[100], "a"u8, 0));
    }

    [SkippableFact]
    public void Common_beginnings_are_counted_up_to_the_end()
    {
        using var first = new GuardedMemory(100);
        using var second = new GuardedMemory(100);
        for (var length = 0; length <= 40; length++)
        {
            for (var differs = 0; differs <= length; differs++)
            {
                var a = first.AtEnd(length);
                var b = second.AtEnd(length);
                a.Fill(0x61);
                b.Fill(0x61);
                if (differs < length)
                    b[differs] = 0x62;
                Assert.Equal(differs, PlainEntries.CommonPrefix(a, b));
                b[differs..].Fill(0xFF);
                Assert.Equal(differs, PlainEntries.CommonPrefix(a, b));
            }
        }
    }

    [SkippableFact]
    public void Text_of_128_values_is_known_wherever_another_byte_stands()
    {
        using var memory = new GuardedMemory(100);
        for (var length = 0; length <= 40; length++)
        {
            var value = memory.AtEnd(length);
            value.Fill(0x7F);
            Assert.True(PlainEntries.IsAscii(value));
            for (var at = 0; at < length; at++)
            {
                value[at] = 0x80;
                Assert.False(PlainEntries.IsAscii(value));
                value[at] = 0x7F;
            }
        }
    }

    [SkippableFact]
    public void Numbers_order_as_the_bytes_do()
    {
        var random = new Random(8);
        using var memory = new GuardedMemory(100);
        var values = new List<byte[]>();
        for (var length = 0; length <= 12; length++)
        {
            for (var i = 0; i < 30; i++)
            {
                var value = new byte[length];
                for (var at = 0; at < length; at++)
                    value[at] = (byte)(random.Next(3) == 0 ? 0 : random.Next(256));
                values.Add(value);
            }
        }

        values.Add(Encoding.UTF8.GetBytes("P0000001"));
        foreach (var left in values)
        {
            left.CopyTo(memory.AtEnd(left.Length));
            var order = PlainEntries.OrderOf(memory.AtEnd(left.Length));
            foreach (var right in values)
            {
                var compared = order.CompareTo(PlainEntries.OrderOf(right));
                if (compared != 0)
                    Assert.Equal(compared, Math.Sign(left.AsSpan().SequenceCompareTo(right)));
                else
                    Assert.Equal(left.Take(8).SkipLastZeros(), right.Take(8).SkipLastZeros());
            }
        }
    }
}

file static class Zeros
{
    public static byte[] SkipLastZeros(this IEnumerable<byte> bytes) => [.. bytes.Reverse().SkipWhile(b => b == 0).Reverse()];
}
