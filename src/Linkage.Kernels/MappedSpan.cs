using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Linkage.Kernels;

/// <summary>
/// Read-only elements of mapped or native memory, counted in 64 bits: a section of 60 million rows is longer than any <see cref="ReadOnlySpan{T}"/>.
/// Every access is bounds-checked. The owner of the memory (<see cref="MappedFile"/>, <see cref="TokenTableBuilder"/>) must outlive it; the default value is empty.
/// </summary>
/// <typeparam name="T">Element, without references.</typeparam>
public readonly unsafe struct MappedSpan<T>
    where T : unmanaged
{
    private const int CacheLine = 64;

    private readonly T* start;

    internal MappedSpan(T* start, long length)
    {
        this.start = start;
        Length = length;
    }

    /// <summary>The first element.</summary>
    internal T* Start => start;

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>The element at a position; <see cref="ArgumentOutOfRangeException"/> outside 0..Length − 1.</summary>
    public ref readonly T this[long index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((ulong)index >= (ulong)Length)
                ThrowIndex(index, Length);
            return ref start[index];
        }
    }

    /// <summary>Asks for the cache lines of an element that is read soon; nothing where the position is outside or the processor cannot be asked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(long index)
    {
        if (!Sse.IsSupported || (ulong)index >= (ulong)Length)
            return;
        var first = (byte*)(start + index);
        for (var at = 0; at < sizeof(T); at += CacheLine)
            Sse.Prefetch0(first + at);
    }

    /// <summary>Elements [<paramref name="index"/>, <paramref name="index"/> + <paramref name="count"/>); <see cref="ArgumentOutOfRangeException"/> when not all inside.</summary>
    public ReadOnlySpan<T> Slice(long index, int count)
    {
        if (index < 0 || count < 0 || index > Length - count)
            ThrowSlice(index, count, Length);
        return new ReadOnlySpan<T>(start + index, count);
    }

    private static void ThrowIndex(long index, long length) =>
        throw new ArgumentOutOfRangeException(nameof(index), index, $"must be in 0..{length - 1}");

    private static void ThrowSlice(long index, int count, long length) =>
        throw new ArgumentOutOfRangeException(nameof(index), index, $"with {count} elements must end within {length}");
}
