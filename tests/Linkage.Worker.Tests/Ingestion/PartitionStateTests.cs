using Linkage.Worker.Ingestion;

namespace Linkage.Worker.Tests.Ingestion;

/// <summary>What of a partition counts as read, and may be committed.</summary>
public class PartitionStateTests
{
    [Fact]
    public void Nothing_beyond_the_end_of_a_bounded_run_counts_as_read()
    {
        // 0 to 4 are batches, 5 a commit marker; the run's end is 6. Then a batch at 6 comes and is left to the next run, and the partition ends at 8.
        var state = new PartitionState(0, [null], end: 6);
        state.ReadTo(5);
        Interlocked.Increment(ref state.InFlight);
        state.HasProcessed(5);
        Assert.False(state.ReachedEnd);
        Assert.False(state.IsPastEnd(5));
        Assert.True(state.IsPastEnd(6));

        state.NothingBefore(6);
        Assert.True(state.ReachedEnd);
        Assert.Equal(6, state.Position);
        state.NothingBefore(8);
        Assert.Equal(6, state.Position);
    }

    [Fact]
    public void A_continuous_run_has_read_up_to_the_end_Kafka_says()
    {
        var state = new PartitionState(0, [3, null], end: long.MaxValue);
        Assert.Equal(-1, state.Position);
        state.NothingBefore(8);
        Assert.Equal(8, state.Position);
        Assert.False(state.ReachedEnd);
        state.NothingBefore(7);
        Assert.Equal(8, state.Position);
    }

    [Fact]
    public void What_a_lane_still_has_is_not_read_whatever_the_end()
    {
        var state = new PartitionState(0, [null], end: 20);
        state.ReadTo(4);
        Interlocked.Increment(ref state.InFlight);
        Interlocked.Increment(ref state.InFlight);
        state.HasProcessed(3);
        state.NothingBefore(10);
        Assert.Equal(3, state.Position);

        // The batch is dropped: what came after it in the partition has to be read again.
        Interlocked.Decrement(ref state.InFlight);
        state.ReadTo(state.Processed);
        Assert.Equal(3, state.Position);
    }
}
