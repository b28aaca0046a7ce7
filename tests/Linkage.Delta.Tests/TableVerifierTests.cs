using Linkage.Delta.Verification;

namespace Linkage.Delta.Tests;

public sealed class TableVerifierTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_sound_table_has_no_findings_and_right_sums()
    {
        Prepare(3);
        var result = Verify();
        Assert.Empty(result.Findings);
        Assert.True(result.IsSound);
        Assert.Equal((3L, 6L, 300L, 30L), (result.Version, result.Files, result.Rows, result.Progress[CrashingWorker.AppId]));
        Assert.Equal(Directory.EnumerateFiles(_folder["t"], "*.parquet", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length), result.Bytes);
        Assert.Equal("t", result.Table);
    }

    [Fact]
    public void A_checkpoint_is_held_against_the_log()
    {
        Prepare(100);
        Assert.Empty(Verify().Findings);
        var path = _folder["t/_delta_log/00000000000000000050.json"];
        var text = File.ReadAllText(path);
        File.WriteAllText(path, text.Replace("part-writer-000099", "part-writer-000999", StringComparison.Ordinal));
        Assert.Contains(Verify().Findings, f => f.What.StartsWith("The checkpoint's files", StringComparison.Ordinal));
        File.WriteAllText(path, text);
        File.Delete(_folder["t/_delta_log/00000000000000000100.checkpoint.parquet"]);
        Assert.Contains("is not there", Assert.Single(Verify().Findings).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("delete file", "A file of the table is not there.")]
    [InlineData("longer file", "bytes, the file has")]
    [InlineData("cut file", "does not end as a Parquet file")]
    [InlineData("rows", "The log says 51 rows")]
    [InlineData("minimum", "minValues of column")]
    [InlineData("nulls", "nullCount of column")]
    [InlineData("orphan", "not in the log")]
    [InlineData("gap", "The log goes from version")]
    [InlineData("broken entry", "is not a Delta action")]
    [InlineData("other progress", "differs from its txn")]
    [InlineData("doubled", "records are doubled")]
    [InlineData("missing", "records are missing")]
    [InlineData("same commit", "in the log twice")]
    [InlineData("same file", "in the table already")]
    [InlineData("partition", "folder is not that of its partition")]
    [InlineData("type", "in the file and Int32 in the table")]
    public void Damage_is_found(string damage, string what)
    {
        Prepare(3);
        var file = _folder["t/year=y0/part-writer-000003.parquet"];
        switch (damage)
        {
            case "delete file":
                File.Delete(file);
                break;
            case "longer file":
                File.WriteAllBytes(file, [.. File.ReadAllBytes(file), 0]);
                break;
            case "cut file":
                File.WriteAllBytes(file, File.ReadAllBytes(file)[..^1]);
                break;
            case "orphan":
                File.Copy(file, _folder["t/year=y0/part-gone-000001.parquet"]);
                break;
            case "rows":
                Edit(2, "\\\"numRecords\\\":50", "\\\"numRecords\\\":51");
                break;
            case "minimum":
                Edit(2, "\\\"minValues\\\":{\\\"participant_id\\\":\\\"", "\\\"minValues\\\":{\\\"participant_id\\\":\\\"A");
                break;
            case "nulls":
                Edit(2, "\\\"nullCount\\\":{\\\"participant_id\\\":0", "\\\"nullCount\\\":{\\\"participant_id\\\":1");
                break;
            case "gap":
                File.Delete(_folder["t/_delta_log/00000000000000000002.json"]);
                break;
            case "broken entry":
                Edit(2, "{\"txn\"", "{\"txn");
                break;
            case "other progress":
                Edit(2, "\"version\":20", "\"version\":21");
                break;
            case "doubled":
                Edit(2, "\"from\":10", "\"from\":5");
                break;
            case "missing":
                Edit(2, "\"from\":10", "\"from\":12");
                break;
            case "same commit":
                File.Copy(_folder["t/_delta_log/00000000000000000003.json"], _folder["t/_delta_log/00000000000000000004.json"]);
                break;
            case "same file":
                Edit(3, "part-writer-000005", "part-writer-000003");
                break;
            case "partition":
                Edit(2, "{\"year\":\"y0\"}", "{\"year\":\"y7\"}");
                break;
            case "type":
                Edit(0, "\\\"offset\\\",\\\"type\\\":\\\"long", "\\\"offset\\\",\\\"type\\\":\\\"integer");
                break;
        }
        var result = Verify();
        Assert.False(result.IsSound);
        Assert.Contains(result.Findings, f => f.Severity == Severity.Error && f.What.Contains(what, StringComparison.Ordinal) && string.Equals(f.Table, "t", StringComparison.Ordinal) && f.Where.Length > 0);
    }

    [Fact]
    public void Files_of_a_live_run_are_no_findings()
    {
        Prepare(1);
        File.WriteAllText(_folder["t/year=y0/part-alive-000001.parquet"], "x");
        File.WriteAllText(_folder["t/year=y0/.part-alive-000002.parquet.tmp"], "x");
        using (RunLease.Take(_folder.Path, "alive"))
            Assert.Empty(Verify().Findings);
        Assert.Equal([Severity.Error, Severity.Warning], Verify().Findings.Select(f => f.Severity).Order().Reverse());
    }

    [Fact]
    public void A_folder_without_a_log_is_not_a_table()
    {
        Directory.CreateDirectory(_folder["t"]);
        Assert.Contains("no log entry", Assert.Single(Verify().Findings).What, StringComparison.Ordinal);
    }

    private TableVerification Verify() => TableVerifier.Verify(_folder.Path, _folder["t"]);

    private void Prepare(int commits)
    {
        var disk = new QuickDisk();
        using var lease = RunLease.Take(_folder.Path, "writer");
        var log = TableLog.OpenOrCreate(_folder["t"], Sample.Definition, TimeProvider.System, disk);
        using var data = new DataFolder(_folder["t"], lease, disk);
        for (var i = 0; i < commits; i++)
            new CrashingWorker(_folder.Path, "writer").Commit(log, data);
    }

    private void Edit(int version, string from, string to)
    {
        var path = _folder[$"t/_delta_log/{version:D20}.json"];
        var text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }
}
