using System.Runtime.InteropServices;

namespace Linkage.Kernels;

/// <summary>
/// Pages of 2 MiB in place of 4 KiB, where the system gives them (Linux). A look-up in a large table touches a page of its own, and then half of its time is the walk through the page tables.
/// </summary>
internal static unsafe partial class LargePages
{
    /// <summary>Bytes of a large page of x86-64, and of Arm with small pages of 4 KiB.</summary>
    public const int Size = 2 << 20;

    // MADV_HUGEPAGE of Linux.
    private const int HugePage = 14;

    /// <summary>Asks for them: advice, which the system need not follow and which changes nothing but speed. <paramref name="start"/> is where a page begins.</summary>
    /// <returns>Whether the system took the advice.</returns>
    public static bool Ask(void* start, long length) => OperatingSystem.IsLinux() && length >= Size && Advise(start, (nuint)length, HugePage) == 0;

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
