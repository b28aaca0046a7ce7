using System.Diagnostics;
using Linkage.Worker.Benchmarking;

namespace Linkage.Worker.Tests.Benchmarking;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3, 3, 3)]
    [InlineData(new[] { 5.0, 1, 3 }, 3, 1, 5)]
    [InlineData(new[] { 4.0, 1, 2, 100 }, 3, 1, 100)]
    public void A_spread_is_the_median_the_least_and_the_most(double[] values, double median, double least, double most) =>
        Assert.Equal(new Spread(median, least, most), Spread.Of(values));

    /// <summary>It goes on while the thread works, and not while it waits: never faster than the wall clock, and much slower over a wait.</summary>
    [Fact]
    public void The_clock_of_a_thread_counts_its_work_and_not_its_waits()
    {
        var (thread, wall) = (ThreadClock.Now(), Stopwatch.GetTimestamp());
        while (ThreadClock.Now() - thread < Stopwatch.Frequency / 50)
        {
            // Work of a fiftieth of a second, however long that takes.
        }

        var (worked, passed) = (ThreadClock.Now() - thread, Stopwatch.GetTimestamp() - wall);
        Assert.True(worked <= passed + (Stopwatch.Frequency / 100), $"{worked} ticks of work in {passed}");
        thread = ThreadClock.Now();
        Thread.Sleep(200);
        var waited = ThreadClock.Now() - thread;
        Assert.True(waited < Stopwatch.Frequency / 10, $"{waited} ticks of work while it slept");
    }

    [Fact]
    public void The_study_has_as_many_records_a_participant_whatever_is_sent_of_it()
    {
        var large = new BenchOptions { Participants = 10_000_000, Records = 4_000_000 };
        Assert.Null(large.Problem());
        var study = large.Study;
        Assert.Equal((200_000_000, 4_000_000L), (study.Records, study.SentRecords));
        study = new BenchOptions { Participants = 100, Records = 5_000 }.Study;
        Assert.Equal((5_000, 5_000L), (study.Records, study.SentRecords));
        Assert.Null(new BenchOptions().Problem());
    }
}
