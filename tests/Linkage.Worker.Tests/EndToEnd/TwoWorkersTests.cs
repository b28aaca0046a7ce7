namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>A second worker of the group takes over half of the partitions while both go on; nothing is doubled or lost.</summary>
[Collection(SharedStudyTests.Name)]
public sealed class TwoWorkersTests(SharedStudy shared)
{
    [SkippableFact]
    public void A_second_worker_takes_over_half_of_the_partitions()
    {
        Duck.Require();
        var output = shared.Study.NewOutput();
        using var broker = new Broker(8);
        var batches = shared.Study.Batches();
        broker.Send(batches[..(batches.Count / 2)]);
        string[] settings = ["Flush:MaxSeconds=1", "Flush:MaxRows=3000", "Lanes:Count=1", "Output:PartitionBy=none"];
        using var first = LinkageProgram.Start(shared.Study.RunArguments(broker, output, untilCaughtUp: false, settings, group: "two"));
        first.Until(() => output.Entries("rejects").Length > 1, "a commit of the first worker");
        using var second = LinkageProgram.Start(shared.Study.RunArguments(broker, output, untilCaughtUp: false, settings, group: "two"));

        // Something to read for the second worker, however long the group takes to give it its share: a message without a value is one reject.
        var fillers = 0;
        second.Until(
            () =>
            {
                Assert.False(first.HasEnded, first.Error);
                broker.Send(new byte[]?[broker.Partitions]);
                fillers += broker.Partitions;
                Thread.Sleep(100);
                return Runs(output).Count > 1;
            },
            "a commit of the second worker");
        broker.Send(batches[(batches.Count / 2)..]);
        second.Until(() => output.HasReached(broker.Ends), "the end of the topic in every table");
        second.End(Child.Terminate).Expect(143);
        first.End(Child.Terminate).Expect(143);

        output.AssertSameRows(shared.Reference, ["event_year", .. OutputFolder.Places], rejects: "reason <> 'tombstone'", sideBySide: true);
        var tombstones = Duck.Numbers($"SELECT count(*) AS n, count(DISTINCT (source_partition, source_offset)) AS places FROM {output.Sql("rejects")} WHERE reason = 'tombstone'");
        Assert.Equal([fillers, fillers], tombstones);
        Assert.All(OutputFolder.Tables, table => Assert.Equal(broker.Ends, output.Progress(table)));
        output.AssertNothingLeftOver();

        var reports = output.Reports();
        Assert.Equal(2, reports.Length);
        Assert.Equal([8, 4], reports.Select(static r => r.Source.Partitions.Count));
        Assert.All(reports, static r => Assert.Equal("stopped", r.Outcome));
    }

    // Runs that have committed something.
    private static HashSet<string> Runs(OutputFolder output) =>
        [.. output.Actions("rejects").Select(static a => a["commitInfo"]?["linkage"]?["runId"]?.GetValue<string>()).OfType<string>()];
}
