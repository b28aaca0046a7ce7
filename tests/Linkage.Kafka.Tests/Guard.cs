using System.Diagnostics;

namespace Linkage.Kafka.Tests;

/// <summary>Waits with a guard against hanging for ever, far beyond what is needed.</summary>
internal static class Guard
{
    public static void Until(Func<bool> condition, string what, Action step)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            step();
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(120), "Never came: " + what);
        }
    }
}
