using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Linkage.Kernels;

/// <summary>Columns with nulls: which rows have a value, as bits; and the values alone, moved together.</summary>
public static class Presence
{
    /// <summary>Places of the set bits of a byte, as the lanes of a permutation.</summary>
    private static readonly int[] Places = MakePlaces();

    /// <summary>Packs one bit a row, lowest first, the last byte filled up with zeros.</summary>
    /// <param name="present">One entry a row.</param>
    /// <param name="bits">(rows + 7) / 8 bytes.</param>
    public static void Pack(ReadOnlySpan<bool> present, Span<byte> bits) => Pack(KernelDispatch.Presence, present, bits);

    /// <summary>Moves the values of present rows together.</summary>
    /// <param name="values">One a row; those of absent rows are anything.</param>
    /// <param name="present">One entry a row.</param>
    /// <param name="dense">As long as <paramref name="values"/>; behind the values moved, anything.</param>
    /// <returns>How many there are.</returns>
    public static int Gather(ReadOnlySpan<int> values, ReadOnlySpan<bool> present, Span<int> dense) => Gather(KernelDispatch.Presence, values, present, dense);

    /// <summary>The same for 64 bits.</summary>
    public static int Gather(ReadOnlySpan<long> values, ReadOnlySpan<bool> present, Span<long> dense) => Gather(KernelDispatch.Presence, values, present, dense);

    internal static void Pack(KernelPath path, ReadOnlySpan<bool> present, Span<byte> bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits.Length, (present.Length + 7) / 8, nameof(bits));
        ref var from = ref Unsafe.As<bool, byte>(ref MemoryMarshal.GetReference(present));
        ref var to = ref MemoryMarshal.GetReference(bits);
        var at = 0;
        if (path >= KernelPath.Vector256)
        {
            for (; at + Vector256<byte>.Count <= present.Length; at += Vector256<byte>.Count)
            {
                var absent = Vector256.Equals(Vector256.LoadUnsafe(ref from, (nuint)at), Vector256<byte>.Zero).ExtractMostSignificantBits();
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, at / 8), ~absent);
            }
        }

        bits = bits[(at / 8)..((present.Length + 7) / 8)];
        bits.Clear();
        for (var i = 0; at + i < present.Length; i++)
            bits[i / 8] |= (byte)(present[at + i] ? 1 << (i % 8) : 0);
    }

    internal static int Gather<T>(KernelPath path, ReadOnlySpan<T> values, ReadOnlySpan<bool> present, Span<T> dense)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(present.Length, values.Length, nameof(present));
        ArgumentOutOfRangeException.ThrowIfLessThan(dense.Length, values.Length, nameof(dense));
        ref var from = ref MemoryMarshal.GetReference(values);
        ref var to = ref MemoryMarshal.GetReference(dense);
        ref var rows = ref Unsafe.As<bool, byte>(ref MemoryMarshal.GetReference(present));
        var at = 0;
        var count = 0;
        // Whole vectors are stored, but never behind the row they come from: count never passes at.
        if (path >= KernelPath.Vector512)
        {
            for (; at + Vector512<T>.Count <= values.Length; at += Vector512<T>.Count)
            {
                count += Compress512(ref Unsafe.Add(ref from, at), ref Unsafe.Add(ref rows, at), ref Unsafe.Add(ref to, count));
            }
        }
        else if (path >= KernelPath.Vector256)
        {
            for (; at + Vector256<int>.Count <= values.Length; at += Vector256<int>.Count)
            {
                var bits = (uint)((Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref rows, at)) * 0x0102_0408_1020_4080) >> 56);
                Permute256(ref Unsafe.Add(ref from, at), bits, ref Unsafe.Add(ref to, count));
                count += BitOperations.PopCount(bits);
            }
        }

        for (; at < values.Length; at++)
        {
            Unsafe.Add(ref to, count) = Unsafe.Add(ref from, at);
            count += present[at] ? 1 : 0;
        }

        return count;
    }

    /// <summary>Places of the set bits of a byte, then anything below 8.</summary>
    internal static Vector256<int> PlacesOf(uint bits) => Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(Places), bits * 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Compress512<T>(ref T from, ref byte rows, ref T to)
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() == sizeof(int))
        {
            var mask = Vector512.GreaterThan(Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref rows)), Vector512<int>.Zero);
            var value = Vector512.LoadUnsafe(ref Unsafe.As<T, int>(ref from));
            Avx512F.Compress(Vector512<int>.Zero, mask, value).StoreUnsafe(ref Unsafe.As<T, int>(ref to));
            return BitOperations.PopCount((uint)mask.ExtractMostSignificantBits());
        }

        var eight = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref rows)).AsByte();
        var wide = Vector512.GreaterThan(Avx512F.ConvertToVector512Int64(eight), Vector512<long>.Zero);
        var values = Vector512.LoadUnsafe(ref Unsafe.As<T, long>(ref from));
        Avx512F.Compress(Vector512<long>.Zero, wide, values).StoreUnsafe(ref Unsafe.As<T, long>(ref to));
        return BitOperations.PopCount((uint)wide.ExtractMostSignificantBits());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Permute256<T>(ref T from, uint bits, ref T to)
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() == sizeof(int))
        {
            var order = PlacesOf(bits);
            Avx2.PermuteVar8x32(Vector256.LoadUnsafe(ref Unsafe.As<T, int>(ref from)), order).StoreUnsafe(ref Unsafe.As<T, int>(ref to));
            return;
        }

        for (var half = 0; half < 2; half++, bits >>= 4)
        {
            // The places of a half, doubled, are those of its halves of 32 bits.
            var places = Vector128.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(Places), (bits & 15) * 8).AsUInt32();
            var pairs = Avx2.ConvertToVector256Int64(places) << 1;
            var order = (pairs | ((pairs + Vector256<long>.One) << 32)).AsInt32();
            Avx2.PermuteVar8x32(Vector256.LoadUnsafe(ref Unsafe.As<T, int>(ref from), (nuint)(half * 8)), order).StoreUnsafe(ref Unsafe.As<T, int>(ref to));
            to = ref Unsafe.Add(ref to, BitOperations.PopCount(bits & 15));
        }
    }

    private static int[] MakePlaces()
    {
        var places = new int[256 * 8];
        for (var bits = 0; bits < 256; bits++)
        {
            var at = bits * 8;
            for (var place = 0; place < 8; place++)
            {
                if ((bits >> place & 1) != 0)
                    places[at++] = place;
            }
        }

        return places;
    }
}
