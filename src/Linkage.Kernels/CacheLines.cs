using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Linkage.Kernels;

/// <summary>Asks memory for what is read soon. Advice, which changes nothing but speed, and nothing at all where the processor cannot be asked; nothing is read, so a position outside is passed over.</summary>
public static unsafe class CacheLines
{
    private const int Size = 64;

    /// <summary>Asks for the line in which an element begins, and the one in which it ends.</summary>
    /// <typeparam name="T">Element of no more than a line, without references.</typeparam>
    /// <param name="elements">Where it is.</param>
    /// <param name="index">Position of the element.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch<T>(T[]? elements, int index)
        where T : unmanaged
    {
        if (!Sse.IsSupported || elements is null || (uint)index >= (uint)elements.Length)
            return;
        // An array that the collector moves meanwhile is asked for in vain, no more.
        var first = (byte*)Unsafe.AsPointer(ref elements[index]);
        Sse.Prefetch0(first);
        if (sizeof(T) > sizeof(ulong) && (((nint)first ^ ((nint)first + sizeof(T) - 1)) & -Size) != 0)
            Sse.Prefetch0(first + sizeof(T) - 1);
    }
}
