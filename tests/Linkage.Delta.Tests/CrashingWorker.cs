using System.Globalization;
using System.Runtime.InteropServices;

namespace Linkage.Delta.Tests;

/// <summary>A worker that commits ten offsets at a time from where the log stands, and kills itself before a chosen step of the disk.</summary>
internal sealed partial class CrashingWorker(string output, string runId)
{
    public const string AppId = "t/a/0";

    /// <param name="commits">Commits to do.</param>
    /// <param name="killAt">Step, from 0; beyond the last one nothing happens.</param>
    public void Run(int commits, int killAt)
    {
        var steps = 0;
        // Locked, because files may be synced by several threads: the process must not pass the step at which it dies.
        var door = new Lock();
        var disk = new SteppedDisk
        {
            Before = _ =>
            {
                lock (door)
                {
                    if (steps++ == killAt)
                        Kill(Environment.ProcessId, 9);
                }
            },
        };
        using var lease = RunLease.Take(output, runId);
        var log = TableLog.OpenOrCreate(Path.Combine(output, "t"), Sample.Definition, TimeProvider.System, disk);
        using var data = new DataFolder(Path.Combine(output, "t"), lease, disk);
        data.RemoveOrphans(log);
        for (var i = 0; i < commits; i++)
            Commit(log, data);
    }

    public void Commit(TableLog log, DataFolder data)
    {
        var from = log.Refresh().Progress.TryGetValue(AppId, out var offset) ? offset : (long?)null;
        var files = new List<StagedFile>();
        var commit = new List<DataFile>();
        for (var f = 0; f < 2; f++)
        {
            var year = "y" + f.ToString(CultureInfo.InvariantCulture);
            var file = data.Create("year=" + year);
            files.Add(file);
            commit.Add(new DataFile(file.Path, [new("year", year)], Sample.WriteParquet(file.Stream, (int)(from ?? 0) + f)));
        }
        DataFolder.SyncAll(files);
        log.Commit(new TableCommit(Guid.NewGuid(), runId, [.. commit], [new(AppId, from, (from ?? 0) + 10)], Sample.Time), files);
        foreach (var file in files)
            file.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
