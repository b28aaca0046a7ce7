using System.Globalization;
using System.Runtime.InteropServices;
using Linkage.Delta.Compaction;

namespace Linkage.Delta.Tests.Compaction;

/// <summary>What the compaction tests run as processes of their own: a compaction that kills itself at a step, and a worker that commits.</summary>
internal static partial class CompactingProcess
{
    /// <param name="output">Output folder.</param>
    /// <param name="id">Id of the compaction.</param>
    /// <param name="killAt">Step of the disk, from 0, before which the process dies; beyond the last one nothing happens.</param>
    public static void Compact(string output, string id, int killAt)
    {
        var steps = 0;
        var disk = new SteppedDisk
        {
            Before = _ =>
            {
                if (steps++ == killAt)
                    Kill(Environment.ProcessId, 9);
            },
        };
        using var compaction = TableCompaction.TryBegin(output, id, disk) ?? throw new InvalidOperationException("Another compaction is at work.");
        compaction.Run(Path.Combine(output, "events"), EventTable.Layout, new CompactionOptions { Linger = TimeSpan.Zero }, TimeProvider.System);
    }

    /// <summary>Commits a file in each of two years, so many times, from a source of its own.</summary>
    public static void Append(string output, string runId, int commits)
    {
        var table = Path.Combine(output, "events");
        using var lease = RunLease.Take(output, runId);
        var log = TableLog.OpenOrCreate(table, EventTable.Definition, TimeProvider.System, new QuickDisk());
        using var data = new DataFolder(table, lease, new QuickDisk());
        for (var i = 0; i < commits; i++)
            EventTable.Commit(output, log, data, runId, ["y0", "y" + (1 + (i % 5)).ToString(CultureInfo.InvariantCulture)], 20, appId: $"events/t/{runId}", start: runId[^1] * 1_000_000);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
