using System.Collections.Immutable;
using System.Globalization;
using Linkage.Delta.Checkpoints;
using Linkage.Parquet;

namespace Linkage.Delta.Tests;

public sealed class CheckpointTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly QuickDisk _disk = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Opening_a_table_of_many_commits_reads_a_handful_of_files_and_gives_the_same_state_and_files()
    {
        const int commits = 10_250;
        var log = Open();
        for (var i = 1; i <= commits; i++)
            log.Commit(Next(i, i % 10 == 0 ? [Sample.File(Sample.Name(i), i % 20 == 0 ? null : "y2020")] : []));
        Assert.Null(log.CheckpointFailure);

        _disk.Reset();
        var reopened = Open();
        // The hint, the checkpoint, and at most the entries of two intervals: checkpoints of this size are due at each.
        Assert.InRange(_disk.Opened, 3, 2 + (2 * Checkpointing.Interval));
        Assert.InRange(_disk.BytesRead, 1, 1_000_000);
        Assert.Equal(commits, reopened.Refresh().Version);
        Assert.Equal(log.Refresh().Progress.OrderBy(p => p.Key, StringComparer.Ordinal), reopened.Refresh().Progress.OrderBy(p => p.Key, StringComparer.Ordinal));
        Assert.Equal<ColumnSchema>([.. Sample.Columns], [.. reopened.Refresh().Definition.Schema.Columns]);
        Assert.Equal(commits + 1, reopened.Commit(Next(commits + 1, [])));

        _disk.Reset();
        reopened.Refresh();
        Assert.Equal(0, _disk.Opened);

        // Straight from the entries, for comparison.
        File.Delete(_folder["t/_delta_log/_last_checkpoint"]);
        var replayed = TableLog.Open(_folder["t"]);
        Assert.Equal(reopened.Refresh().Progress.OrderBy(p => p.Key, StringComparer.Ordinal), replayed.Refresh().Progress.OrderBy(p => p.Key, StringComparer.Ordinal));
        var (expected, actual) = (replayed.ReadFiles().Files, reopened.ReadFiles().Files);
        Assert.Equal(commits / 10, expected.Count);
        AssertSame(expected, actual);
        Assert.InRange(Directory.EnumerateFiles(_folder["t/_delta_log"], "*.checkpoint.parquet").Count(), 1, 3);
        Assert.Empty(Directory.EnumerateFiles(_folder["t/_delta_log/_tmp"]));
    }

    [Fact]
    public void Large_tables_write_checkpoints_in_proportion_to_what_was_added()
    {
        var log = Open();
        var commit = 0;
        for (; commit < 300;)
            log.Commit(Next(++commit, [.. Enumerable.Range(0, 40).Select(i => Sample.File(Sample.Name((commit * 1000) + i), "y2020"))]));
        var (first, checkpoints) = (LastCheckpoint.TryRead(_disk, new LogPaths(_folder["t"]))!, new List<long>());
        Assert.Equal((300L, 300L * 40), (first.Version, first.AddFiles));
        for (; commit < 1500;)
        {
            log.Commit(Next(++commit, []));
            if (LastCheckpoint.TryRead(_disk, new LogPaths(_folder["t"]))!.Version == commit)
                checkpoints.Add(commit);
        }
        // Entries without files are short: 1,200 of them are less than a quarter of a checkpoint of 12,000 files.
        Assert.Empty(checkpoints);
        AssertSame(log.ReadFiles().Files, TableLog.Open(_folder["t"]).ReadFiles().Files);
    }

    [Fact]
    public void A_checkpoint_carries_what_other_programs_did()
    {
        var log = Open();
        for (var i = 1; i <= 98; i++)
            log.Commit(Next(i, [Sample.File(Sample.Name(i), "y2020")]));
        var old = Sample.Time.ToUnixTimeMilliseconds() - (8L * 24 * 3600 * 1000);
        File.WriteAllText(_folder["t/_delta_log/00000000000000000099.json"], string.Join('\n',
            $$$"""{"commitInfo":{"operation":"OPTIMIZE"}}""",
            $$$"""{"remove":{"path":"{{{Sample.Name(1)}}}","deletionTimestamp":{{{Sample.Time.ToUnixTimeMilliseconds()}}},"dataChange":false}}""",
            $$$"""{"remove":{"path":"{{{Sample.Name(2)}}}","deletionTimestamp":{{{old}}},"dataChange":false}}""",
            """{"add":{"path":"year=y%2520x/part-0.parquet","partitionValues":{"year":"y x"},"size":7,"modificationTime":8,"dataChange":false}}""",
            """{"txn":{"appId":"spark","version":5}}"""));
        log.Commit(Next(99, []));
        Assert.Equal(100, LastCheckpoint.TryRead(_disk, new LogPaths(_folder["t"]))!.Version);
        using var checkpoint = CheckpointReader.TryOpen(_disk, _folder["t/_delta_log/00000000000000000100.checkpoint.parquet"])!;
        Assert.Equal(new RemoveAction(Sample.Name(1), Sample.Time.ToUnixTimeMilliseconds()), Assert.Single(checkpoint.ReadRemoves()));
        var files = checkpoint.ReadFiles().ToDictionary(f => f.Path, StringComparer.Ordinal);
        Assert.Equal(97, files.Count);
        Assert.Equal((7L, 8L, (long?)null, (string?)null), (files["year=y%20x/part-0.parquet"].Bytes, files["year=y%20x/part-0.parquet"].ModificationTime, files["year=y%20x/part-0.parquet"].Rows, files["year=y%20x/part-0.parquet"].StatisticsJson));
        Assert.Equal(5, Open().Refresh().Progress["spark"]);
        Assert.Contains(checkpoint.ReadState().Txns, t => t == new TxnAction("spark", 5, null));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("cut")]
    [InlineData("footer")]
    [InlineData("page")]
    [InlineData("foreign")]
    [InlineData("hint")]
    public void A_checkpoint_that_cannot_be_used_costs_time_only(string damage)
    {
        var log = Open();
        for (var i = 1; i <= 150; i++)
            log.Commit(Next(i, [Sample.File(Sample.Name(i), "y2020")]));
        var path = _folder["t/_delta_log/00000000000000000100.checkpoint.parquet"];
        var bytes = File.ReadAllBytes(path);
        switch (damage)
        {
            case "missing":
                File.Delete(path);
                break;
            case "cut":
                File.WriteAllBytes(path, bytes[..^20]);
                break;
            case "footer":
                bytes.AsSpan(bytes.Length - 200, 100).Fill(0xFF);
                File.WriteAllBytes(path, bytes);
                break;
            case "page":
                bytes.AsSpan(4, 5000).Fill(0xFF);
                File.WriteAllBytes(path, bytes);
                break;
            case "foreign":
                bytes.AsSpan()[bytes.AsSpan().LastIndexOf("linkage-checkpoint"u8)] = (byte)'X';
                File.WriteAllBytes(path, bytes);
                break;
            case "hint":
                File.WriteAllText(_folder["t/_delta_log/_last_checkpoint"], "{\"version\":");
                break;
        }
        var reopened = Open();
        Assert.Equal(150, reopened.Refresh().Version);
        Assert.Equal(log.Refresh().Progress.OrderBy(p => p.Key, StringComparer.Ordinal), reopened.Refresh().Progress.OrderBy(p => p.Key, StringComparer.Ordinal));
        AssertSame(Replayed(), reopened.ReadFiles().Files);
        for (var i = 151; i <= 320; i++)
            reopened.Commit(Next(i, [Sample.File(Sample.Name(i), "y2020")]));
        _disk.Reset();
        AssertSame(Replayed(), Open().ReadFiles().Files);
        Assert.InRange(LastCheckpoint.TryRead(_disk, new LogPaths(_folder["t"]))!.Version, 200, 300);

        ImmutableDictionary<string, LiveFile> Replayed()
        {
            var hint = _folder["t/_delta_log/_last_checkpoint"];
            File.Move(hint, hint + ".aside");
            try { return TableLog.Open(_folder["t"]).ReadFiles().Files; }
            finally { File.Move(hint + ".aside", hint); }
        }
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_does_not_undo_the_commit()
    {
        var disk = new SteppedDisk();
        var log = TableLog.OpenOrCreate(_folder["t"], Sample.Definition, TimeProvider.System, disk);
        for (var i = 1; i < 100; i++)
            Open().Commit(Next(i, []));
        disk.Before = step =>
        {
            if (step.Path.EndsWith(".checkpoint.parquet", StringComparison.Ordinal))
                throw new OutputUnavailableException("rename to", step.Path, Errnos.NoSpace);
        };
        Assert.Equal(100, log.Commit(Next(100, [])));
        Assert.Contains("No space left", Assert.IsType<OutputUnavailableException>(log.CheckpointFailure).Message, StringComparison.Ordinal);
        Assert.Equal(100, Open().Refresh().Version);
    }

    [Fact]
    public void Files_of_more_than_one_row_group_come_back_as_they_were()
    {
        var random = new Random(20261121);
        var files = Enumerable.Range(0, (2 * CheckpointWriter.RowGroupRows) + 17).Select(i => new LiveFile(
            $"a=%41 é/part-{i.ToString(CultureInfo.InvariantCulture)}.parquet",
            [new("a", random.Next(3) == 0 ? null : "é" + random.Next()), new("b", random.Next(2) == 0 ? null : "")],
            random.NextInt64(),
            random.NextInt64(),
            null,
            random.Next(4) == 0 ? null : "{\"minValues\":{\"x\":\"" + new string('z', random.Next(300)) + "\"}}")).ToList();
        var metaData = new MetaDataAction("id", null, null, "{}", ["a", "b"], null, []);
        using (var file = File.Create(_folder["c.parquet"]))
        {
            var writer = new CheckpointWriter(file);
            writer.AddState(ProtocolAction.Written, metaData, []);
            foreach (var item in files)
                writer.Add(item);
            writer.Close();
        }
        using var reader = CheckpointReader.TryOpen(_disk, _folder["c.parquet"])!;
        var state = reader.ReadState();
        Assert.Equal(ProtocolAction.Written, state.Protocol);
        Assert.Equal<string>(["a", "b"], [.. state.MetaData.PartitionColumns]);
        Assert.Equal(metaData with { PartitionColumns = default, Configuration = default }, state.MetaData with { PartitionColumns = default, Configuration = default });
        Assert.Empty(state.Txns);
        Assert.Equal(files.Select(Text), reader.ReadFiles().Select(Text));
    }

    private TableLog Open() => TableLog.OpenOrCreate(_folder["t"], Sample.Definition, TimeProvider.System, _disk);

    private static TableCommit Next(long commit, DataFile[] files)
    {
        // Seven source partitions in turn, ten offsets a step.
        var (partition, step) = ((commit - 1) % 7, (commit - 1) / 7);
        return Sample.Commit($"t/a/{partition.ToString(CultureInfo.InvariantCulture)}", step == 0 ? null : step * 10, (step + 1) * 10, files);
    }

    private static string Text(LiveFile f) => $"{f.Path} {string.Join(',', f.PartitionValues.Select(v => $"{v.Key}={v.Value ?? "null"}"))} {f.Bytes} {f.ModificationTime} {f.Rows} {f.StatisticsJson}";

    private static void AssertSame(ImmutableDictionary<string, LiveFile> expected, ImmutableDictionary<string, LiveFile> actual) =>
        Assert.Equal(expected.Values.Select(Text).Order(StringComparer.Ordinal), actual.Values.Select(Text).Order(StringComparer.Ordinal));
}
