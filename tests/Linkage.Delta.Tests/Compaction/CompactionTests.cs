using System.Text.Json;
using Linkage.Delta.Compaction;
using Linkage.Delta.Verification;
using Linkage.Parquet;

namespace Linkage.Delta.Tests.Compaction;

public sealed class CompactionTests : IDisposable
{
    private static readonly string?[] Years = ["y0", "a b/ç%", null];
    private readonly TempFolder _folder = new();
    private readonly string _table;

    public CompactionTests() => _table = _folder["events"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_thousand_small_files_become_few_of_the_same_rows_in_one_entry()
    {
        // One partition has a thousand alone.
        EventTable.Fill(_folder.Path, _table, 1000, ["y0"], 20);
        EventTable.Fill(_folder.Path, _table, 4, Years, 30);
        var before = EventTable.RowsByLog(_table);
        var progress = TableLog.Open(_table).Refresh();
        Assert.Equal(1012, EventTable.Glob(_table).Count());

        var result = Compact();

        Assert.Equal((1012, 3, 20_360L), (result.Plan.Files, result.Files, result.Rows));
        Assert.Equal(3, EventTable.Glob(_table).Count());
        EventTable.AssertRows(before, _table);
        AssertSorted();
        var now = TableLog.Open(_table).Refresh();
        Assert.Equal((progress.Version + 1, (long?)now.Version), (now.Version, result.Version));
        Assert.Equal(progress.Progress, now.Progress);
        AssertSound();
        var entry = Entry(now.Version);
        Assert.Equal("OPTIMIZE", entry[0].GetProperty("commitInfo").GetProperty("operation").GetString());
        Assert.Equal(1012, entry.Count(e => e.TryGetProperty("remove", out var r) && !r.GetProperty("dataChange").GetBoolean() && r.GetProperty("deletionTimestamp").GetInt64() > 0));
        Assert.Equal(3, entry.Count(e => e.TryGetProperty("add", out var a) && !a.GetProperty("dataChange").GetBoolean() && a.GetProperty("stats").GetString()!.Contains("numRecords", StringComparison.Ordinal)));
        Assert.Equal(1 + 1012 + 3, entry.Length);
        Assert.False(Directory.Exists(_folder["_compaction"]));
        Assert.Null(Compact().Version);
    }

    [Fact]
    public void A_run_goes_on_after_it_and_its_files_are_compacted_with_the_rest()
    {
        EventTable.Fill(_folder.Path, _table, 3, Years, 40);
        Compact();
        EventTable.Fill(_folder.Path, _table, 2, Years, 40);
        var rows = EventTable.RowsByLog(_table);
        Assert.Equal(15 * 40, rows.Count);
        AssertSound();
        Assert.Equal((9, 3), (Compact() is var result ? result.Plan.Files : 0, result.Files));
        EventTable.AssertRows(rows, _table);
        AssertSound();
        // What every run has committed is known as before, though all its files are gone.
        var verified = TableVerifier.Verify(_folder.Path, _table, values: true);
        Assert.Equal([6 * 40L, 9 * 40L], verified.RowsByRun.Values.Order());
    }

    [Fact]
    public void A_column_that_older_files_lack_reads_as_null_before_and_after()
    {
        var older = EventTable.Definition with { Schema = EventTable.Definition.Schema with { Columns = [.. EventTable.Definition.Schema.Columns] } };
        EventTable.Fill(_folder.Path, _table, 2, ["y0"], 50);
        var more = older with { Schema = older.Schema with { Columns = older.Schema.Columns.Add(new(11, "more", ColumnType.Int64, true, "Later.")) } };
        TableLog.OpenOrCreate(_table, more, TimeProvider.System);
        var rows = EventTable.RowsByLog(_table);
        Compact();
        EventTable.AssertRows(rows, _table);
        var footer = ParquetFooter.Read(Path.Combine(_table, EventTable.Glob(_table).Single()));
        Assert.Equal(100, footer.RowGroups[0].Chunks[Assert.Single(Enumerable.Range(0, footer.Columns.Length), c => footer.Columns[c].Path == "more")].NullCount);
        AssertSound();
    }

    [Fact]
    public void What_the_old_files_agree_on_stays_in_the_footer()
    {
        EventTable.Fill(_folder.Path, _table, 2, ["y0"], 50);
        Compact();
        var metadata = ParquetFooter.Read(Path.Combine(_table, EventTable.Glob(_table).Single())).Metadata.ToDictionary(StringComparer.Ordinal);
        Assert.Equal("1", metadata["linkage.key_version"]);
        Assert.StartsWith("compact-", metadata["linkage.run_id"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("unsorted")]
    [InlineData("gone")]
    [InlineData("rows")]
    public void A_table_that_is_not_sound_is_left_as_it_is(string fault)
    {
        EventTable.Fill(_folder.Path, _table, 3, Years, 60);
        var victim = Path.Combine(_table, EventTable.Glob(_table).Skip(4).First());
        var bytes = File.ReadAllBytes(victim);
        switch (fault)
        {
            case "damaged":
                bytes[200] ^= 1;
                File.WriteAllBytes(victim, bytes);
                break;
            case "unsorted":
                using (var stream = File.Create(victim))
                    EventTable.Write(stream, EventTable.Definition.Schema with { Columns = EventTable.Definition.Schema.Columns.RemoveAt(9) }, 5, 60, new ParquetOptions(), sorted: false);
                break;
            case "gone":
                File.Delete(victim);
                break;
            case "rows":
                using (var stream = File.Create(victim))
                    EventTable.Write(stream, EventTable.Definition.Schema with { Columns = EventTable.Definition.Schema.Columns.RemoveAt(9) }, 5, 59, new ParquetOptions(), sorted: true);
                break;
        }
        var before = Listing();
        var error = Record.Exception(() => Compact());
        Assert.True(fault == "gone" ? error is OutputUnavailableException : error is InvalidDataException, error?.ToString());
        Assert.Contains("events", error!.Message, StringComparison.Ordinal);
        Assert.Equal(before, Listing());
        Assert.False(Directory.Exists(_folder["_compaction"]));
    }

    [Fact]
    public void A_writer_that_does_not_leave_is_not_waited_for_for_ever()
    {
        EventTable.Fill(_folder.Path, _table, 2, Years, 20);
        var before = Listing();
        using (TableGate.EnterAsWriter(_folder.Path))
            Assert.Contains("may be stuck", Assert.Throws<TimeoutException>(() => Compact(new CompactionOptions { Patience = TimeSpan.Zero })).Message, StringComparison.Ordinal);
        Assert.Equal(before, Listing());
        using (TableGate.EnterAsWriter(_folder.Path))
        using (TableGate.EnterAsWriter(_folder.Path))
            Assert.Null(TableGate.TryEnterAlone(_folder.Path, TimeSpan.Zero));
        Assert.NotNull(Compact().Version);
    }

    [Fact]
    public void Files_are_the_same_however_many_threads_encode_them()
    {
        EventTable.Fill(_folder.Path, _table, 5, ["y0"], 300);
        using var other = new TempFolder();
        CrashTests.Copy(_folder.Path, other.Path);
        Compact();
        using (var compaction = TableCompaction.TryBegin(other.Path, "compact-threads", new QuickDisk())!)
            compaction.Run(other["events"], EventTable.Layout, new CompactionOptions { Linger = TimeSpan.Zero, Parquet = new ParquetOptions { EncodeThreads = 3 } }, TimeProvider.System);
        Assert.Equal(EventTable.RowsByGlob(_table), EventTable.RowsByGlob(other["events"]));
        Assert.Equal(
            ParquetFooter.Read(Path.Combine(_table, EventTable.Glob(_table).Single())).RowGroups[0].Chunks.Select(c => (c.Bytes, c.UncompressedBytes)),
            ParquetFooter.Read(Path.Combine(other["events"], EventTable.Glob(other["events"]).Single())).RowGroups[0].Chunks.Select(c => (c.Bytes, c.UncompressedBytes)));
    }

    [Fact]
    public void Checkpoints_tell_of_what_was_removed()
    {
        EventTable.Fill(_folder.Path, _table, 99, ["y0"], 3);
        var rows = EventTable.RowsByLog(_table);
        Assert.Equal(100, Compact().Version);
        Assert.True(File.Exists(Path.Combine(_table, "_delta_log/00000000000000000100.checkpoint.parquet")));
        EventTable.AssertRows(rows, _table);
        AssertSound();
        EventTable.Fill(_folder.Path, _table, 130, ["y0"], 3);
        Assert.Equal(131, TableLog.Open(_table).ReadFiles().Files.Count);
        AssertSound();
    }

    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public void Everything_else_in_the_folder_stays()
    {
        EventTable.Fill(_folder.Path, _table, 2, Years, 20);
        File.WriteAllText(Path.Combine(_table, "README"), "notes");
        Directory.CreateDirectory(Path.Combine(_table, "empty", "folders"));
        File.CreateSymbolicLink(Path.Combine(_table, "link"), "README");
        File.SetUnixFileMode(_table, (UnixFileMode)0b111_101_000);
        Compact();
        Assert.Equal("notes", File.ReadAllText(Path.Combine(_table, "link")));
        Assert.Equal("README", new FileInfo(Path.Combine(_table, "link")).LinkTarget);
        Assert.True(Directory.Exists(Path.Combine(_table, "empty", "folders")));
        Assert.Equal((UnixFileMode)0b111_101_000, File.GetUnixFileMode(_table));
    }

    [Fact]
    public void A_file_system_that_cannot_exchange_folders_is_told_before_anything_is_written()
    {
        EventTable.Fill(_folder.Path, _table, 2, Years, 20);
        var before = Listing();
        var error = Assert.Throws<OutputUnavailableException>(() => TableCompaction.TryBegin(_folder.Path, "compact-one", new NoExchange()));
        Assert.Contains("The file system cannot do this", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Listing());
        using var next = TableCompaction.TryBegin(_folder.Path, "compact-two");
        Assert.NotNull(next);
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

    private void AssertSorted()
    {
        foreach (var file in EventTable.Glob(_table))
        {
            var keys = EventTable.Rows(_table, [file]).Select(r => r.Split('|')).Select(r => (Who: r[1] == "null" ? "" : r[1], When: r[2] == "null" ? int.MinValue : int.Parse(r[2]))).ToList();
            Assert.All(keys.Zip(keys.Skip(1)), pair => Assert.True(
                string.CompareOrdinal(pair.First.Who, pair.Second.Who) is var order && (order < 0 || (order == 0 && pair.First.When <= pair.Second.When)), $"{file}: {pair}"));
        }
    }

    private JsonElement[] Entry(long version) =>
        [.. File.ReadLines(Path.Combine(_table, $"_delta_log/{version:D20}.json")).Select(l => JsonDocument.Parse(l).RootElement)];

    private string[] Listing() => [.. Directory.EnumerateFileSystemEntries(_table, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }).Order(StringComparer.Ordinal)];

    private sealed class NoExchange : OutputDisk
    {
        public override void Exchange(string one, string other) => throw new OutputUnavailableException("exchange with another folder", other, Errnos.Invalid);
    }
}
