using System.Text.Json;
using Linkage.Parquet;

namespace Linkage.Delta.Tests;

public sealed class TableLogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_commit_shows_in_every_log_of_the_table()
    {
        var writer = Open();
        var other = Open();
        Assert.Equal(0, writer.Refresh().Version);
        Assert.Empty(writer.Refresh().Progress);

        Assert.Equal(1, writer.Commit(Sample.Commit("t/a/0", null, 10, Sample.File(Sample.Name(1), "y2020"), Sample.File("year=__HIVE_DEFAULT_PARTITION__/part-run-1-000002.parquet", null))));
        Assert.Equal(2, other.Commit(Sample.Commit("t/a/1", null, 5)));

        var snapshot = writer.Refresh();
        Assert.Equal(2, snapshot.Version);
        Assert.Equal(10, snapshot.Progress["t/a/0"]);
        Assert.Equal(5, snapshot.Progress["t/a/1"]);
        var files = TableLog.Open(_folder["t"]).ReadFiles();
        Assert.Equal(2, files.Version);
        Assert.Equal(2, files.Files.Count);
        var file = files.Files[Sample.Name(1)];
        Assert.Equal((100L, 3L), (file.Bytes, file.Rows));
        Assert.Equal(new("year", "y2020"), Assert.Single(file.PartitionValues));
        Assert.Equal(new("year", null), Assert.Single(files.Files["year=__HIVE_DEFAULT_PARTITION__/part-run-1-000002.parquet"].PartitionValues));
    }

    [Fact]
    public void The_definition_survives_the_log()
    {
        Open();
        var definition = TableLog.Open(_folder["t"]).Refresh().Definition;
        Assert.Equal<ColumnSchema>([.. Sample.Columns], [.. definition.Schema.Columns]);
        Assert.Equal(("events", "One row an event."), (definition.Schema.Name, definition.Schema.Description));
        Assert.Equal<string>([.. Sample.Definition.PartitionColumns], [.. definition.PartitionColumns]);
    }

    [Theory]
    [InlineData(null, 20L)]
    [InlineData(9L, 20L)]
    [InlineData(11L, 20L)]
    public void A_worker_that_started_from_another_offset_has_lost_the_partition(long? expected, long next)
    {
        var zombie = Open();
        Open().Commit(Sample.Commit("t/a/0", null, 10));
        var lost = Assert.Throws<OwnershipLostException>(() => zombie.Commit(Sample.Commit("t/a/0", expected, next, Sample.File(Sample.Name(1), "y2020"))));
        Assert.Equal(("t/a/0", expected, 10L), (lost.AppId, lost.Expected, lost.Actual));
        Assert.Equal(1, zombie.Refresh().Version);
        Assert.Empty(Directory.EnumerateFiles(_folder["t/_delta_log/_tmp"]));
    }

    [Fact]
    public void A_worker_that_expects_progress_where_the_log_has_none_has_lost_the_partition() =>
        Assert.Throws<OwnershipLostException>(() => Open().Commit(Sample.Commit("t/a/0", 3, 10)));

    [Fact]
    public void Commits_that_make_no_sense_are_refused()
    {
        var log = Open();
        Assert.Throws<ArgumentException>(() => log.Commit(new TableCommit(Guid.NewGuid(), "run-1", [], [], Sample.Time)));
        Assert.Throws<ArgumentException>(() => log.Commit(Sample.Commit("t/a/0", 10, 10)));
        Assert.Throws<ArgumentException>(() => log.Commit(Sample.Commit("t/a/0", null, 10, Sample.File("../x.parquet", "y2020"))));
        Assert.Throws<ArgumentException>(() => log.Commit(Sample.Commit("t/a/0", null, 10, Sample.File("x", "a"), Sample.File("x", "b"))));
        Assert.Throws<ArgumentException>(() => log.Commit(Sample.Commit("t/a/0", null, 10, new DataFile("x", [], Sample.Summary()))));
        Assert.Throws<ArgumentException>(() => log.Commit(Sample.Commit("t/a/0", null, 10) with { RunId = "Run 1" }));
        Assert.Throws<InvalidOperationException>(() => TableLog.Open(_folder["t"]).Commit(Sample.Commit("t/a/0", null, 10)));
        Assert.Equal(0, log.Refresh().Version);
    }

    [Fact]
    public void Opening_what_is_not_there_says_so() =>
        Assert.Throws<FileNotFoundException>(() => TableLog.Open(_folder["nothing"]));

    [Fact]
    public void Another_definition_names_the_column()
    {
        Open();
        var columns = Sample.Columns;
        Assert.Equal("value", Mismatch(new(Sample.Definition.Schema with { Columns = columns.SetItem(2, columns[2] with { Type = ColumnType.Int64 }) }, ["year"])).Column);
        Assert.Equal("count", Mismatch(new(Sample.Definition.Schema with { Columns = columns.SetItem(3, columns[3] with { Nullable = false }) }, ["year"])).Column);
        Assert.Equal("other", Mismatch(new(Sample.Definition.Schema with { Columns = columns.SetItem(4, columns[4] with { Name = "other" }) }, ["year"])).Column);
        Assert.Equal("seen", Mismatch(new(Sample.Definition.Schema with { Columns = columns.SetItem(5, columns[5] with { FieldId = 70 }) }, ["year"])).Column);
        Assert.Equal("more", Mismatch(new(Sample.Definition.Schema with { Columns = columns.Add(new(9, "more", ColumnType.Int32, false, "")) }, ["year"])).Column);
        Assert.Equal("year", Mismatch(new(Sample.Definition.Schema with { Columns = columns.RemoveAt(7) }, [])).Column);
        Assert.Equal("year", Mismatch(Sample.Definition with { PartitionColumns = [] }).Column);
        Assert.Equal("flag", Mismatch(Sample.Definition with { PartitionColumns = ["year", "flag"] }).Column);
        Assert.Equal(0, Open().Refresh().Version);

        TableMismatchException Mismatch(TableDefinition definition)
        {
            var e = Assert.Throws<TableMismatchException>(() => TableLog.OpenOrCreate(_folder["t"], definition, TimeProvider.System));
            Assert.Contains($"'{e.Column}'", e.Message, StringComparison.Ordinal);
            return e;
        }
    }

    [Fact]
    public void Nullable_columns_at_the_end_are_added_and_an_older_worker_goes_on_but_does_not_start()
    {
        var older = Open();
        var more = Sample.Definition with { Schema = Sample.Definition.Schema with { Columns = Sample.Columns.Add(new(9, "more", ColumnType.Int32, true, "More.")) } };
        var newer = TableLog.OpenOrCreate(_folder["t"], more, TimeProvider.System);
        Assert.Equal(1, newer.Refresh().Version);
        Assert.Equal<ColumnSchema>([.. more.Schema.Columns], [.. newer.Refresh().Definition.Schema.Columns]);
        Assert.Equal(1, TableLog.OpenOrCreate(_folder["t"], more, TimeProvider.System).Refresh().Version);

        Assert.Equal(2, older.Commit(Sample.Commit("t/a/0", null, 10)));
        Assert.Equal("more", Assert.Throws<TableMismatchException>(() => Open()).Column);
        Assert.Equal(Id(0), Id(1));

        string Id(int version) => Actions(version).Single(a => a.TryGetProperty("metaData", out _)).GetProperty("metaData").GetProperty("id").GetString()!;
    }

    [Fact]
    public void A_log_of_a_newer_protocol_is_refused()
    {
        Open();
        File.WriteAllText(_folder["t/_delta_log/00000000000000000001.json"], """{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],"writerFeatures":["deletionVectors"]}}""");
        Assert.Contains("reader version 3", Assert.Throws<TableMismatchException>(Open).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"txn\":{\"appId\":\"t/a/0\",\"version\":9}}", "back from offset 10 to 9")]
    [InlineData("{\"txn\":{\"appId\":\"t/a/0\"", "line 1")]
    [InlineData("\n{\"add\":{\"path\":\"x\"}}", "line 2")]
    public void A_damaged_log_stops_the_worker(string entry, string message)
    {
        var log = Open();
        log.Commit(Sample.Commit("t/a/0", null, 10));
        File.WriteAllText(_folder["t/_delta_log/00000000000000000002.json"], entry);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => log.Refresh()).Message, StringComparison.Ordinal);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => log.Commit(Sample.Commit("t/a/0", 10, 11))).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["t/_delta_log/00000000000000000003.json"]));
    }

    private TableLog Open() => TableLog.OpenOrCreate(_folder["t"], Sample.Definition, TimeProvider.System);

    private List<JsonElement> Actions(int version) =>
        [.. File.ReadLines(_folder[$"t/_delta_log/{version:D20}.json"]).Select(line => JsonDocument.Parse(line).RootElement)];
}
