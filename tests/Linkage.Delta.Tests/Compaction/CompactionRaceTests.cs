using Linkage.Delta.Compaction;
using Linkage.Delta.Verification;

namespace Linkage.Delta.Tests.Compaction;

public sealed class CompactionRaceTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _table;

    public CompactionRaceTests() => _table = _folder["events"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Readers_see_all_of_before_or_all_of_after()
    {
        EventTable.Fill(_folder.Path, _table, 30, ["y0", "y1", "y2"], 20);
        const int rows = 30 * 3 * 20;
        using var stop = new CancellationTokenSource();
        using var begun = new CountdownEvent(2);
        var (log, glob) = (Read(() => TableLog.Open(_table).ReadFiles().Files.Keys, begun, stop.Token), Read(() => EventTable.Glob(_table).ToList(), begun, stop.Token));
        begun.Wait();
        var bytes = TableLog.Open(_table).ReadFiles().Files.Values.Max(f => f.Bytes);
        long[] targets = [3 * bytes, 9 * bytes, 1 << 20];
        foreach (var target in targets)
        {
            // The same rows in ever fewer files.
            using var compaction = TableCompaction.TryBegin(_folder.Path, $"compact-{target}", new QuickDisk())!;
            var result = compaction.Run(_table, EventTable.Layout, new CompactionOptions { Linger = TimeSpan.FromSeconds(2), Parquet = new Parquet.ParquetOptions { RowGroupRows = 20 }, TargetBytes = target }, TimeProvider.System);
            Assert.True(result.Version is not null, $"{result.Plan.LiveFiles} files, target {target}: {string.Join(' ', TableLog.Open(_table).ReadFiles().Files.Values.Select(f => f.Bytes))}");
        }
        await stop.CancelAsync();
        foreach (var (reads, files) in await Task.WhenAll(log, glob))
        {
            Assert.All(reads, r => Assert.Equal(rows, r));
            Assert.True(files.Count > 1, $"{reads.Count} reads, and the table was never seen to change");
        }
    }

    /// <summary>
    /// Lists and counts rows until told to stop. A reader that listed files before the exchange and opens them after it finds them gone, which is an error and no wrong
    /// answer: it lists again.
    /// </summary>
    private Task<(List<long> Rows, HashSet<int> Files)> Read(Func<IEnumerable<string>> list, CountdownEvent begun, CancellationToken stop) => Task.Factory.StartNew(
        () =>
        {
            var (rows, files) = (new List<long>(), new HashSet<int>());
            // Once more after the last compaction, however quick they were.
            for (var last = false; !last;)
            {
                last = stop.IsCancellationRequested;
                try
                {
                    var paths = list().ToList();
                    rows.Add(paths.Sum(p => Parquet.ParquetFooter.Read(Path.Combine(_table, p)).Rows));
                    files.Add(paths.Count);
                    if (rows.Count == 1)
                        begun.Signal();
                }
                catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
                {
                    continue;
                }
            }
            return (rows, files);
        },
        TaskCreationOptions.LongRunning);

    [Fact]
    public async Task Workers_that_commit_meanwhile_lose_nothing()
    {
        const int workers = 2, commits = 120;
        TableLog.OpenOrCreate(_table, EventTable.Definition, TimeProvider.System);
        var processes = Enumerable.Range(0, workers).Select(w => Program.Start("append", _folder.Path, $"worker-{w}", commits.ToString(System.Globalization.CultureInfo.InvariantCulture))).ToArray();
        var compactions = 0;
        while (Array.Exists(processes, p => !p.HasExited) || compactions == 0)
        {
            using var compaction = TableCompaction.TryBegin(_folder.Path, $"compact-{compactions}", new QuickDisk())!;
            compactions += compaction.Run(_table, EventTable.Layout, new CompactionOptions { Linger = TimeSpan.Zero }, TimeProvider.System).Version is null ? 0 : 1;
        }
        var failed = 0;
        foreach (var process in processes)
        {
            var error = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            failed += process.ExitCode;
            Assert.True(process.ExitCode == 0, error);
            process.Dispose();
        }
        var verified = TableVerifier.Verify(_folder.Path, _table, values: true);
        Assert.True(verified.Findings.IsEmpty, string.Join("; ", verified.Findings.Take(5)));
        Assert.Equal(workers * commits * 2 * 20, verified.Rows);
        Assert.Equal(verified.Rows, EventTable.RowsByGlob(_table).Count);
        Assert.All(Enumerable.Range(0, workers), w => Assert.Equal(commits * 2 * 20, verified.RowsByRun[$"worker-{w}"]));
        Assert.Equal(verified.Rows, EventTable.RowsByLog(_table).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(0, failed);
    }
}
