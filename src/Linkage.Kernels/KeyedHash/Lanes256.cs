using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Linkage.Kernels;

/// <summary>8 lanes of AVX2. Where AVX-512 is there, too (remainders of 16), its rotations and three-operand logic on 256 bits.</summary>
internal readonly unsafe struct Lanes256 : ILanes<Vector256<uint>>
{
    private const byte ChooseTable = 0xCA;
    private const byte MajorityTable = 0xE8;
    private const byte XorTable = 0x96;

    // The bytes of every word in reverse, as indices of a shuffle.
    private const ulong Reversed0 = 0x0405060700010203;
    private const ulong Reversed1 = 0x0C0D0E0F08090A0B;

    public static int Count => 8;

    public static Vector256<uint> Zero => Vector256<uint>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Broadcast(uint word) => Vector256.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Add(Vector256<uint> x, Vector256<uint> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Choose(Vector256<uint> x, Vector256<uint> y, Vector256<uint> z) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.TernaryLogic(x, y, z, ChooseTable) : z ^ (x & (y ^ z));

    // Without three-operand logic: x ^ y of one round is y ^ z of the next, which the compiler sees.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Majority(Vector256<uint> x, Vector256<uint> y, Vector256<uint> z) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.TernaryLogic(x, y, z, MajorityTable) : y ^ ((x ^ y) & (y ^ z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Sum0(Vector256<uint> x) => Xor(RotateRight(x, 2), RotateRight(x, 13), RotateRight(x, 22));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Sum1(Vector256<uint> x) => Xor(RotateRight(x, 6), RotateRight(x, 11), RotateRight(x, 25));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Mix0(Vector256<uint> x) => Xor(RotateRight(x, 7), RotateRight(x, 18), x >> 3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Mix1(Vector256<uint> x) => Xor(RotateRight(x, 17), RotateRight(x, 19), x >> 10);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Load(uint* words) => Vector256.Load(words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllEqual(Vector256<uint> x, Vector256<uint> y) => x == y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAbove(Vector256<uint> x, uint word) => Vector256.GreaterThanAny(x, Vector256.Create(word));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> SelectAbove(Vector256<uint> x, Vector256<uint> y, Vector256<uint> a, Vector256<uint> b) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(x, y), a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> ReverseBytes(Vector256<uint> x) =>
        Avx2.Shuffle(x.AsByte(), Vector256.Create(Reversed0, Reversed1, Reversed0, Reversed1).AsByte()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> LoadPieces(byte* p0, byte* p1, byte* p2, byte* p3) =>
        Avx2.InsertVector128(Vector128.Load((uint*)p0).ToVector256Unsafe(), Vector128.Load((uint*)p1), 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePieces(Vector256<uint> x, byte* p0, byte* p1, byte* p2, byte* p3)
    {
        x.GetLower().Store((uint*)p0);
        x.GetUpper().Store((uint*)p1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref Vector256<uint> x0, ref Vector256<uint> x1, ref Vector256<uint> x2, ref Vector256<uint> x3)
    {
        var a = Avx2.UnpackLow(x0, x1).AsUInt64();
        var b = Avx2.UnpackHigh(x0, x1).AsUInt64();
        var c = Avx2.UnpackLow(x2, x3).AsUInt64();
        var d = Avx2.UnpackHigh(x2, x3).AsUInt64();
        x0 = Avx2.UnpackLow(a, c).AsUInt32();
        x1 = Avx2.UnpackHigh(a, c).AsUInt32();
        x2 = Avx2.UnpackLow(b, d).AsUInt32();
        x3 = Avx2.UnpackHigh(b, d).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> RotateRight(Vector256<uint> x, [ConstantExpected] byte bits) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(x, bits) : (x >> bits) | (x << (32 - bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Xor(Vector256<uint> x, Vector256<uint> y, Vector256<uint> z) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.TernaryLogic(x, y, z, XorTable) : x ^ y ^ z;
}
