namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>A worker that dies leaves nothing that the next one cannot put right: no row twice, none missing, no file too many.</summary>
[Collection(SharedStudyTests.Name)]
public sealed class CrashTests(SharedStudy shared)
{
    [SkippableFact]
    public void Killed_again_and_again_the_runs_together_give_the_rows_of_one_undisturbed_run()
    {
        Duck.Require();
        var output = shared.Study.NewOutput();
        using var broker = new Broker(5);
        var batches = shared.Study.Batches();
        var fifth = batches.Count / 5;
        void Kill(int part, string what, Func<bool> when)
        {
            // Each time there is more to read than one flush takes, and a rest that no flush takes.
            broker.Send(batches[(part * fifth)..((part + 1) * fifth)]);
            using var child = shared.Study.StartContinuous(broker, output, "Flush:MaxRows=400", "Flush:MaxSeconds=86400");
            child.Until(when, what);
            child.End(Child.Kill).Expect(128 + Child.Kill);
        }

        Kill(0, "a first file", () => output.Entries("gp_clinical").Length > 1 || OutputFolder.Tables.Any(t => output.TryFilesOnDisk(t).Any(static f => f.EndsWith(".tmp", StringComparison.Ordinal))));
        var before = output.Entries("gp_clinical").Length;
        Kill(1, "a commit of the first table", () => output.Entries("gp_clinical").Length > before);
        before = output.Entries("participant_links").Length;
        Kill(2, "a commit of a table in the middle", () => output.Entries("participant_links").Length > before);
        before = output.Entries("rejects").Length;
        Kill(3, "a commit of the last table", () => output.Entries("rejects").Length > before);

        broker.Send(batches[(4 * fifth)..]);
        Assert.False(output.HasReached(broker.Ends));
        shared.Study.Run(broker, output).Expect(0);
        output.AssertSameRows(shared.Reference, OutputFolder.Places);
        output.AssertNothingLeftOver();
        Assert.All(OutputFolder.Tables, table => Assert.Equal(broker.Ends, output.Progress(table)));
        LinkageProgram.Run("verify", "--output", output.Path).Expect(0);
    }

    [SkippableFact]
    public void A_crash_between_the_commits_of_two_tables_is_evened_out()
    {
        Duck.Require();
        using var broker = new Broker(3);
        var batches = shared.Study.Batches();
        var twice = shared.Study.NewOutput();
        broker.Send(batches[..(batches.Count / 2)]);
        shared.Study.Run(broker, twice).Expect(0);
        broker.Send(batches[(batches.Count / 2)..]);
        shared.Study.Run(broker, twice).Expect(0);
        Assert.All(OutputFolder.Tables, table => Assert.Equal(3, twice.Entries(table).Length));

        for (var committed = 1; committed < OutputFolder.Tables.Length; committed += 2)
        {
            var output = Copy(twice);
            foreach (var table in OutputFolder.Tables[committed..])
            {
                Uncommit(output, table, published: table == OutputFolder.Tables[committed]);
            }

            var orphans = OutputFolder.Tables.Sum(t => output.FilesOnDisk(t).Count - output.Committed(t).Count);
            Assert.NotEqual(output.Progress(OutputFolder.Tables[committed - 1]), output.Progress(OutputFolder.Tables[committed]));
            Assert.NotEqual(0, orphans);
            var ended = shared.Study.Run(broker, output).Expect(0);
            Assert.Contains($"Removed {orphans} files", ended.Error, StringComparison.Ordinal);
            output.AssertSameRows(shared.Reference, OutputFolder.Places);
            output.AssertNothingLeftOver();
            Assert.All(OutputFolder.Tables, table => Assert.Equal(broker.Ends, output.Progress(table)));
        }
    }

    [SkippableFact]
    public void A_run_of_the_same_group_takes_over_from_one_that_was_killed()
    {
        Duck.Require();
        var output = shared.Study.NewOutput();
        var flush = $"Flush:MaxRows={shared.BufferedRows / 3}";
        using (var child = LinkageProgram.Start(shared.Study.RunArguments(shared.Broker, output, untilCaughtUp: false, [flush], group: "one-group")))
        {
            child.Until(() => output.Entries("rejects").Length > 1, "a commit");
            child.End(Child.Kill).Expect(128 + Child.Kill);
        }

        LinkageProgram.Run(shared.Study.RunArguments(shared.Broker, output, untilCaughtUp: true, [flush], group: "one-group")).Expect(0);
        output.AssertSameRows(shared.Reference);
        output.AssertNothingLeftOver();
    }

    // What a crash before a table's commit leaves: no newest entry, and the files it would have named, renamed to their last names already or not.
    private static void Uncommit(OutputFolder output, string table, bool published)
    {
        File.Delete(output.Entries(table)[^1]);
        foreach (var file in output.FilesOnDisk(table).Except(output.Committed(table), StringComparer.Ordinal).Where(_ => !published))
        {
            var path = Path.Combine(output.Path, table, file);
            File.Move(path, Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.tmp"));
        }
    }

    private OutputFolder Copy(OutputFolder from)
    {
        var to = shared.Study.NewOutput();
        foreach (var file in Directory.EnumerateFiles(from.Path, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to.Path, Path.GetRelativePath(from.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return to;
    }
}
