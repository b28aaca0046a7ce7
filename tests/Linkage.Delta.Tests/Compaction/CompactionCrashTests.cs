using System.Globalization;
using Linkage.Delta.Compaction;
using Linkage.Delta.Verification;

namespace Linkage.Delta.Tests.Compaction;

public sealed class CompactionCrashTests
{
    /// <summary>
    /// A compaction killed by SIGKILL before every single step it takes on the disk. Before anything is repaired, the log and a glob both have all rows once; then a run and a
    /// compaction go on.
    /// </summary>
    [Fact]
    public async Task Killed_between_any_two_steps_a_compaction_leaves_all_rows_once_to_every_reader()
    {
        using var template = new TempFolder();
        EventTable.Fill(template.Path, template["events"], 2, ["y0", "y1"], 12);
        var rows = EventTable.RowsByLog(template["events"]);
        var step = 0;
        var outcomes = new List<(bool Completed, bool Compacted)>();
        while (!outcomes.Exists(o => o.Completed))
        {
            // A few at a time: most of it is starting processes.
            outcomes.AddRange(await Task.WhenAll(Enumerable.Range(step, 6).Select(s => RunAndRecover(template, rows, s))));
            step += 6;
        }
        Assert.InRange(step, 36, 200);
        // Both kinds of steps were met: before the exchange, and after it.
        Assert.Contains((false, false), outcomes);
        Assert.Contains((false, true), outcomes);
    }

    private static async Task<(bool Completed, bool Compacted)> RunAndRecover(TempFolder template, List<string> rows, int step)
    {
        using var folder = new TempFolder();
        CrashTests.Copy(template.Path, folder.Path);
        var table = folder["events"];
        using var process = Program.Start("compact", folder.Path, "compact-killed", step.ToString(CultureInfo.InvariantCulture));
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode is 0 or 137, $"step {step}: exit {process.ExitCode}: {error}");

        EventTable.AssertRows(rows, table, $"killed at step {step}");
        var compacted = TableLog.Open(table).Refresh().Version == 3;
        Assert.Equal(compacted ? 2 : 4, EventTable.Glob(table).Count());
        var verified = TableVerifier.Verify(folder.Path, table, values: true);
        Assert.True(verified.IsSound, $"step {step}: {string.Join("; ", verified.Findings)}");

        // A run that starts next removes what was left, and commits.
        using (var lease = RunLease.Take(folder.Path, "next"))
        {
            var log = TableLog.OpenOrCreate(table, EventTable.Definition, TimeProvider.System);
            using var data = new DataFolder(table, lease);
            Assert.Equal(0, data.RemoveOrphans(log));
            TableCompaction.RemoveLeftovers(folder.Path, TimeSpan.Zero, OutputDisk.Shared);
            RunLease.RemoveDead(folder.Path);
            EventTable.Commit(folder.Path, log, data, "next", ["y1"], 12);
        }
        Assert.True(!Directory.Exists(folder["_compaction"]) || !Directory.EnumerateFileSystemEntries(folder["_compaction"]).Any());
        var more = EventTable.RowsByLog(table);
        Assert.Equal(rows.Count + 12, more.Count);

        // And so does a compaction.
        using (var compaction = TableCompaction.TryBegin(folder.Path, "compact-next")!)
            Assert.NotNull(compaction.Run(table, EventTable.Layout, new CompactionOptions { Linger = TimeSpan.Zero }, TimeProvider.System).Version);
        EventTable.AssertRows(more, table, $"compacted after step {step}");
        Assert.Equal(2, EventTable.Glob(table).Count());
        verified = TableVerifier.Verify(folder.Path, table, values: true);
        Assert.True(verified.Findings.IsEmpty, $"step {step}: {string.Join("; ", verified.Findings)}");
        return (process.ExitCode == 0, compacted);
    }
}
