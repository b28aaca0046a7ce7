using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Linkage.Kernels;

/// <summary>16 lanes of AVX-512: rotations and three-operand logic are one instruction each.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Vector512<uint>>
{
    // Truth tables of vpternlogd, for operands 0xF0, 0xCC, 0xAA.
    private const byte ChooseTable = 0xCA;
    private const byte MajorityTable = 0xE8;
    private const byte XorTable = 0x96;

    // The bytes of every word in reverse, as indices of a shuffle.
    private const ulong Reversed0 = 0x0405060700010203;
    private const ulong Reversed1 = 0x0C0D0E0F08090A0B;

    public static int Count => 16;

    public static Vector512<uint> Zero => Vector512<uint>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Broadcast(uint word) => Vector512.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Add(Vector512<uint> x, Vector512<uint> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Choose(Vector512<uint> x, Vector512<uint> y, Vector512<uint> z) => Avx512F.TernaryLogic(x, y, z, ChooseTable);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Majority(Vector512<uint> x, Vector512<uint> y, Vector512<uint> z) => Avx512F.TernaryLogic(x, y, z, MajorityTable);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Sum0(Vector512<uint> x) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(x, 2), Avx512F.RotateRight(x, 13), Avx512F.RotateRight(x, 22), XorTable);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Sum1(Vector512<uint> x) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(x, 6), Avx512F.RotateRight(x, 11), Avx512F.RotateRight(x, 25), XorTable);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Mix0(Vector512<uint> x) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(x, 7), Avx512F.RotateRight(x, 18), Avx512F.ShiftRightLogical(x, 3), XorTable);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Mix1(Vector512<uint> x) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(x, 17), Avx512F.RotateRight(x, 19), Avx512F.ShiftRightLogical(x, 10), XorTable);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Load(uint* words) => Vector512.Load(words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllEqual(Vector512<uint> x, Vector512<uint> y) => x == y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAbove(Vector512<uint> x, uint word) => Vector512.GreaterThanAny(x, Vector512.Create(word));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> SelectAbove(Vector512<uint> x, Vector512<uint> y, Vector512<uint> a, Vector512<uint> b) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(x, y), a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> ReverseBytes(Vector512<uint> x) =>
        Avx512BW.Shuffle(x.AsByte(), Vector512.Create(Reversed0, Reversed1, Reversed0, Reversed1, Reversed0, Reversed1, Reversed0, Reversed1).AsByte()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> LoadPieces(byte* p0, byte* p1, byte* p2, byte* p3)
    {
        var x = Vector128.Load((uint*)p0).ToVector256Unsafe().ToVector512Unsafe();
        x = Avx512F.InsertVector128(x, Vector128.Load((uint*)p1), 1);
        x = Avx512F.InsertVector128(x, Vector128.Load((uint*)p2), 2);
        return Avx512F.InsertVector128(x, Vector128.Load((uint*)p3), 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePieces(Vector512<uint> x, byte* p0, byte* p1, byte* p2, byte* p3)
    {
        x.GetLower().GetLower().Store((uint*)p0);
        Avx512F.ExtractVector128(x, 1).Store((uint*)p1);
        Avx512F.ExtractVector128(x, 2).Store((uint*)p2);
        Avx512F.ExtractVector128(x, 3).Store((uint*)p3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref Vector512<uint> x0, ref Vector512<uint> x1, ref Vector512<uint> x2, ref Vector512<uint> x3)
    {
        var a = Avx512F.UnpackLow(x0, x1).AsUInt64();
        var b = Avx512F.UnpackHigh(x0, x1).AsUInt64();
        var c = Avx512F.UnpackLow(x2, x3).AsUInt64();
        var d = Avx512F.UnpackHigh(x2, x3).AsUInt64();
        x0 = Avx512F.UnpackLow(a, c).AsUInt32();
        x1 = Avx512F.UnpackHigh(a, c).AsUInt32();
        x2 = Avx512F.UnpackLow(b, d).AsUInt32();
        x3 = Avx512F.UnpackHigh(b, d).AsUInt32();
    }
}
