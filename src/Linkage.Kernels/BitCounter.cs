using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Linkage.Kernels;

/// <summary>
/// Adds up, for all filters of a strip of a block (as many as a vector has lanes), the bits that a patient's filter has, too. The counts come out as planes: plane k holds bit k of
/// every filter's count.
/// </summary>
/// <remarks>
/// A tree of carry-save adders (Harley and Seal, in Warren, Hacker's Delight, 2nd ed., 5-2) of which an adder takes three bits of equal weight and gives their sum as two: n rows need
/// about n adders in all, whatever the width of a lane's count.
/// </remarks>
internal static class BitCounter<TLanes, TVector>
    where TLanes : struct, IBitLanes<TVector>
    where TVector : struct
{
    /// <summary>Bits of a count: a filter has up to 1,024 bits.</summary>
    public const int Planes = 11;

    private const int LowPlanes = 4;

    /// <summary>Counts; false, and no counts, when none can be <paramref name="least"/> or more.</summary>
    /// <param name="strip">First byte of the strip.</param>
    /// <param name="rows">Where the rows of the patient's bits begin, in bytes from the block's first.</param>
    /// <param name="count">Number of those rows.</param>
    /// <param name="least">Smallest count of interest.</param>
    /// <param name="leavesEarly">Whether to stop when what is left cannot lift any filter to <paramref name="least"/>.</param>
    /// <param name="planes">Room for <see cref="Planes"/> planes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Count(ref byte strip, ref ushort rows, int count, int least, bool leavesEarly, ref TVector planes)
    {
        var zero = TLanes.Fill(0);
        TVector p0 = zero, p1 = zero, p2 = zero, p3 = zero, p4 = zero, p5 = zero, p6 = zero, p7 = zero, p8 = zero, p9 = zero, p10 = zero;

        // What is no multiple of 32 first: from nothing, so that no carry leaves its plane.
        if ((count & 1) != 0)
        {
            p0 = Row(ref strip, ref rows, 0);
            rows = ref Unsafe.Add(ref rows, 1);
        }

        if ((count & 2) != 0)
        {
            p1 = Pair(ref strip, ref rows, 0, ref p0);
            rows = ref Unsafe.Add(ref rows, 2);
        }

        if ((count & 4) != 0)
        {
            p2 = Four(ref strip, ref rows, 0, ref p0, ref p1);
            rows = ref Unsafe.Add(ref rows, 4);
        }

        if ((count & 8) != 0)
        {
            p3 = Eight(ref strip, ref rows, 0, ref p0, ref p1, ref p2);
            rows = ref Unsafe.Add(ref rows, 8);
        }

        if ((count & 16) != 0)
        {
            p4 = Sixteen(ref strip, ref rows, 0, ref p0, ref p1, ref p2, ref p3);
            rows = ref Unsafe.Add(ref rows, 16);
        }

        for (var left = count & ~31; left > 0;)
        {
            var a = Sixteen(ref strip, ref rows, 0, ref p0, ref p1, ref p2, ref p3);
            var b = Sixteen(ref strip, ref rows, 16, ref p0, ref p1, ref p2, ref p3);
            rows = ref Unsafe.Add(ref rows, 32);
            left -= 32;
            var carry = TLanes.Carry(p4, a, b);
            p4 = TLanes.Sum(p4, a, b);
            Ripple(ref p5, ref carry);
            Ripple(ref p6, ref carry);
            Ripple(ref p7, ref carry);
            Ripple(ref p8, ref carry);
            Ripple(ref p9, ref carry);
            p10 = TLanes.Xor(p10, carry);
            if (!leavesEarly)
                continue;

            // Of the sixteens alone, to be cheap: the ones add at most 15.
            var needed = least - left - 15;
            if (needed <= 0)
                continue;
            needed = (needed + 15) >> LowPlanes;
            var reached = AtLeast(p4, needed, 0, TLanes.Fill(ulong.MaxValue));
            reached = AtLeast(p5, needed, 1, reached);
            reached = AtLeast(p6, needed, 2, reached);
            reached = AtLeast(p7, needed, 3, reached);
            reached = AtLeast(p8, needed, 4, reached);
            reached = AtLeast(p9, needed, 5, reached);
            reached = AtLeast(p10, needed, 6, reached);
            if (TLanes.IsZero(reached))
                return false;
        }

        planes = p0;
        Unsafe.Add(ref planes, 1) = p1;
        Unsafe.Add(ref planes, 2) = p2;
        Unsafe.Add(ref planes, 3) = p3;
        Unsafe.Add(ref planes, 4) = p4;
        Unsafe.Add(ref planes, 5) = p5;
        Unsafe.Add(ref planes, 6) = p6;
        Unsafe.Add(ref planes, 7) = p7;
        Unsafe.Add(ref planes, 8) = p8;
        Unsafe.Add(ref planes, 9) = p9;
        Unsafe.Add(ref planes, 10) = p10;
        return true;
    }

    /// <summary>Lanes whose count is at least <paramref name="least"/>, 0 to 2,047.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector AtLeast(ref TVector planes, int least)
    {
        var reached = TLanes.Fill(ulong.MaxValue);
        for (var plane = 0; plane < Planes; plane++)
            reached = AtLeast(Unsafe.Add(ref planes, plane), least, plane, reached);
        return reached;
    }

    /// <summary>
    /// Counts as numbers of 16 bits, in the order of the filters: the filter of byte i and bit j of the strip is number 64 j + i, so that eight planes, seen as bits of bytes, need only be
    /// transposed.
    /// </summary>
    /// <param name="planes">Planes.</param>
    /// <param name="counts">Where the strip's first count goes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(ref TVector planes, ref ushort counts)
    {
        TVector p0 = planes, p1 = Unsafe.Add(ref planes, 1), p2 = Unsafe.Add(ref planes, 2), p3 = Unsafe.Add(ref planes, 3);
        TVector p4 = Unsafe.Add(ref planes, 4), p5 = Unsafe.Add(ref planes, 5), p6 = Unsafe.Add(ref planes, 6), p7 = Unsafe.Add(ref planes, 7);
        Swap4(ref p0, ref p4);
        Swap4(ref p1, ref p5);
        Swap4(ref p2, ref p6);
        Swap4(ref p3, ref p7);
        Swap2(ref p0, ref p2);
        Swap2(ref p1, ref p3);
        Swap2(ref p4, ref p6);
        Swap2(ref p5, ref p7);
        Swap1(ref p0, ref p1);
        Swap1(ref p2, ref p3);
        Swap1(ref p4, ref p5);
        Swap1(ref p6, ref p7);

        TVector p8 = Unsafe.Add(ref planes, 8), p9 = Unsafe.Add(ref planes, 9), p10 = Unsafe.Add(ref planes, 10);
        TLanes.Write(p0, High(p8, p9, p10, 0), ref counts);
        TLanes.Write(p1, High(p8, p9, p10, 1), ref Unsafe.Add(ref counts, 64));
        TLanes.Write(p2, High(p8, p9, p10, 2), ref Unsafe.Add(ref counts, 128));
        TLanes.Write(p3, High(p8, p9, p10, 3), ref Unsafe.Add(ref counts, 192));
        TLanes.Write(p4, High(p8, p9, p10, 4), ref Unsafe.Add(ref counts, 256));
        TLanes.Write(p5, High(p8, p9, p10, 5), ref Unsafe.Add(ref counts, 320));
        TLanes.Write(p6, High(p8, p9, p10, 6), ref Unsafe.Add(ref counts, 384));
        TLanes.Write(p7, High(p8, p9, p10, 7), ref Unsafe.Add(ref counts, 448));
    }

    // Bits 8 to 10 of the counts that lie at one bit of the bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector High(TVector p8, TVector p9, TVector p10, [ConstantExpected] int bit)
    {
        var ones = TLanes.Fill(0x0101_0101_0101_0101);
        var high = TLanes.And(TLanes.Down(p10, bit), ones);
        high = TLanes.Xor(TLanes.Up(high, 1), TLanes.And(TLanes.Down(p9, bit), ones));
        return TLanes.Xor(TLanes.Up(high, 1), TLanes.And(TLanes.Down(p8, bit), ones));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Swap4(ref TVector low, ref TVector high)
    {
        var differ = TLanes.And(TLanes.Xor(TLanes.Down(low, 4), high), TLanes.Fill(0x0F0F_0F0F_0F0F_0F0F));
        high = TLanes.Xor(high, differ);
        low = TLanes.Xor(low, TLanes.Up(differ, 4));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Swap2(ref TVector low, ref TVector high)
    {
        var differ = TLanes.And(TLanes.Xor(TLanes.Down(low, 2), high), TLanes.Fill(0x3333_3333_3333_3333));
        high = TLanes.Xor(high, differ);
        low = TLanes.Xor(low, TLanes.Up(differ, 2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Swap1(ref TVector low, ref TVector high)
    {
        var differ = TLanes.And(TLanes.Xor(TLanes.Down(low, 1), high), TLanes.Fill(0x5555_5555_5555_5555));
        high = TLanes.Xor(high, differ);
        low = TLanes.Xor(low, TLanes.Up(differ, 1));
    }

    // One plane of a comparison, from the lowest up: count bit set and limit bit not decides for it, the opposite against it, and equal bits leave it to the planes below.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AtLeast(TVector plane, int least, int bit, TVector below) =>
        TLanes.Carry(plane, TLanes.Fill((ulong)((least >> bit) & 1) - 1), below);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ripple(ref TVector plane, ref TVector carry)
    {
        var sum = TLanes.Xor(plane, carry);
        carry = TLanes.And(plane, carry);
        plane = sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Row(ref byte strip, ref ushort rows, int at) => TLanes.Load(ref strip, Unsafe.Add(ref rows, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Add(ref TVector plane, TVector a, TVector b)
    {
        var carry = TLanes.Carry(plane, a, b);
        plane = TLanes.Sum(plane, a, b);
        return carry;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Pair(ref byte strip, ref ushort rows, int at, ref TVector p0) =>
        Add(ref p0, Row(ref strip, ref rows, at), Row(ref strip, ref rows, at + 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Four(ref byte strip, ref ushort rows, int at, ref TVector p0, ref TVector p1)
    {
        var a = Pair(ref strip, ref rows, at, ref p0);
        var b = Pair(ref strip, ref rows, at + 2, ref p0);
        return Add(ref p1, a, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Eight(ref byte strip, ref ushort rows, int at, ref TVector p0, ref TVector p1, ref TVector p2)
    {
        var a = Four(ref strip, ref rows, at, ref p0, ref p1);
        var b = Four(ref strip, ref rows, at + 4, ref p0, ref p1);
        return Add(ref p2, a, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Sixteen(ref byte strip, ref ushort rows, int at, ref TVector p0, ref TVector p1, ref TVector p2, ref TVector p3)
    {
        var a = Eight(ref strip, ref rows, at, ref p0, ref p1, ref p2);
        var b = Eight(ref strip, ref rows, at + 8, ref p0, ref p1, ref p2);
        return Add(ref p3, a, b);
    }
}
