using System.Security.Cryptography;

namespace Linkage.Kernels;

/// <summary>
/// Memory for secrets: it does not move, so the collector leaves no copies of it behind; it begins where a cache line begins; and what is left behind when it grows is zeroed.
/// </summary>
internal sealed unsafe class PinnedBytes
{
    private const int Alignment = 64;

    private byte[] _bytes;

    /// <summary>Zeroed memory.</summary>
    public PinnedBytes(int length)
    {
        _bytes = Allocate(length);
        Length = length;
    }

    /// <summary>First byte; valid while this object is reachable, until <see cref="Grow"/>.</summary>
    public byte* Start => Aligned(_bytes);

    /// <summary>Bytes.</summary>
    public int Length { get; private set; }

    /// <summary>Room for at least <paramref name="least"/> bytes; at least doubled, so that growing takes little time altogether.</summary>
    public void Grow(int least)
    {
        var length = Math.Max(least, (int)Math.Min(2L * Length, Array.MaxLength - Alignment));
        var grown = Allocate(length);
        new ReadOnlySpan<byte>(Start, Length).CopyTo(new Span<byte>(Aligned(grown), length));
        Zero(Length);
        _bytes = grown;
        Length = length;
    }

    /// <summary>Zeroes the first <paramref name="count"/> bytes.</summary>
    public void Zero(int count) => CryptographicOperations.ZeroMemory(new Span<byte>(Start, Math.Min(count, Length)));

    private static byte[] Allocate(int length) => GC.AllocateArray<byte>(checked(length + Alignment), pinned: true);

    private static byte* Aligned(byte[] bytes)
    {
        fixed (byte* start = bytes)
            return start + (-(nint)start & (Alignment - 1));
    }
}
