using Linkage.Delta.Compaction;
using Linkage.Delta.Verification;
using Linkage.Parquet;

namespace Linkage.Delta.Tests.Compaction;

public sealed class CompactionSizeTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _table;

    public CompactionSizeTests() => _table = _folder["events"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_end_near_the_target_and_follow_one_another()
    {
        EventTable.Fill(_folder.Path, _table, 12, ["y0"], 500);
        var rows = EventTable.RowsByLog(_table);
        var bytes = TableLog.Open(_table).ReadFiles().Files.Values.Sum(f => f.Bytes);
        var result = Compact(new CompactionOptions { TargetBytes = bytes / 5, Parquet = new ParquetOptions { RowGroupRows = 200 } });
        Assert.InRange(result.Files, 3, 6);
        EventTable.AssertRows(rows, _table);
        AssertSound();
        var bounds = EventTable.Glob(_table).Select(f => EventTable.Rows(_table, [f]).Select(r => r.Split('|')[1]).Select(p => p == "null" ? "" : p).ToList()).ToList();
        Assert.All(bounds, b => Assert.Equal(b.Order(StringComparer.Ordinal), b));
        Assert.All(bounds.Zip(bounds.Skip(1)), pair => Assert.True(string.CompareOrdinal(pair.First[^1], pair.Second[0]) <= 0));
    }

    [Fact]
    public void Row_groups_end_by_bytes_too()
    {
        EventTable.Fill(_folder.Path, _table, 10, ["y0"], 6000);
        var rows = EventTable.RowsByLog(_table);
        Compact(new CompactionOptions { Parquet = new ParquetOptions { RowGroupBytes = 1 << 20 } });
        var footer = ParquetFooter.Read(Path.Combine(_table, EventTable.Glob(_table).Single()));
        Assert.InRange(footer.RowGroups.Length, 3, 10);
        EventTable.AssertRows(rows, _table);
        AssertSound();
    }

    [Fact]
    public void Memory_bounds_how_many_files_are_merged_at_once()
    {
        EventTable.Fill(_folder.Path, _table, 20, ["y0"], 200);
        var rows = EventTable.RowsByLog(_table);
        var all = CompactionPlan.Of(_table, new CompactionOptions());
        var parts = CompactionPlan.Of(_table, new CompactionOptions { MemoryBytes = 80_000 });
        Assert.Single(all.Groups);
        Assert.InRange(parts.Groups.Length, 2, 10);
        Assert.All(parts.Groups, g => Assert.InRange(g.Files.Length, 2, 10));
        Assert.Equal(parts.Groups.Length, Compact(new CompactionOptions { MemoryBytes = 80_000 }).Files);
        EventTable.AssertRows(rows, _table);
        AssertSound();
    }

    [Fact]
    public void Large_files_and_partitions_of_few_are_left_alone()
    {
        EventTable.Fill(_folder.Path, _table, 3, ["y0"], 40);
        EventTable.Fill(_folder.Path, _table, 1, ["y1"], 4000);
        EventTable.Fill(_folder.Path, _table, 1, ["y1"], 40);
        var large = TableLog.Open(_table).ReadFiles().Files.Values.MaxBy(f => f.Bytes)!;
        var options = new CompactionOptions { TargetBytes = large.Bytes * 5 / 4 };
        Assert.Equal("year=y0", Assert.Single(CompactionPlan.Of(_table, options).Groups).Folder);
        Assert.Empty(CompactionPlan.Of(_table, options with { MinFiles = 4 }).Groups);
        Compact(options);
        Assert.Contains(large.Path, TableLog.Open(_table).ReadFiles().Files);
        AssertSound();
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(127, 1)]
    [InlineData(130, 1)]
    [InlineData(191, 1)]
    [InlineData(192, 2)]
    [InlineData(260, 2)]
    [InlineData(290, 2)]
    [InlineData(320, 3)]
    [InlineData(1000, 8)]
    public void No_new_file_but_the_last_counts_as_small(int megabytes, int files)
    {
        var options = new CompactionOptions();
        var group = new MergeGroup("", [new LiveFile("a", [], (long)megabytes << 20, 0, null, null)]);
        Assert.Equal(files, group.FilesAt(options.TargetBytes));
        Assert.InRange(group.FileBytes(options.TargetBytes), options.SmallBytes, options.TargetBytes / 2 * 3);
    }

    [Fact]
    public void What_was_compacted_is_left_alone_the_next_time()
    {
        EventTable.Fill(_folder.Path, _table, 30, ["y0"], 200);
        var bytes = TableLog.Open(_table).ReadFiles().Files.Values.Sum(f => f.Bytes);
        for (var share = 59; share >= 10; share -= 7)
        {
            var options = new CompactionOptions { TargetBytes = bytes * 10 / share, Parquet = new ParquetOptions { RowGroupRows = 100 } };
            Compact(options);
            Assert.Null(Compact(options).Version);
        }
    }

    private CompactionResult Compact(CompactionOptions? options = null)
    {
        using var compaction = TableCompaction.TryBegin(_folder.Path, "compact-" + Guid.NewGuid().ToString("N"), new QuickDisk())!;
        return compaction.Run(_table, EventTable.Layout, (options ?? new CompactionOptions()) with { Linger = TimeSpan.Zero }, TimeProvider.System);
    }

    private void AssertSound()
    {
        var result = TableVerifier.Verify(_folder.Path, _table, values: true);
        Assert.True(result.Findings.IsEmpty, string.Join("; ", result.Findings.Take(3)));
    }
}
