namespace Linkage.Delta.Tests;

public sealed class DataFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_hidden_until_published()
    {
        using var lease = RunLease.Take(_folder.Path, "run-1");
        using var data = new DataFolder(_folder["t"], lease);
        using var file = data.Create("year=y2020/flag=true");
        var bytes = new byte[100_000];
        new Random(1).NextBytes(bytes);
        file.Stream.Write(bytes.AsSpan(0, 10));
        file.Stream.Write(bytes.AsSpan(10, 70_000));
        file.Stream.Write(bytes.AsSpan(70_010));
        file.Sync();
        // Neither a glob nor Spark, which skips names that begin with a dot, sees it.
        var hidden = Assert.Single(Directory.EnumerateFiles(_folder["t"], "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }));
        Assert.StartsWith(".", Path.GetFileName(hidden), StringComparison.Ordinal);
        Assert.False(hidden.EndsWith(".parquet", StringComparison.Ordinal));
        TableLog.OpenOrCreate(_folder["t"], Sample.Definition with { PartitionColumns = ["year", "flag"] }, TimeProvider.System)
            .Commit(Sample.Commit("t/a/0", null, 1, new DataFile(file.Path, [new("year", "y2020"), new("flag", "true")], Sample.Summary())), [file]);
        Assert.Equal("year=y2020/flag=true/part-run-1-000001.parquet", file.Path);
        Assert.Equal(bytes, File.ReadAllBytes(_folder["t/" + file.Path]));
        Assert.Single(Directory.EnumerateFiles(_folder["t/year=y2020"], "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }));
    }

    [Fact]
    public void Many_files_are_synced_and_published_together()
    {
        using var lease = RunLease.Take(_folder.Path, "run-1");
        using var data = new DataFolder(_folder["t"], lease);
        var files = Enumerable.Range(0, 40).Select(i => data.Create($"year=y{i % 7}")).ToList();
        foreach (var file in files)
            file.Stream.Write([1, 2, 3]);
        DataFolder.SyncAll(files);
        data.PublishAll(files);
        Assert.Equal([.. files.Select(f => f.Path).Order(StringComparer.Ordinal)], Published());
        files[3].Discard();
        Assert.Equal(39, Published().Count);
        foreach (var file in files)
            file.Dispose();
        Assert.Empty(Published());
    }

    [Fact]
    public void Files_of_a_commit_stay_and_files_of_a_lost_one_go()
    {
        using var lease = RunLease.Take(_folder.Path, "run-1");
        using var data = new DataFolder(_folder["t"], lease);
        var log = TableLog.OpenOrCreate(_folder["t"], Sample.Definition, TimeProvider.System);
        Commit(null, 10);
        Assert.Single(Published());
        Assert.Throws<OwnershipLostException>(() => Commit(null, 20));
        Assert.Single(Published());
        Commit(10, 20);
        Assert.Equal(log.ReadFiles().Files.Keys.Order(StringComparer.Ordinal), Published());

        void Commit(long? expected, long next)
        {
            using var file = data.Create("year=y1");
            DataFolder.SyncAll([file]);
            log.Commit(Sample.Commit("t/a/0", expected, next, Sample.File(file.Path, "y1")), [file]);
        }
    }

    [Fact]
    public void A_file_not_published_goes_with_its_owner()
    {
        using var lease = RunLease.Take(_folder.Path, "run-1");
        using var data = new DataFolder(_folder["t"], lease);
        using (var open = data.Create(""))
            open.Stream.Write([1]);
        using (var synced = data.Create(""))
            synced.Sync();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["t"]));
    }

    [Fact]
    public void Orphans_of_dead_runs_go_and_everything_else_stays()
    {
        var log = TableLog.OpenOrCreate(_folder["t"], Sample.Definition, TimeProvider.System);
        var killed = RunLease.Take(_folder.Path, "killed");
        using var alive = RunLease.Take(_folder.Path, "alive");
        using var mine = RunLease.Take(_folder.Path, "mine");
        string[] keep =
        [
            "year=y2020/part-killed-000001.parquet", // committed below
            "year=y2020/part-alive-000001.parquet", "year=y2020/.part-alive-000002.parquet.tmp",
            "year=y2020/part-mine-000001.parquet", "year=y2020/.part-mine-000002.parquet.tmp",
            "_delta_log/_tmp/alive.0123456789abcdef0123456789abcdef.tmp",
            "year=y2020/part-00000-3935a07c-416b-4344-ad97-2a38342ee2fc.c000.snappy.parquet", "notes.txt", "year=y2020/part-killed-000009.csv",
            "elsewhere/part-killed-000001.parquet",
        ];
        string[] go =
        [
            "year=y2020/part-killed-000002.parquet", "year=y2021/.part-killed-000003.parquet.tmp", "part-killed-000004.parquet",
            "part-never-locked-000001.parquet",
            "_delta_log/_tmp/killed.0123456789abcdef0123456789abcdef.tmp", "_delta_log/_tmp/open.0123456789abcdef0123456789abcdef.tmp",
        ];
        foreach (var path in keep.Concat(go))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder["t/" + path])!);
            File.WriteAllText(_folder["t/" + path], "x");
        }
        log.Commit(Sample.Commit("t/a/0", null, 1, Sample.File("year=y2020/part-killed-000001.parquet", "y2020")) with { RunId = "killed" });
        using var data = new DataFolder(_folder["t"], mine);
        Assert.Equal(2, data.RemoveOrphans(log)); // never-locked, open: 'killed' still lives
        killed.Dispose();
        Assert.Equal(go.Length - 2, data.RemoveOrphans(log));
        Assert.Equal(0, data.RemoveOrphans(log));
        Assert.All(keep, path => Assert.True(File.Exists(_folder["t/" + path]), path));
        Assert.All(go, path => Assert.False(File.Exists(_folder["t/" + path]), path));
    }

    [Fact]
    public void A_lease_shows_life_until_released()
    {
        Assert.False(RunLease.IsAlive(_folder.Path, "run-1"));
        using (var lease = RunLease.Take(_folder.Path, "run-1"))
        {
            Assert.True(RunLease.IsAlive(_folder.Path, "run-1"));
            Assert.True(RunLease.IsAlive(_folder.Path, "run-1"));
            Assert.Throws<ArgumentException>(() => RunLease.Take(_folder.Path, "run-1"));
            RunLease.RemoveDead(_folder.Path);
            Assert.True(RunLease.IsAlive(_folder.Path, "run-1"));
            lease.Dispose();
        }
        Assert.False(RunLease.IsAlive(_folder.Path, "run-1"));
        Assert.Empty(Directory.EnumerateFiles(_folder["_runs"]));
        File.WriteAllText(_folder["_runs/dead.lock"], "");
        Assert.False(RunLease.IsAlive(_folder.Path, "dead"));
        RunLease.RemoveDead(_folder.Path);
        Assert.Empty(Directory.EnumerateFiles(_folder["_runs"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("A")]
    [InlineData("a/b")]
    [InlineData("a.b")]
    public void Run_ids_that_would_not_do_in_file_names_are_refused(string id) =>
        Assert.Throws<ArgumentException>(() => RunLease.Take(_folder.Path, id));

    private List<string> Published() =>
        [.. Directory.EnumerateFiles(_folder["t"], "*.parquet", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(_folder["t"], p)).Order(StringComparer.Ordinal)];
}
