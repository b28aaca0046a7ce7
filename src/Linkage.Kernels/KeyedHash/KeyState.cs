using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Linkage.Kernels;

/// <summary>
/// What HMAC needs of a key (RFC 2104): the state of SHA-256 behind the block of the key and the inner pad, then behind the block of the key and the outer pad; 8 words each.
/// </summary>
internal static unsafe class KeyState
{
    /// <summary>Bytes of both states.</summary>
    public const int Size = 64;

    private const int BlockSize = 64;
    private const byte InnerPad = 0x36;
    private const byte OuterPad = 0x5C;

    private static ReadOnlySpan<uint> InitialState => [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    /// <summary>Writes the 16 words of a key of any length.</summary>
    public static void Derive(ReadOnlySpan<byte> key, uint* states)
    {
        Span<byte> block = stackalloc byte[BlockSize];
        block.Clear();
        if (key.Length > BlockSize)
            SHA256.HashData(key, block);
        else
            key.CopyTo(block);
        Xor(block, InnerPad);
        Compress(block, states);
        Xor(block, InnerPad ^ OuterPad);
        Compress(block, states + 8);
        CryptographicOperations.ZeroMemory(block);
    }

    /// <summary>The state behind a first block.</summary>
    internal static void Compress(ReadOnlySpan<byte> block, uint* after)
    {
        Span<uint> w = stackalloc uint[Sha256<uint, Words>.ScheduleLength];
        for (var i = 0; i < BlockSize / sizeof(uint); i++)
            w[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(i * sizeof(uint))..]);
        fixed (uint* words = w, before = InitialState)
        {
            Sha256<uint, Words>.Expand(words);
            Sha256<uint, Words>.Compress(before, words, after);
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(w));
    }

    private static void Xor(Span<byte> block, byte pad)
    {
        foreach (ref var b in block)
            b ^= pad;
    }
}
