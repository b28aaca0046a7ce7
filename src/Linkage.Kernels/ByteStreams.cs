using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Linkage.Kernels;

/// <summary>Parquet's BYTE_STREAM_SPLIT: the first bytes of all numbers, then the second bytes, and so on.</summary>
/// <remarks>https://parquet.apache.org/docs/file-format/data-pages/encodings/#BYTESTREAMSPLIT</remarks>
public static class ByteStreams
{
    private const int Eight = 8;

    /// <summary>Splits numbers of eight bytes.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="streams">Eight bytes a number.</param>
    public static void Split(ReadOnlySpan<long> values, Span<byte> streams) => Split(KernelDispatch.ByteStreams, values, streams);

    internal static void Split(KernelPath path, ReadOnlySpan<long> values, Span<byte> streams)
    {
        var count = values.Length;
        streams = streams[..checked(count * Eight)];
        var at = 0;
        if (path >= KernelPath.Vector512)
        {
            ref var from = ref MemoryMarshal.GetReference(values);
            ref var to = ref MemoryMarshal.GetReference(streams);
            for (; at + Vector512<long>.Count <= count; at += Vector512<long>.Count)
            {
                var eight = Vector512.LoadUnsafe(ref from, (nuint)at);
                for (var b = 0; b < Eight; b++)
                    Narrow(eight >>> (8 * b)).StoreUnsafe(ref to, (nuint)((b * count) + at));
            }
        }

        for (; at < count; at++)
        {
            for (var b = 0; b < Eight; b++)
                streams[(b * count) + at] = (byte)(values[at] >> (8 * b));
        }
    }

    private static Vector64<byte> Narrow(Vector512<long> lanes) =>
        System.Runtime.Intrinsics.X86.Avx512F.ConvertToVector128Byte(lanes).GetLower();
}
