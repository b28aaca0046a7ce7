using System.Security.Cryptography;

namespace Linkage.Kernels;

/// <summary>
/// Memory for secrets: it does not move, so the collector leaves no copies of it behind; it begins where a cache line begins; and what is left behind when it grows is zeroed.
/// </summary>
internal sealed unsafe class PinnedBytes
{
    private const int Alignment = 64;

    private byte[] _bytes;
    private int _offset;

    /// <summary>Zeroed memory.</summary>
    public PinnedBytes(int length)
    {
        _bytes = Allocate(length);
        SetStart();
        Length = length;
    }

    /// <summary>First byte; valid until <see cref="Grow"/>, and only while this object is reachable (<see cref="GC.KeepAlive"/>).</summary>
    public byte* Start { get; private set; }

    /// <summary>Bytes.</summary>
    public int Length { get; private set; }

    /// <summary>Part of the memory, which it keeps alive; valid until <see cref="Grow"/>.</summary>
    public Span<byte> Span(int start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)(Length - start), nameof(length));
        return _bytes.AsSpan(_offset + start, length);
    }

    /// <summary>Room for at least <paramref name="least"/> bytes; at least doubled, so that growing takes little time altogether.</summary>
    public void Grow(int least)
    {
        var length = Math.Max(least, (int)Math.Min(2L * Length, Array.MaxLength - Alignment));
        var grown = Allocate(length);
        var old = Span(0, Length);
        _bytes = grown;
        SetStart();
        Length = length;
        old.CopyTo(Span(0, length));
        CryptographicOperations.ZeroMemory(old);
    }

    /// <summary>Zeroes the first <paramref name="count"/> bytes.</summary>
    public void Zero(int count) => CryptographicOperations.ZeroMemory(Span(0, count));

    private static byte[] Allocate(int length) => GC.AllocateArray<byte>(checked(length + Alignment), pinned: true);

    private void SetStart()
    {
        fixed (byte* first = _bytes)
        {
            _offset = (int)(-(nint)first & (Alignment - 1));
            Start = first + _offset;
        }
    }
}
