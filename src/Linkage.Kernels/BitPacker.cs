using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Linkage.Kernels;

/// <summary>Packs unsigned numbers into a fixed number of bits each, lowest bits first, as Parquet's hybrid and delta encodings want them.</summary>
/// <remarks>https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE</remarks>
public static class BitPacker
{
    /// <summary>Bytes that may be touched behind the packed ones.</summary>
    public const int Slack = 16;

    private const int Group = 8;

    /// <summary>Packs numbers in groups of eight, the last filled up with zeros.</summary>
    /// <param name="values">Numbers of at most <paramref name="width"/> bits.</param>
    /// <param name="width">1 to 32.</param>
    /// <param name="packed">Room for <paramref name="width"/> bytes a group of eight, and <see cref="Slack"/> more.</param>
    public static void Pack(ReadOnlySpan<int> values, int width, Span<byte> packed) => Pack(KernelDispatch.BitPacker, values, width, packed);

    /// <summary>The same for numbers of up to 64 bits.</summary>
    /// <param name="values">Numbers of at most <paramref name="width"/> bits.</param>
    /// <param name="width">1 to 64.</param>
    /// <param name="packed">Room as above.</param>
    public static void Pack(ReadOnlySpan<long> values, int width, Span<byte> packed)
    {
        Check(values.Length, width, 64, packed.Length);
        Span<int> narrow = stackalloc int[4 * Group];
        while (width <= 32 && values.Length > 0)
        {
            var some = values[..Math.Min(narrow.Length, values.Length)];
            for (var i = 0; i < some.Length; i++)
                narrow[i] = (int)some[i];
            Pack(narrow[..some.Length], width, packed);
            values = values[some.Length..];
            packed = packed[Math.Min(packed.Length, narrow.Length / Group * width)..];
        }

        UInt128 pending = 0;
        var bits = 0;
        foreach (var value in values)
        {
            pending |= (UInt128)(ulong)value << bits;
            bits += width;
            if (bits >= 64)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(packed, (ulong)pending);
                packed = packed[sizeof(ulong)..];
                pending >>= 64;
                bits -= 64;
            }
        }

        // What is left of a group of eight, filled up with zeros, is less than eight numbers.
        for (var left = (width * ((Group - (values.Length % Group)) % Group)) + bits; left > 0; left -= 64)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(packed, (ulong)pending);
            packed = packed[sizeof(ulong)..];
            pending = 0;
        }
    }

    internal static void Pack(KernelPath path, ReadOnlySpan<int> values, int width, Span<byte> packed)
    {
        Check(values.Length, width, 32, packed.Length);
        var groups = values.Length / Group;
        if (path >= KernelPath.Vector256)
            PackVector256(ref MemoryMarshal.GetReference(values), groups, width, ref MemoryMarshal.GetReference(packed));
        else
            PackScalar(values, width, packed);
        values = values[(groups * Group)..];
        if (values.Length == 0)
            return;
        packed = packed[(groups * width)..];
        Span<int> last = stackalloc int[Group];
        last.Clear();
        values.CopyTo(last);
        PackScalar(last, width, packed);
    }

    private static void Check(int count, int width, int maxWidth, int room)
    {
        if (width < 1 || width > maxWidth)
            throw new ArgumentOutOfRangeException(nameof(width), width, $"must be in 1..{maxWidth}");
        var needed = (((count + 7L) / Group) * width) + Slack;
        if (count > 0 && room < needed)
            throw new ArgumentException($"{room} bytes of room for {count} numbers of {width} bits; {needed} are needed", nameof(room));
    }

    private static void PackScalar(ReadOnlySpan<int> values, int width, Span<byte> packed)
    {
        for (; values.Length >= Group; values = values[Group..], packed = packed[width..])
        {
            ulong pending = 0;
            var bits = 0;
            var at = 0;
            for (var i = 0; i < Group; i++)
            {
                pending |= (ulong)(uint)values[i] << bits;
                bits += width;
                if (bits >= 32)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(packed[at..], (uint)pending);
                    at += sizeof(uint);
                    pending >>= 32;
                    bits -= 32;
                }
            }

            if (bits > 0)
                BinaryPrimitives.WriteUInt32LittleEndian(packed[at..], (uint)pending);
        }
    }

    // Two neighbours become one lane of 64 bits at once; four such lanes are joined at their bit boundaries.
    private static void PackVector256(ref int values, int groups, int width, ref byte packed)
    {
        var low = Vector256.Create((ulong)uint.MaxValue);
        var pair = 2 * width;
        for (; groups > 0; groups--, values = ref Unsafe.Add(ref values, Group), packed = ref Unsafe.Add(ref packed, width))
        {
            var lanes = Vector256.LoadUnsafe(ref values).AsUInt64();
            var pairs = (lanes & low) | ((lanes >>> 32) << width);
            var (a, b, c, d) = (pairs.GetElement(0), pairs.GetElement(1), pairs.GetElement(2), pairs.GetElement(3));
            if (width <= 16)
            {
                var first = a | (b << pair);
                var second = c | (d << pair);
                var bits = 2 * pair;
                Unsafe.WriteUnaligned(ref packed, bits == 64 ? first : first | (second << bits));
                if (width > 8)
                    Unsafe.WriteUnaligned(ref Unsafe.Add(ref packed, 8), second >> (64 - bits));
                continue;
            }

            if (width == 32)
            {
                lanes.AsByte().StoreUnsafe(ref packed);
                continue;
            }

            var at = 0;
            ulong pending = 0;
            var held = 0;
            Append(a, pair, ref pending, ref held, ref packed, ref at);
            Append(b, pair, ref pending, ref held, ref packed, ref at);
            Append(c, pair, ref pending, ref held, ref packed, ref at);
            Append(d, pair, ref pending, ref held, ref packed, ref at);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref packed, at), pending);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Append(ulong lane, int bits, ref ulong pending, ref int held, ref byte packed, ref int at)
    {
        pending |= lane << held;
        held += bits;
        if (held < 64)
            return;
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref packed, at), pending);
        at += sizeof(ulong);
        held -= 64;
        // A lane of 64 bits is not of this path: what did not fit is at most 62 bits.
        pending = held == 0 ? 0 : lane >> (bits - held);
    }
}
