using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Linkage.Kernels;

/// <summary>
/// A vector as so many lanes of one bit: what <see cref="BitSimilarity"/> counts with. One bit of each filter of a block lies in a lane, so a full adder of three such vectors adds
/// three bits of every filter at once.
/// </summary>
/// <typeparam name="TVector">The vector; of its own, not a wrapper, so that it stays in a register.</typeparam>
internal interface IBitLanes<TVector>
    where TVector : struct
{
    /// <summary>Bytes of a vector.</summary>
    static abstract int Size { get; }

    /// <summary>The vector at an address.</summary>
    static abstract TVector Load(ref byte start, nuint offset);

    /// <summary>Sum of three bits, lower half.</summary>
    static abstract TVector Sum(TVector a, TVector b, TVector c);

    /// <summary>Sum of three bits, upper half: where at least two are set.</summary>
    static abstract TVector Carry(TVector a, TVector b, TVector c);

    /// <summary>Bits of both.</summary>
    static abstract TVector And(TVector a, TVector b);

    /// <summary>Bits of exactly one.</summary>
    static abstract TVector Xor(TVector a, TVector b);

    /// <summary>Each 64 bits shifted up.</summary>
    static abstract TVector Up(TVector a, [ConstantExpected] int bits);

    /// <summary>Each 64 bits shifted down.</summary>
    static abstract TVector Down(TVector a, [ConstantExpected] int bits);

    /// <summary>The same 64 bits everywhere.</summary>
    static abstract TVector Fill(ulong bits);

    /// <summary>Whether no bit is set.</summary>
    static abstract bool IsZero(TVector a);

    /// <summary>Writes a number of 16 bits for each byte, its low half from <paramref name="low"/> and its high half from <paramref name="high"/>.</summary>
    static abstract void Write(TVector low, TVector high, ref ushort destination);
}

/// <summary>512 lanes; a full adder is two ternary operations.</summary>
internal readonly struct BitLanes512 : IBitLanes<Vector512<ulong>>
{
    public static int Size => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Load(ref byte start, nuint offset) => Vector512.LoadUnsafe(ref start, offset).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Sum(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c) => Avx512F.TernaryLogic(a, b, c, 0x96);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Carry(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c) => Avx512F.TernaryLogic(a, b, c, 0xE8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> And(Vector512<ulong> a, Vector512<ulong> b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Xor(Vector512<ulong> a, Vector512<ulong> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Up(Vector512<ulong> a, [ConstantExpected] int bits) => a << bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Down(Vector512<ulong> a, [ConstantExpected] int bits) => a >>> bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Fill(ulong bits) => Vector512.Create(bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(Vector512<ulong> a) => a == Vector512<ulong>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Vector512<ulong> low, Vector512<ulong> high, ref ushort destination)
    {
        var (low0, low1) = Vector512.Widen(low.AsByte());
        var (high0, high1) = Vector512.Widen(high.AsByte());
        (low0 | (high0 << 8)).StoreUnsafe(ref destination);
        (low1 | (high1 << 8)).StoreUnsafe(ref destination, 32);
    }
}

/// <summary>256 lanes.</summary>
internal readonly struct BitLanes256 : IBitLanes<Vector256<ulong>>
{
    public static int Size => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Load(ref byte start, nuint offset) => Vector256.LoadUnsafe(ref start, offset).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Sum(Vector256<ulong> a, Vector256<ulong> b, Vector256<ulong> c) => a ^ b ^ c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Carry(Vector256<ulong> a, Vector256<ulong> b, Vector256<ulong> c) => b ^ ((a ^ b) & (b ^ c));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> And(Vector256<ulong> a, Vector256<ulong> b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Xor(Vector256<ulong> a, Vector256<ulong> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Up(Vector256<ulong> a, [ConstantExpected] int bits) => a << bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Down(Vector256<ulong> a, [ConstantExpected] int bits) => a >>> bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Fill(ulong bits) => Vector256.Create(bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(Vector256<ulong> a) => a == Vector256<ulong>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Vector256<ulong> low, Vector256<ulong> high, ref ushort destination)
    {
        var (low0, low1) = Vector256.Widen(low.AsByte());
        var (high0, high1) = Vector256.Widen(high.AsByte());
        (low0 | (high0 << 8)).StoreUnsafe(ref destination);
        (low1 | (high1 << 8)).StoreUnsafe(ref destination, 16);
    }
}

/// <summary>128 lanes; on Arm the carry is an exclusive or and one bit select.</summary>
internal readonly struct BitLanes128 : IBitLanes<Vector128<ulong>>
{
    public static int Size => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Load(ref byte start, nuint offset) => Vector128.LoadUnsafe(ref start, offset).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Sum(Vector128<ulong> a, Vector128<ulong> b, Vector128<ulong> c) => a ^ b ^ c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Carry(Vector128<ulong> a, Vector128<ulong> b, Vector128<ulong> c) => Vector128.ConditionalSelect(a ^ b, c, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> And(Vector128<ulong> a, Vector128<ulong> b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Xor(Vector128<ulong> a, Vector128<ulong> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Up(Vector128<ulong> a, [ConstantExpected] int bits) => a << bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Down(Vector128<ulong> a, [ConstantExpected] int bits) => a >>> bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Fill(ulong bits) => Vector128.Create(bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(Vector128<ulong> a) => a == Vector128<ulong>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Vector128<ulong> low, Vector128<ulong> high, ref ushort destination)
    {
        var (low0, low1) = Vector128.Widen(low.AsByte());
        var (high0, high1) = Vector128.Widen(high.AsByte());
        (low0 | (high0 << 8)).StoreUnsafe(ref destination);
        (low1 | (high1 << 8)).StoreUnsafe(ref destination, 8);
    }
}

/// <summary>64 lanes in a general register.</summary>
internal readonly struct BitLanes64 : IBitLanes<ulong>
{
    public static int Size => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load(ref byte start, nuint offset) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.AddByteOffset(ref start, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Sum(ulong a, ulong b, ulong c) => a ^ b ^ c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Carry(ulong a, ulong b, ulong c) => b ^ ((a ^ b) & (b ^ c));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong And(ulong a, ulong b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Xor(ulong a, ulong b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Up(ulong a, [ConstantExpected] int bits) => a << bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Down(ulong a, [ConstantExpected] int bits) => a >>> bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Fill(ulong bits) => bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(ulong a) => a == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ulong low, ulong high, ref ushort destination)
    {
        for (var i = 0; i < 8; i++)
            Unsafe.Add(ref destination, i) = (ushort)((byte)(low >> (8 * i)) | ((byte)(high >> (8 * i)) << 8));
    }
}
