using System.Globalization;
using Linkage.Delta.Verification;

namespace Linkage.Delta.Tests;

public sealed class RaceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Workers_in_one_process_leave_an_unbroken_log()
    {
        const int workers = 3, commits = 700;
        var threads = Enumerable.Range(0, workers).Select(w => new RacingWorker(_folder.Path, w)).Select(w => Task.Factory.StartNew(() => w.Run(commits), TaskCreationOptions.LongRunning)).ToArray();
        await Task.WhenAll(threads);
        AssertUnbroken(workers * commits);
    }

    [Fact]
    public async Task Workers_in_several_processes_leave_an_unbroken_log()
    {
        const int workers = 3, commits = 700;
        var processes = Enumerable.Range(0, workers).Select(w => Program.Start("race", _folder.Path, w.ToString(CultureInfo.InvariantCulture), commits.ToString(CultureInfo.InvariantCulture))).ToArray();
        foreach (var process in processes)
        {
            var error = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, error);
            process.Dispose();
        }
        AssertUnbroken(workers * commits);
    }

    [Fact]
    public async Task Of_many_that_create_a_table_one_wins_and_all_agree()
    {
        for (var round = 0; round < 20; round++)
        {
            var folder = _folder["t" + round.ToString(CultureInfo.InvariantCulture)];
            using var start = new Barrier(4);
            var more = Sample.Definition with { Schema = Sample.Definition.Schema with { Columns = Sample.Columns.Add(new(9, "more", Parquet.ColumnType.Int32, true, "More.")) } };
            var threads = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    TableLog.OpenOrCreate(folder, Sample.Definition, TimeProvider.System);
                    start.SignalAndWait();
                    return TableLog.OpenOrCreate(folder, more, TimeProvider.System).Refresh();
                },
                TaskCreationOptions.LongRunning)).ToArray();
            Assert.All(await Task.WhenAll(threads), s => Assert.Equal((1L, 9), (s.Version, s.Definition.Schema.Columns.Length)));
            Assert.Equal(2, Directory.EnumerateFiles(Path.Combine(folder, "_delta_log")).Count());
            Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder, "_delta_log/_tmp")));
        }
    }

    private void AssertUnbroken(int commits)
    {
        var result = TableVerifier.Verify(_folder.Path, _folder["t"]);
        Assert.True(result.Findings.IsEmpty, string.Join("; ", result.Findings.Take(5)));
        Assert.Equal(commits, result.Version);
        // Told once more without the code under test: versions, and the chain of every partition.
        var offsets = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var version = 1; version <= commits; version++)
        {
            var lines = File.ReadAllLines(_folder[$"t/_delta_log/{version.ToString("D20", CultureInfo.InvariantCulture)}.json"]);
            using var info = System.Text.Json.JsonDocument.Parse(lines[0]);
            foreach (var step in info.RootElement.GetProperty("commitInfo").GetProperty("linkage").GetProperty("progress").EnumerateArray())
            {
                var app = step.GetProperty("appId").GetString()!;
                Assert.Equal(step.TryGetProperty("from", out var from) ? from.GetInt64() : null, offsets.TryGetValue(app, out var offset) ? offset : (long?)null);
                offsets[app] = step.GetProperty("to").GetInt64();
            }
        }
        Assert.Equal(RacingWorker.Partitions, offsets.Count);
        Assert.Equal(offsets.OrderBy(o => o.Key, StringComparer.Ordinal), result.Progress.OrderBy(o => o.Key, StringComparer.Ordinal));
    }
}
