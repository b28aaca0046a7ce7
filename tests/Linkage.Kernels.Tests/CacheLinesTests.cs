namespace Linkage.Kernels.Tests;

public sealed class CacheLinesTests
{
    [Fact]
    public void Asking_changes_nothing_wherever_it_points()
    {
        var slots = Enumerable.Range(0, 100).Select(static i => (ulong)i).ToArray();
        var wide = new (ulong A, ulong B, ulong C, ulong D, ulong E)[7];
        foreach (var index in new[] { int.MinValue, -1, 0, 1, 6, 7, 99, 100, int.MaxValue })
        {
            CacheLines.Prefetch(slots, index);
            CacheLines.Prefetch(wide, index);
            CacheLines.Prefetch<ulong>([], index);
            CacheLines.Prefetch<ulong>(null, index);
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(static i => (ulong)i), slots);
        Assert.All(wide, static w => Assert.Equal(default, w));
    }
}
