namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>SIGTERM and SIGINT end a worker after what it has read is committed.</summary>
[Collection(SharedStudyTests.Name)]
public sealed class SignalTests(SharedStudy shared)
{
    [SkippableTheory]
    [InlineData(Child.Terminate, 143)]
    [InlineData(Child.Interrupt, 130)]
    public void A_signal_commits_what_is_in_memory_and_ends_the_run(int signal, int exitCode)
    {
        Duck.Require();
        var output = shared.Study.NewOutput();
        using var child = LinkageProgram.Start(
            shared.Study.RunArguments(shared.Broker, output, untilCaughtUp: false, ["Flush:MaxSeconds=86400"]), interruptible: true);
        child.Until(() => child.Output.Contains($"{shared.Study.Records} records", StringComparison.Ordinal), "all records in memory");
        Assert.All(OutputFolder.Tables, table => Assert.Equal(0, output.RowsByLog(table)));

        var ended = child.End(signal).Expect(exitCode);
        Assert.DoesNotContain("linkage:", ended.Error, StringComparison.Ordinal);
        output.AssertSameRows(shared.Reference);
        output.AssertNothingLeftOver();
        var report = Assert.Single(output.Reports());
        Assert.Equal(("stopped", "continuous", exitCode), (report.Outcome, report.Mode, report.ExitCode));
        Assert.Equal(shared.Study.Records, report.Records.Values.Sum(static r => r.In));
    }

    [SkippableFact]
    public void A_run_that_was_stopped_midway_and_another_one_give_the_rows_of_one()
    {
        Duck.Require();
        var output = shared.Study.NewOutput();
        var flush = $"Flush:MaxRows={shared.BufferedRows / 6}";
        using (var child = shared.Study.StartContinuous(shared.Broker, output, flush, "Lanes:Count=1"))
        {
            child.Until(() => output.Entries("gp_clinical").Length > 1, "a commit");
            child.End(Child.Terminate).Expect(143);
        }

        output.AssertNothingLeftOver();
        Assert.All(OutputFolder.Tables, table => Assert.Equal(output.Progress("gp_clinical"), output.Progress(table)));
        shared.Study.Run(shared.Broker, output, flush).Expect(0);
        output.AssertSameRows(shared.Reference);
        output.AssertNothingLeftOver();
        Assert.Equal(shared.Study.Records, output.Reports().Sum(static r => r.Records.Values.Sum(static k => k.In)));
    }

    [Fact]
    public void The_broker_ends_with_the_code_of_its_signal()
    {
        using var broker = new Broker(1);
        broker.Stop().Expect(143);
    }
}
