using System.Globalization;
using Linkage.Delta.Verification;

namespace Linkage.Delta.Tests;

public sealed class CrashTests
{
    /// <summary>
    /// A worker killed by SIGKILL before every single step it takes on the disk, from creating the table to writing a checkpoint; then another one.
    /// </summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(98, 2)]
    public async Task Killed_between_any_two_steps_a_worker_leaves_a_table_that_the_next_one_continues(int before, int commits)
    {
        using var template = new TempFolder();
        Prepare(template, before);
        var step = 0;
        var completed = false;
        while (!completed)
        {
            // A few at a time: most of it is starting processes.
            var results = await Task.WhenAll(Enumerable.Range(step, 6).Select(s => RunAndRecover(template, s, before, commits)));
            completed = results.Contains(true);
            step += 6;
        }
        Assert.InRange(step, before == 0 ? 24 : 36, 200);
    }

    private static async Task<bool> RunAndRecover(TempFolder template, int step, int before, int commits)
    {
        using var folder = new TempFolder();
        Copy(template.Path, folder.Path);
        using var alive = RunLease.Take(folder.Path, "alive");
        string[] live = ["t/year=y0/part-alive-000001.parquet", "t/year=y0/.part-alive-000002.parquet.tmp"];
        foreach (var path in live)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[path])!);
            File.WriteAllText(folder[path], "x");
        }
        using var process = Program.Start("crash", folder.Path, "killed", commits.ToString(CultureInfo.InvariantCulture), step.ToString(CultureInfo.InvariantCulture));
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode is 0 or 137, $"step {step}: exit {process.ExitCode}: {error}");
        Assert.False(RunLease.IsAlive(folder.Path, "killed"));

        // Before anything is repaired: what the log names is whole and there, and what a glob finds is whole.
        if (File.Exists(folder["t/_delta_log/00000000000000000000.json"]))
        {
            foreach (var file in TableLog.Open(folder["t"]).ReadFiles().Files.Values)
                Assert.Equal(file.Bytes, new FileInfo(folder["t/" + file.Path]).Length);
        }
        foreach (var file in Directory.EnumerateFiles(folder["t"], "part-killed-*.parquet", SearchOption.AllDirectories))
            Assert.Equal(50, Parquet.ParquetFooter.Read(file).Rows);

        // The next worker.
        using (var lease = RunLease.Take(folder.Path, "next"))
        {
            var log = TableLog.OpenOrCreate(folder["t"], Sample.Definition, TimeProvider.System);
            using var data = new DataFolder(folder["t"], lease);
            data.RemoveOrphans(log);
            Assert.Equal(0, data.RemoveOrphans(log));
            var done = log.Refresh().Progress.TryGetValue(CrashingWorker.AppId, out var offset) ? offset / 10 : 0;
            Assert.InRange(done, before, before + commits);
            Assert.True(process.ExitCode == 137 || done == before + commits);
            for (; done < before + 3; done++)
                new CrashingWorker(folder.Path, "next").Commit(log, data);
        }
        var result = TableVerifier.Verify(folder.Path, folder["t"]);
        Assert.True(result.Findings.IsEmpty, $"step {step}: {string.Join("; ", result.Findings)}");
        Assert.Equal((before + 3) * 10, result.Progress[CrashingWorker.AppId]);
        Assert.Equal((before + 3) * 2, result.Files);
        Assert.Equal((before + 3) * 2 * 50, result.Rows);
        // Of the killed run nothing is left but what it committed.
        var named = TableLog.Open(folder["t"]).ReadFiles().Files;
        Assert.All(
            Directory.EnumerateFiles(folder["t"], "*killed*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }),
            path => Assert.Contains(Path.GetRelativePath(folder["t"], path), named));
        Assert.All(live, path => Assert.True(File.Exists(folder[path]), path));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder["t/_delta_log/_tmp"]));
        return process.ExitCode == 0;
    }

    private static void Prepare(TempFolder folder, int commits)
    {
        if (commits == 0)
            return;
        var disk = new QuickDisk();
        using var lease = RunLease.Take(folder.Path, "before");
        var log = TableLog.OpenOrCreate(folder["t"], Sample.Definition, TimeProvider.System, disk);
        using var data = new DataFolder(folder["t"], lease, disk);
        for (var i = 0; i < commits; i++)
            new CrashingWorker(folder.Path, "before").Commit(log, data);
    }

    internal static void Copy(string from, string to)
    {
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (var file in Directory.EnumerateFiles(from, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }))
        {
            if (!file.EndsWith(".lock", StringComparison.Ordinal))
                File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }
}
