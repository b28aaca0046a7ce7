using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Linkage.Kernels.Tests;

public sealed class ByteStreamsTests
{
    public static TheoryData<KernelPath> Paths => KernelDispatchTests.Paths;

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Every_byte_goes_to_its_stream(KernelPath path)
    {
        var random = new Random(9);
        using var from = new GuardedMemory(1000);
        using var to = new GuardedMemory(1000);
        foreach (var count in (int[])[0, 1, 7, 8, 9, 15, 16, 17, 19, 100])
        {
            var values = MemoryMarshal.Cast<byte, long>(from.AtEnd(count * 8));
            random.NextBytes(MemoryMarshal.AsBytes(values));
            var streams = to.AtEnd(count * 8);
            ByteStreams.Split(path, values, streams);
            var bytes = new byte[8];
            for (var i = 0; i < count; i++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(bytes, values[i]);
                for (var b = 0; b < 8; b++)
                    Assert.Equal(bytes[b], streams[(b * count) + i]);
            }
        }
    }

    [Fact]
    public void Numbers_are_written_lowest_byte_first()
    {
        var bytes = new byte[16];
        LittleEndian.Write([0x01020304, -2], bytes);
        Assert.Equal("04030201FEFFFFFF", Convert.ToHexString(bytes.AsSpan(0, 8)));
        LittleEndian.Write([0x0102030405060708, -1L], bytes);
        Assert.Equal("0807060504030201FFFFFFFFFFFFFFFF", Convert.ToHexString(bytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => LittleEndian.Write([1, 2], new byte[7]));
    }
}
