using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Linkage.Kernels;

/// <summary>Values of a page of PLAIN BYTE_ARRAY: four bytes of length, little-endian, then the bytes.</summary>
public static class PlainEntries
{
    /// <summary>Bytes that may be touched behind an entry.</summary>
    public const int Slack = 32;

    private const ulong HighBits = 0x8080_8080_8080_8080;

    /// <summary>Writes a value several times over.</summary>
    /// <param name="room">As many times four bytes and the value, and <see cref="Slack"/> more.</param>
    /// <param name="value">The value.</param>
    /// <param name="times">1 or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Span<byte> room, ReadOnlySpan<byte> value, int times)
    {
        var size = checked(value.Length + sizeof(int));
        if (times < 1 || room.Length - Slack < (long)size * times)
            throw new ArgumentException($"{room.Length} bytes of room for {times} entries of {size} bytes", nameof(room));
        ref var to = ref MemoryMarshal.GetReference(room);
        Unsafe.WriteUnaligned(ref to, BitConverter.IsLittleEndian ? value.Length : BinaryPrimitives.ReverseEndianness(value.Length));
        Copy(ref Unsafe.Add(ref to, sizeof(int)), value);
        if (times == 1)
            return;
        // What a store puts behind its entry, the next one overwrites.
        if (size <= Vector256<byte>.Count)
        {
            var entry = Vector256.LoadUnsafe(ref to);
            for (var i = 1; i < times; i++)
                entry.StoreUnsafe(ref to, (nuint)(i * size));
            return;
        }

        for (var i = 1; i < times; i++)
            room[..size].CopyTo(room[(i * size)..]);
    }

    /// <summary>Bytes that two values of equal length have in common from their start.</summary>
    /// <param name="first">A value.</param>
    /// <param name="second">Another, as long.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CommonPrefix(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(second.Length, first.Length, nameof(second));
        ref var a = ref MemoryMarshal.GetReference(first);
        ref var b = ref MemoryMarshal.GetReference(second);
        var at = 0;
        if (first.Length >= sizeof(ulong) && BitConverter.IsLittleEndian)
        {
            // The last word may begin with bytes that are known to be equal: no branch a byte, which nobody could predict.
            for (; ; at = Math.Min(at + sizeof(ulong), first.Length - sizeof(ulong)))
            {
                var different = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref a, at)) ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref b, at));
                if (different != 0 || at == first.Length - sizeof(ulong))
                    return at + (BitOperations.TrailingZeroCount(different) / 8);
            }
        }

        if (first.Length >= sizeof(uint) && BitConverter.IsLittleEndian)
        {
            var last = first.Length - sizeof(uint);
            var head = Unsafe.ReadUnaligned<uint>(ref a) ^ Unsafe.ReadUnaligned<uint>(ref b);
            var tail = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref a, last)) ^ Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref b, last));
            return BitOperations.TrailingZeroCount(head | ((ulong)tail << (8 * last)) | (1UL << (8 * first.Length))) / 8;
        }

        while (at < first.Length && Unsafe.Add(ref a, at) == Unsafe.Add(ref b, at))
            at++;
        return at;
    }

    /// <summary>Whether every byte is below 128.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAscii(ReadOnlySpan<byte> value)
    {
        ref var from = ref MemoryMarshal.GetReference(value);
        var length = value.Length;
        return length switch
        {
            > 2 * sizeof(ulong) => System.Text.Ascii.IsValid(value),
            >= sizeof(ulong) => ((Unsafe.ReadUnaligned<ulong>(ref from) | Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, length - sizeof(ulong)))) & HighBits) == 0,
            >= sizeof(uint) => ((Unsafe.ReadUnaligned<uint>(ref from) | Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref from, length - sizeof(uint)))) & unchecked((uint)HighBits)) == 0,
            _ => System.Text.Ascii.IsValid(value),
        };
    }

    /// <summary>The first eight bytes as a number that orders as they do, with zeros for those that are missing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong OrderOf(ReadOnlySpan<byte> value)
    {
        if (value.Length >= sizeof(ulong))
            return BinaryPrimitives.ReadUInt64BigEndian(value);
        if (value.Length >= sizeof(uint))
        {
            var head = (ulong)BinaryPrimitives.ReadUInt32BigEndian(value) << 32;
            var tail = (ulong)BinaryPrimitives.ReadUInt32BigEndian(value[(value.Length - sizeof(uint))..]);
            return head | (tail << (8 * (sizeof(ulong) - value.Length)));
        }

        ulong order = 0;
        for (var i = 0; i < value.Length; i++)
            order |= (ulong)value[i] << (56 - (8 * i));
        return order;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(ref byte to, ReadOnlySpan<byte> value)
    {
        ref var from = ref MemoryMarshal.GetReference(value);
        var length = value.Length;
        // Two overlapping words: most values are a dozen bytes, for which a call costs more than the copy.
        if (length is >= sizeof(ulong) and <= 2 * sizeof(ulong))
        {
            var last = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, length - sizeof(ulong)));
            Unsafe.WriteUnaligned(ref to, Unsafe.ReadUnaligned<ulong>(ref from));
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, length - sizeof(ulong)), last);
        }
        else if (length is >= sizeof(uint) and < sizeof(ulong))
        {
            var last = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref from, length - sizeof(uint)));
            Unsafe.WriteUnaligned(ref to, Unsafe.ReadUnaligned<uint>(ref from));
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, length - sizeof(uint)), last);
        }
        else
        {
            value.CopyTo(MemoryMarshal.CreateSpan(ref to, length));
        }
    }
}
