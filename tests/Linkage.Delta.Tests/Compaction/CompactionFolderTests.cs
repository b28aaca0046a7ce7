using Linkage.Delta.Compaction;

namespace Linkage.Delta.Tests.Compaction;

public sealed class CompactionFolderTests : IDisposable
{
    private static readonly string?[] Years = ["y0", "a b/ç%", null];
    private readonly TempFolder _folder = new();
    private readonly string _table;

    public CompactionFolderTests() => _table = _folder["events"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_compaction_at_a_time()
    {
        EventTable.Fill(_folder.Path, _table, 2, Years, 20);
        using (TableCompaction.TryBegin(_folder.Path, "compact-one")!)
            Assert.Null(TableCompaction.TryBegin(_folder.Path, "compact-two"));
        using var third = TableCompaction.TryBegin(_folder.Path, "compact-three");
        Assert.NotNull(third);
    }

    [Fact]
    public void What_a_dead_one_left_is_removed_and_a_live_one_s_is_not()
    {
        Directory.CreateDirectory(_folder["_compaction/compact-dead/events/year=y0"]);
        File.WriteAllText(_folder["_compaction/compact-dead/events/year=y0/part-compact-dead-000001.parquet"], "x");
        using (RunLease.Take(_folder.Path, "compact-live"))
        {
            Directory.CreateDirectory(_folder["_compaction/compact-live"]);
            Assert.Equal(["compact-dead"], TableCompaction.Leftovers(_folder.Path));
            // It may have been a table's folder a moment ago.
            Assert.Equal(0, TableCompaction.RemoveLeftovers(_folder.Path));
            Assert.Equal(1, RemoveLeftovers());
            Assert.Equal([_folder["_compaction/compact-live"]], Directory.GetDirectories(_folder["_compaction"]));
        }
        Assert.Equal(1, RemoveLeftovers());
        Assert.Empty(Directory.GetDirectories(_folder["_compaction"]));
    }

    [Fact]
    public void A_leftover_is_kept_while_a_reader_may_be_listing_it_and_removed_by_age()
    {
        EventTable.Fill(_folder.Path, _table, 2, Years, 20);
        Directory.CreateDirectory(_folder["_compaction/compact-young/events"]);
        Directory.CreateDirectory(_folder["_compaction/compact-old/events"]);
        Directory.SetLastWriteTimeUtc(_folder["_compaction/compact-old"], DateTime.UnixEpoch);
        Assert.NotNull(Compact().Version);
        Assert.Equal([_folder["_compaction/compact-young"]], Directory.GetDirectories(_folder["_compaction"]));
        Directory.SetLastWriteTimeUtc(_folder["_compaction/compact-young"], DateTime.UnixEpoch);
        Assert.Null(Compact().Version);
        Assert.False(Directory.Exists(_folder["_compaction"]));
    }

    /// <summary>Half a listing of a folder that is being removed would look like fewer rows, and no reader could tell.</summary>
    [Fact]
    public void A_reader_that_has_begun_to_list_lists_all_of_before_and_finds_that_it_is_gone()
    {
        EventTable.Fill(_folder.Path, _table, 50, ["y0"], 5);
        var before = EventTable.Glob(_table).ToList();
        using var listing = Directory.EnumerateFiles(Path.Combine(_table, "year=y0")).GetEnumerator();
        using (var compaction = TableCompaction.TryBegin(_folder.Path, "compact-one", new QuickDisk())!)
        {
            compaction.Run(_table, EventTable.Layout, new CompactionOptions { Linger = TimeSpan.FromSeconds(1) }, TimeProvider.System);
            var listed = new List<string>();
            while (listing.MoveNext())
                listed.Add(Path.GetRelativePath(_table, listing.Current));
            Assert.Equal(before, listed.Order(StringComparer.Ordinal));
            Assert.All(listed, f => Assert.False(File.Exists(Path.Combine(_table, f))));
            Assert.True(File.Exists(_folder[$"_compaction/compact-one/events/{before[0]}"]));
        }
        Assert.False(Directory.Exists(_folder["_compaction"]));
    }

    private CompactionResult Compact(CompactionOptions? options = null)
    {
        using var compaction = TableCompaction.TryBegin(_folder.Path, "compact-" + Guid.NewGuid().ToString("N"), new QuickDisk())!;
        return compaction.Run(_table, EventTable.Layout, (options ?? new CompactionOptions()) with { Linger = TimeSpan.Zero }, TimeProvider.System);
    }

    private int RemoveLeftovers() => TableCompaction.RemoveLeftovers(_folder.Path, TimeSpan.Zero, OutputDisk.Shared);
}
