using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Linkage.Kernels;

/// <summary>
/// Blocks of values in native memory, all of one length, given back to be taken again. Rows that are held until they are written go from hundreds of columns into as many blocks: cut one after another from large pages,
/// they cost a five-hundredth of the page faults, and no collector ever looks at them or moves them.
/// </summary>
/// <remarks>Memory grows to the most blocks held at a time and is never given back to the system. Thread-safe.</remarks>
public static unsafe class Blocks
{
    /// <summary>Binary logarithm of <see cref="Length"/>.</summary>
    public const int Shift = 11;

    /// <summary>Values in a block.</summary>
    public const int Length = 1 << Shift;

    // Asked of the system at once; what is not touched yet takes no memory.
    private const int SlabBytes = 4 * LargePages.Size;
    private static readonly Lock Gate = new();
    private static byte* next;
    private static byte* end;

    /// <summary>A block of undefined values.</summary>
    public static Block<T> Take<T>()
        where T : unmanaged =>
        Returned<T>.Blocks.TryTake(out var block) ? block : new Block<T>((T*)Cut(Length * sizeof(T)));

    /// <summary>Gives a block back, whose values nobody must read or write from then on.</summary>
    public static void Return<T>(Block<T> block)
        where T : unmanaged
    {
        if (block.IsNone)
            throw new ArgumentException("no block was taken", nameof(block));
        Returned<T>.Blocks.Add(block);
    }

    private static byte* Cut(int bytes)
    {
        lock (Gate)
        {
            if (end - next < bytes)
            {
                next = (byte*)NativeMemory.AlignedAlloc(SlabBytes, LargePages.Size);
                end = next + SlabBytes;
                LargePages.Ask(next, SlabBytes);
            }

            var block = next;
            next += bytes;
            return block;
        }
    }

    private static class Returned<T>
        where T : unmanaged
    {
        public static readonly ConcurrentBag<Block<T>> Blocks = [];
    }
}

/// <summary>A block of <see cref="Blocks"/>. The default is none.</summary>
/// <typeparam name="T">Value type.</typeparam>
public readonly unsafe struct Block<T>
    where T : unmanaged
{
    private readonly T* values;

    internal Block(T* values) => this.values = values;

    /// <summary>Whether this is no block.</summary>
    public bool IsNone => values is null;

    /// <summary>The values: <see cref="Blocks.Length"/> of them, or none of no block.</summary>
    public Span<T> Values
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(values, values is null ? 0 : Blocks.Length);
    }
}
