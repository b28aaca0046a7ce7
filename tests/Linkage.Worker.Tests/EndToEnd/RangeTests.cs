namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>A bounded run reads to the ends the topic had at its start, and the next one goes on from there.</summary>
[Collection(SharedStudyTests.Name)]
public sealed class RangeTests(SharedStudy shared)
{
    [SkippableFact]
    public void Batches_that_come_after_the_start_are_left_to_the_next_run_and_a_run_over_nothing_new_commits_nothing()
    {
        Duck.Require();
        using var broker = new Broker(4);
        var batches = shared.Study.Batches();
        broker.Send(batches[..(batches.Count / 2)]);
        var ends = broker.Ends.ToDictionary();

        var output = shared.Study.NewOutput();
        using (var run = LinkageProgram.Start(shared.Study.RunArguments(broker, output, untilCaughtUp: true, [])))
        {
            // The first thing a run writes, after it asked for the end offsets.
            run.Until(() => Directory.Exists(Path.Combine(output.Path, "_runs")), "the output folder");
            broker.Send(batches[(batches.Count / 2)..]);
            run.WaitForEnd().Expect(0);
        }

        Assert.All(OutputFolder.Tables, table => Assert.Equal(ends, output.Progress(table)));
        Assert.Equal(batches.Count / 2, Assert.Single(output.Reports()).Batches);

        shared.Study.Run(broker, output).Expect(0);
        output.AssertSameRows(shared.Reference, OutputFolder.Places);
        Assert.All(OutputFolder.Tables, table => Assert.Equal(broker.Ends, output.Progress(table)));

        var entries = OutputFolder.Tables.Select(t => output.Entries(t).Length).ToArray();
        shared.Study.Run(broker, output).Expect(0);
        Assert.Equal(entries, OutputFolder.Tables.Select(t => output.Entries(t).Length));
        var last = output.Reports()[^1];
        Assert.Equal((0, "completed", 0), (last.ExitCode, last.Outcome, last.Batches));
        output.AssertNothingLeftOver();
        LinkageProgram.Run("verify", "--output", output.Path, "--truth", shared.Study.Feed).Expect(0);
    }
}
