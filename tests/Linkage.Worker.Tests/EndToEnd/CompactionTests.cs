using Linkage.Delta.Compaction;

namespace Linkage.Worker.Tests.EndToEnd;

/// <summary><c>linkage compact</c> after, between and beside runs: the same rows in fewer files, and the runs go on as if nothing had been.</summary>
[Collection(SharedStudyTests.Name)]
public sealed class CompactionTests(SharedStudy shared)
{
    [SkippableFact]
    public void Between_runs_the_rows_stay_those_of_one_undisturbed_run()
    {
        Duck.Require();
        var output = shared.Study.NewOutput();
        using var broker = new Broker(4);
        var batches = shared.Study.Batches();
        var third = batches.Count / 3;
        for (var part = 0; part < 3; part++)
        {
            broker.Send(part == 2 ? batches[(2 * third)..] : batches[(part * third)..((part + 1) * third)]);
            shared.Study.Run(broker, output, "Flush:MaxRows=1500").Expect(0);
            var before = OutputFolder.Tables.Sum(t => output.Committed(t).Count);
            var progress = OutputFolder.Tables.Select(output.Progress).ToList();
            var rows = OutputFolder.Tables.Select(output.RowsByLog).ToList();

            var said = LinkageProgram.Run("compact", "--linger-seconds", "0", "--output", output.Path).Expect(0).Output;

            Assert.Contains("the same before and after", said, StringComparison.Ordinal);
            // One run may have flushed once, two have not.
            Assert.InRange(OutputFolder.Tables.Sum(t => output.Committed(t).Count), 1, part == 0 ? before : before - 1);
            // A file a partition: none has more than the target.
            Assert.All(OutputFolder.Tables, t => Assert.Equal(output.Committed(t).Count, output.Committed(t).Select(f => Path.GetDirectoryName(f)).Distinct(StringComparer.Ordinal).Count()));
            Assert.Equal(progress, OutputFolder.Tables.Select(output.Progress));
            Assert.Equal(rows, OutputFolder.Tables.Select(output.RowsByLog));
            output.AssertNothingLeftOver();
            LinkageProgram.Run("verify", "--output", output.Path, "--values").Expect(0);
        }

        output.AssertSameRows(shared.Reference, OutputFolder.Places);
        Assert.Contains("compacted: 0 files into 0", LinkageProgram.Run("compact", "--linger-seconds", "0", "--output", output.Path).Expect(0).Output, StringComparison.Ordinal);
        // Compactions are no runs.
        Assert.Equal(3, LinkageProgram.Run("runs", "--output", output.Path).Expect(0).Output.Split('\n').Count(static l => l.Contains("completed", StringComparison.Ordinal)));
    }

