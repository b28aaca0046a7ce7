namespace Linkage.Testing;

/// <summary>Classes that count allocated bytes: they run while no other test of the project does, whose collections would add to what they read.</summary>
[CollectionDefinition(nameof(AllocationsCounted), DisableParallelization = true)]
public sealed class AllocationsCounted;

/// <summary>Bytes that work allocates on this thread. For classes of <see cref="AllocationsCounted"/>.</summary>
internal static class Allocations
{
    /// <summary>
    /// The least of several runs. When a collection ends a thread's allocation context, the runtime counts the rest of the context (up to 8 KiB) as allocated: a single reading can
    /// be too high, never too low.
    /// </summary>
    public static long Least(Action work)
    {
        var least = long.MaxValue;
        for (var run = 0; run < 8 && least > 0; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
