using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Linkage.Kernels;

/// <summary>4 lanes of 128 bits, on any processor that has such vectors.</summary>
internal readonly unsafe struct Lanes128 : ILanes<Vector128<uint>>
{
    private const byte ChooseTable = 0xCA;
    private const byte MajorityTable = 0xE8;
    private const byte XorTable = 0x96;

    // The bytes of every word in reverse, as indices of a shuffle.
    private const ulong Reversed0 = 0x0405060700010203;
    private const ulong Reversed1 = 0x0C0D0E0F08090A0B;

    public static int Count => 4;

    public static Vector128<uint> Zero => Vector128<uint>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Broadcast(uint word) => Vector128.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Add(Vector128<uint> x, Vector128<uint> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Choose(Vector128<uint> x, Vector128<uint> y, Vector128<uint> z) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.TernaryLogic(x, y, z, ChooseTable) : AdvSimd.IsSupported ? Vector128.ConditionalSelect(x, y, z) : z ^ (x & (y ^ z));

    // Without three-operand logic: x ^ y of one round is y ^ z of the next, which the compiler sees.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Majority(Vector128<uint> x, Vector128<uint> y, Vector128<uint> z) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.TernaryLogic(x, y, z, MajorityTable) : y ^ ((x ^ y) & (y ^ z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Sum0(Vector128<uint> x) => Xor(RotateRight(x, 2), RotateRight(x, 13), RotateRight(x, 22));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Sum1(Vector128<uint> x) => Xor(RotateRight(x, 6), RotateRight(x, 11), RotateRight(x, 25));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Mix0(Vector128<uint> x) => Xor(RotateRight(x, 7), RotateRight(x, 18), x >> 3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Mix1(Vector128<uint> x) => Xor(RotateRight(x, 17), RotateRight(x, 19), x >> 10);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Load(uint* words) => Vector128.Load(words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllEqual(Vector128<uint> x, Vector128<uint> y) => x == y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAbove(Vector128<uint> x, uint word) => Vector128.GreaterThanAny(x, Vector128.Create(word));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> SelectAbove(Vector128<uint> x, Vector128<uint> y, Vector128<uint> a, Vector128<uint> b) =>
        Vector128.ConditionalSelect(Vector128.GreaterThan(x, y), a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> ReverseBytes(Vector128<uint> x) => Vector128.Shuffle(x.AsByte(), Vector128.Create(Reversed0, Reversed1).AsByte()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> LoadPieces(byte* p0, byte* p1, byte* p2, byte* p3) => Vector128.Load((uint*)p0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePieces(Vector128<uint> x, byte* p0, byte* p1, byte* p2, byte* p3) => x.Store((uint*)p0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref Vector128<uint> x0, ref Vector128<uint> x1, ref Vector128<uint> x2, ref Vector128<uint> x3)
    {
        var a = Low(x0, x1).AsUInt64();
        var b = High(x0, x1).AsUInt64();
        var c = Low(x2, x3).AsUInt64();
        var d = High(x2, x3).AsUInt64();
        x0 = Low(a, c).AsUInt32();
        x1 = High(a, c).AsUInt32();
        x2 = Low(b, d).AsUInt32();
        x3 = High(b, d).AsUInt32();
    }

    // x0 y0 x1 y1
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Low(Vector128<uint> x, Vector128<uint> y) =>
        Sse2.IsSupported ? Sse2.UnpackLow(x, y)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(x, y)
        : Vector128.Create(x[0], y[0], x[1], y[1]);

    // x2 y2 x3 y3
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> High(Vector128<uint> x, Vector128<uint> y) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(x, y)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(x, y)
        : Vector128.Create(x[2], y[2], x[3], y[3]);

    // x0 y0
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Low(Vector128<ulong> x, Vector128<ulong> y) =>
        Sse2.IsSupported ? Sse2.UnpackLow(x, y)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(x, y)
        : Vector128.Create(x[0], y[0]);

    // x1 y1
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> High(Vector128<ulong> x, Vector128<ulong> y) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(x, y)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(x, y)
        : Vector128.Create(x[1], y[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> RotateRight(Vector128<uint> x, [ConstantExpected] byte bits) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(x, bits) : (x >> bits) | (x << (32 - bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Xor(Vector128<uint> x, Vector128<uint> y, Vector128<uint> z) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.TernaryLogic(x, y, z, XorTable) : x ^ y ^ z;
}