    /// <summary>More than a thousand files of a run that flushes all the time, while DuckDB asks by glob again and again: never another answer, whatever the number of files.</summary>
    [SkippableFact]
    public async Task A_thousand_small_files_become_less_than_one_in_fifty_and_a_reader_sees_the_one_or_the_other()
    {
        Duck.Require();
        using var study = new Study(seed: 20_260_517, records: 40_000, participants: 300, outside: 0.1, batchRecords: 120);
        var (output, before) = (study.NewOutput(), study.NewOutput());
        using var broker = new Broker(2);
        var files = 0;
        using (var run = study.StartContinuous(broker, output, "Flush:MaxRows=1", "Flush:MaxSeconds=1", "Output:PartitionBy=none"))
        {
            using var batches = study.Batches().GetEnumerator();
            while (files < 1000 && batches.MoveNext())
            {
                // The last table to commit.
                var entries = files == 0 ? 0 : output.Entries("rejects").Length;
                broker.Send(batches.Current);
                run.Until(() => files == 0 ? output.HasReached(broker.Ends) : output.Entries("rejects").Length > entries, "a commit of every batch");
                files = OutputFolder.Tables.Sum(t => output.TryFilesOnDisk(t).Count);
            }

            run.End(Child.Terminate).Expect(143);
        }

        Assert.InRange(files, 1000, 1010);
        CopyFolder(output.Path, before.Path);

        var glob = $"read_parquet({Duck.Quote($"{output.Path}/gp_clinical/*.parquet")}, filename = true)";
        var ask = $"SELECT count(DISTINCT filename) AS files, count(*) AS n, sum(hash(participant_id, event_dt, value1)) AS all_rows FROM {glob}";
        List<string> Ask(int times) => [.. Duck.Outcomes(Enumerable.Repeat(ask, times)).Select(static o => o["rows"] is { } rows ? rows.AsArray().Single()!.ToJsonString() : "error: " + o["error"])];
        var answers = Ask(1);
        using (var compact = LinkageProgram.Start(["compact", "--output", output.Path, "--linger-seconds", "2"]))
        {
            var compacting = Task.Run(() => compact.WaitForEnd().Expect(0));
            while (!compacting.IsCompleted)
            {
                answers.AddRange(Ask(20));
            }

            await compacting;
        }

        answers.AddRange(Ask(1));
        // What it listed and finds gone is an error, which says so, and no answer.
        Assert.All(answers.Where(static a => a.StartsWith("error", StringComparison.Ordinal)), static a => Assert.Contains("o such file", a, StringComparison.Ordinal));
        var all = answers.Where(static a => !a.StartsWith("error", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
        Assert.Equal(2, all.Count);
        Assert.Single(all.Select(static a => a[a.IndexOf("\"n\"", StringComparison.Ordinal)..]).Distinct(StringComparer.Ordinal));

        var left = OutputFolder.Tables.Sum(t => output.FilesOnDisk(t).Count);
        Assert.InRange(left * 50, 1, files - 1);
        output.AssertSameRows(before);
        AssertAsFindable(Largest(before), Largest(output));
        output.AssertNothingLeftOver();
        LinkageProgram.Run("verify", "--output", output.Path, "--values").Expect(0);
        LinkageProgram.Run("verify", "--output", before.Path, "--values").Expect(0);
    }

    [SkippableFact]
    public void Beside_a_run_that_goes_on_nothing_is_lost_or_doubled()
    {
        Duck.Require();
        var output = shared.Study.NewOutput();
        using var broker = new Broker(4);
        using var run = shared.Study.StartContinuous(broker, output, "Flush:MaxRows=500", "Flush:MaxSeconds=1");
        var batches = shared.Study.Batches();
        var tenth = batches.Count / 10;
        for (var part = 0; part < 10; part++)
        {
            broker.Send(part == 9 ? batches[(9 * tenth)..] : batches[(part * tenth)..((part + 1) * tenth)]);
            if (part > 0)
            {
                var entries = output.Entries("rejects").Length;
                run.Until(() => output.Entries("rejects").Length > entries || output.HasReached(broker.Ends), "a commit after a compaction");
                LinkageProgram.Run("compact", "--linger-seconds", "0", "--output", output.Path).Expect(0);
            }
        }

        run.Until(() => output.HasReached(broker.Ends), "the end of the topic in every table");
        run.End(Child.Terminate).Expect(143);
        var operations = output.Actions("gp_clinical").Select(static a => a["commitInfo"]?["operation"]?.GetValue<string>()).OfType<string>().ToList();
        Assert.Contains("OPTIMIZE", operations);
        Assert.True(operations.LastIndexOf("WRITE") > operations.IndexOf("OPTIMIZE"), string.Join(' ', operations));
        output.AssertSameRows(shared.Reference, OutputFolder.Places);
        LinkageProgram.Run("compact", "--linger-seconds", "0", "--output", output.Path).Expect(0);
        output.AssertSameRows(shared.Reference, OutputFolder.Places);
        output.AssertNothingLeftOver();
        LinkageProgram.Run("verify", "--output", output.Path, "--values").Expect(0);
    }

    [Fact]
    public void A_dry_run_says_what_it_would_do_and_writes_nothing()
    {
        var output = Small();
        var before = Listing(output);
        var said = LinkageProgram.Run("compact", "--linger-seconds", "0", "--output", output.Path, "--dry-run").Expect(0).Output;
        Assert.Contains("dry run: nothing was written", said, StringComparison.Ordinal);
        Assert.All(OutputFolder.Tables, t => Assert.Contains(t, said, StringComparison.Ordinal));
        Assert.Equal(before, Listing(output));
    }

    [Fact]
    public void One_table_alone()
    {
        var output = Small();
        LinkageProgram.Run("compact", "--linger-seconds", "0", "--output", output.Path, "--table", "gp_scripts").Expect(0);
        Assert.Equal(4, output.Entries("gp_scripts").Length);
        Assert.Equal(3, output.Entries("gp_clinical").Length);
    }

    [Fact]
    public void Files_are_written_as_the_configuration_says()
    {
        var output = Small();
        LinkageProgram.Run("compact", "--linger-seconds", "0", "--output", output.Path, "--set", "Output:Codec=none", "--set", "Linkage:Output:PageRows=500").Expect(0);
        var file = Path.Combine(output.Path, "participant_links", output.Committed("participant_links").Single());
        Assert.All(Parquet.ParquetFooter.Read(file).RowGroups.SelectMany(static g => g.Chunks), static c => Assert.Equal(0, c.Codec));
    }

    [Theory]
    [InlineData("--min-files", "1", "--min-files")]
    [InlineData("--target-mb", "0", "--target-mb")]
    [InlineData("--memory-mb", "x", "memory-mb")]
    [InlineData("--table", "no_such_table", "no_such_table")]
    [InlineData("--set", "Output:Codec=brotli", "Output:Codec")]
    [InlineData("--set", "Flush:MaxRows=5", "Flush:MaxRows")]
    [InlineData("--config", "/no/such/file.json", "/no/such/file.json")]
    public void Bad_options_end_with_2(string option, string value, string said)
    {
        var ended = LinkageProgram.Run("compact", "--linger-seconds", "0", "--output", shared.Reference.Path, option, value).Expect(2);
        Assert.Contains(said, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_or_has_no_table_ends_with_2()
    {
        LinkageProgram.Run("compact", "--linger-seconds", "0", "--output", Path.Combine(shared.Study.Folder, "nowhere")).Expect(2);
        Assert.Contains("has no table", LinkageProgram.Run("compact", "--linger-seconds", "0", "--output", shared.Study.Drop).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_another_is_at_work_it_ends_with_1()
    {
        var output = Small();
        using (TableCompaction.TryBegin(output.Path, "compact-other"))
        {
            Assert.Contains("another compaction", LinkageProgram.Run("compact", "--linger-seconds", "0", "--output", output.Path).Expect(1).Error, StringComparison.Ordinal);
        }

        LinkageProgram.Run("compact", "--linger-seconds", "0", "--output", output.Path).Expect(0);
    }

    [Fact]
    public void An_output_that_cannot_be_written_ends_with_5()
    {
        var output = Small();
        var before = Listing(output);
        File.WriteAllText(Path.Combine(output.Path, "_compaction"), "in the way");
        LinkageProgram.Run("compact", "--linger-seconds", "0", "--output", output.Path).Expect(5);
        File.Delete(Path.Combine(output.Path, "_compaction"));
        Assert.Equal(before, Listing(output).Where(static f => !f.Contains("_runs/.", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_damaged_table_ends_with_1_and_the_others_are_compacted()
    {
        var output = Small();
        var file = Path.Combine(output.Path, "gp_scripts", output.Committed("gp_scripts").Order(StringComparer.Ordinal).First());
        var bytes = File.ReadAllBytes(file);
        bytes[150] ^= 4;
        File.WriteAllBytes(file, bytes);
        var ended = LinkageProgram.Run("compact", "--linger-seconds", "0", "--output", output.Path).Expect(1);
        Assert.Contains("linkage: gp_scripts: ", ended.Error, StringComparison.Ordinal);
        Assert.Equal(3, output.Entries("gp_scripts").Length);
        Assert.Equal(4, output.Entries("gp_registrations").Length);
        Assert.Contains("checksum", LinkageProgram.Run("verify", "--output", output.Path, "--values").Expect(1).Output, StringComparison.Ordinal);
        LinkageProgram.Run("verify", "--output", output.Path).Expect(0);
    }

    private static string Largest(OutputFolder output) => output.FilesOnDisk("gp_clinical").Select(f => Path.Combine(output.Path, "gp_clinical", f)).MaxBy(static f => new FileInfo(f).Length)!;

    /// <summary>Statistics, indexes, bloom filters and the order of rows are those of the files that runs write.</summary>
    private static void AssertAsFindable(string written, string compacted)
    {
        static List<string> Of(string file) =>
        [
            .. Duck.Layout(file)["rowGroups"]![0]!["columns"]!.AsArray().Select(static c =>
                $"{c!["name"]} offsets {c["offsetIndex"] is not null} bounds {c["columnIndex"] is not null} statistics {c["statistics"]!["nulls"] is not null}"),
        ];
        var (wanted, found) = (Of(written), Of(compacted));
        Assert.Equal(wanted, found);
        Assert.Contains(found, static c => c.StartsWith("participant_id offsets True bounds True", StringComparison.Ordinal));
        // Which other columns have one goes by what is in them.
        Assert.All([written, compacted], static f => Assert.NotNull(Duck.Layout(f)["rowGroups"]![0]!["columns"]!.AsArray().Single(static c => c!["name"]!.GetValue<string>() == "participant_id")!["bloom"]));
        // A file of few participants may be sorted by more columns, too.
        Assert.All([written, compacted], static f => Assert.Equal("0 ascending nulls first", Duck.Layout(f)["rowGroups"]![0]!["sorting"]![0]!.GetValue<string>()));
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }

    // Two runs, unpartitioned: two files a table.
    private OutputFolder Small()
    {
        var output = shared.Study.NewOutput();
        using var broker = new Broker(2);
        var batches = shared.Study.Batches();
        broker.Send(batches[..(batches.Count / 2)]);
        shared.Study.Run(broker, output, "Output:PartitionBy=none").Expect(0);
        broker.Send(batches[(batches.Count / 2)..]);
        shared.Study.Run(broker, output, "Output:PartitionBy=none").Expect(0);
        return output;
    }

    private static string[] Listing(OutputFolder output) =>
        [.. Directory.EnumerateFiles(output.Path, "*", SearchOption.AllDirectories).Where(static f => !f.EndsWith("/_runs/.compaction", StringComparison.Ordinal) && !f.Contains("/_runs/.tables", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
