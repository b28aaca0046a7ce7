using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Linkage.Worker.Benchmarking;

/// <summary>
/// Processor time of the calling thread (clock_gettime(2), CLOCK_THREAD_CPUTIME_ID): what a stage costs, whoever else wants the processor meanwhile. Some 0.3 µs a call; asked a few times a batch. Elsewhere than on
/// Linux the wall clock.
/// </summary>
internal static class ThreadClock
{
    private const int ThreadProcessorTime = 3;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Ticks of <see cref="Stopwatch"/>, from a start of the thread's own.</summary>
    public static long Now() =>
        OperatingSystem.IsLinux() && ClockGetTime(ThreadProcessorTime, out var time) == 0
            ? (long)((Int128)((time.Seconds * NanosecondsPerSecond) + time.Nanoseconds) * Stopwatch.Frequency / NanosecondsPerSecond)
            : Stopwatch.GetTimestamp();

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ClockGetTime(int clock, out TimeSpec time);

    // Two longs on the 64-bit systems .NET runs on.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
