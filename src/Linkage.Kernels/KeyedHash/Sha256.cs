using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Linkage.Kernels;

/// <summary>
/// The compression function of SHA-256 (FIPS 180-4, section 6.2.2) on as many blocks as a vector has lanes. A block's words lie in a schedule of <see cref="ScheduleLength"/> vectors, the
/// message in the first 16.
/// </summary>
/// <remarks>
/// The schedule stays in memory, where an addition reads a word as its operand: in registers are only the eight words of state. Words 16 to 31 are computed ahead, by one of three methods
/// that leave out what is known to be zero; the later ones between the rounds, because half of a schedule's instructions are rotations, which wide vectors have one port for.
/// Every method is compiled in full at once: the unoptimised code is a hundred times slower, and a run may be over before it is replaced.
/// </remarks>
internal static unsafe class Sha256<TVector, TWords>
    where TVector : unmanaged
    where TWords : struct, IWords<TVector>
{
    /// <summary>Vectors of a schedule.</summary>
    public const int ScheduleLength = 64;

    /// <summary>Vectors of a state.</summary>
    public const int StateLength = 8;

    private static ReadOnlySpan<uint> RoundConstants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>Words 16 to 31 of any block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Expand(TVector* w)
    {
        for (var i = 0; i < 16; i += 8, w += 8)
            Expand8(w);
    }

    /// <summary>Words 16 to 31 of a block whose words 9 to 14 are zero: a message of up to 31 bytes, or a digest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ExpandHalf(TVector* w)
    {
        w[16] = TWords.Add(w[0], TWords.Mix0(w[1]));
        w[17] = Sum(w[1], TWords.Mix0(w[2]), TWords.Mix1(w[15]));
        w[18] = Sum(w[2], TWords.Mix0(w[3]), TWords.Mix1(w[16]));
        w[19] = Sum(w[3], TWords.Mix0(w[4]), TWords.Mix1(w[17]));
        w[20] = Sum(w[4], TWords.Mix0(w[5]), TWords.Mix1(w[18]));
        w[21] = Sum(w[5], TWords.Mix0(w[6]), TWords.Mix1(w[19]));
        w[22] = Sum(w[6], TWords.Mix0(w[7]), w[15], TWords.Mix1(w[20]));
        w[23] = Sum(w[7], TWords.Mix0(w[8]), w[16], TWords.Mix1(w[21]));
        w[24] = Sum(w[8], w[17], TWords.Mix1(w[22]));
        ExpandLast(w);
    }

    /// <summary>Words 16 to 31 of a block whose words 4 to 14 are zero: a message of up to 15 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ExpandShort(TVector* w)
    {
        w[16] = TWords.Add(w[0], TWords.Mix0(w[1]));
        w[17] = Sum(w[1], TWords.Mix0(w[2]), TWords.Mix1(w[15]));
        w[18] = Sum(w[2], TWords.Mix0(w[3]), TWords.Mix1(w[16]));
        w[19] = TWords.Add(w[3], TWords.Mix1(w[17]));
        w[20] = TWords.Mix1(w[18]);
        w[21] = TWords.Mix1(w[19]);
        w[22] = TWords.Add(w[15], TWords.Mix1(w[20]));
        w[23] = TWords.Add(w[16], TWords.Mix1(w[21]));
        w[24] = TWords.Add(w[17], TWords.Mix1(w[22]));
        ExpandLast(w);
    }

    /// <summary>The 64 rounds of a block whose words 0 to 31 are there. Writes words 32 to 63; <paramref name="after"/> may be <paramref name="before"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress(TVector* before, TVector* w, TVector* after)
    {
        // In the program's read-only data, which does not move.
        var k = (uint*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(RoundConstants));
        var a = before[0];
        var b = before[1];
        var c = before[2];
        var d = before[3];
        var e = before[4];
        var f = before[5];
        var g = before[6];
        var h = before[7];
        for (var i = 0; i < 64; i += 8, w += 8, k += 8)
        {
            Round(a, b, c, ref d, e, f, g, ref h, w[0], k[0]);
            Round(h, a, b, ref c, d, e, f, ref g, w[1], k[1]);
            Round(g, h, a, ref b, c, d, e, ref f, w[2], k[2]);
            Round(f, g, h, ref a, b, c, d, ref e, w[3], k[3]);
            Round(e, f, g, ref h, a, b, c, ref d, w[4], k[4]);
            Round(d, e, f, ref g, h, a, b, ref c, w[5], k[5]);
            Round(c, d, e, ref f, g, h, a, ref b, w[6], k[6]);
            Round(b, c, d, ref e, f, g, h, ref a, w[7], k[7]);
            if (i < 32)
                Expand8(w + 16);
        }

        after[0] = TWords.Add(before[0], a);
        after[1] = TWords.Add(before[1], b);
        after[2] = TWords.Add(before[2], c);
        after[3] = TWords.Add(before[3], d);
        after[4] = TWords.Add(before[4], e);
        after[5] = TWords.Add(before[5], f);
        after[6] = TWords.Add(before[6], g);
        after[7] = TWords.Add(before[7], h);
    }

    // Words 25 to 31 where words 9 to 14 are zero.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ExpandLast(TVector* w)
    {
        w[25] = TWords.Add(w[18], TWords.Mix1(w[23]));
        w[26] = TWords.Add(w[19], TWords.Mix1(w[24]));
        w[27] = TWords.Add(w[20], TWords.Mix1(w[25]));
        w[28] = TWords.Add(w[21], TWords.Mix1(w[26]));
        w[29] = TWords.Add(w[22], TWords.Mix1(w[27]));
        w[30] = Sum(TWords.Mix0(w[15]), w[23], TWords.Mix1(w[28]));
        w[31] = Sum(w[15], TWords.Mix0(w[16]), w[24], TWords.Mix1(w[29]));
    }

    // Words 16 to 23.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Expand8(TVector* w)
    {
        w[16] = Sum(w[0], TWords.Mix0(w[1]), w[9], TWords.Mix1(w[14]));
        w[17] = Sum(w[1], TWords.Mix0(w[2]), w[10], TWords.Mix1(w[15]));
        w[18] = Sum(w[2], TWords.Mix0(w[3]), w[11], TWords.Mix1(w[16]));
        w[19] = Sum(w[3], TWords.Mix0(w[4]), w[12], TWords.Mix1(w[17]));
        w[20] = Sum(w[4], TWords.Mix0(w[5]), w[13], TWords.Mix1(w[18]));
        w[21] = Sum(w[5], TWords.Mix0(w[6]), w[14], TWords.Mix1(w[19]));
        w[22] = Sum(w[6], TWords.Mix0(w[7]), w[15], TWords.Mix1(w[20]));
        w[23] = Sum(w[7], TWords.Mix0(w[8]), w[16], TWords.Mix1(w[21]));
    }

    // The names of the state rotate instead of its words: d takes the new e, h the new a. What is known last (e) is added last.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(TVector a, TVector b, TVector c, ref TVector d, TVector e, TVector f, TVector g, ref TVector h, TVector word, uint constant)
    {
        var t = Sum(TWords.Add(h, TWords.Add(word, TWords.Broadcast(constant))), TWords.Choose(e, f, g), TWords.Sum1(e));
        d = TWords.Add(d, t);
        h = Sum(t, TWords.Majority(a, b, c), TWords.Sum0(a));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Sum(TVector x, TVector y, TVector z) => TWords.Add(TWords.Add(x, y), z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Sum(TVector x, TVector y, TVector z, TVector u) => TWords.Add(TWords.Add(TWords.Add(x, y), z), u);
}
