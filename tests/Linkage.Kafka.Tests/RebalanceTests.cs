namespace Linkage.Kafka.Tests;

public class RebalanceTests
{
    [Fact]
    public void A_second_member_takes_half_and_gives_it_back_with_nothing_lost_or_doubled()
    {
        const int Partitions = 6, Count = 200;
        using var topic = new Topic(Partitions);
        Send(0);
        var first = new Owner();
        using var source = new KafkaSource(topic.Options(), first);
        first.PollUntil(source, () => first.Held.Count == Partitions, "all partitions");

        // The second owner starts where the first committed, as with tables they share.
        var second = new Owner { Next = first.Next };
        using (var joined = new KafkaSource(topic.Options(), second))
        {
            Guard.Until(() => first.Held.Count == 3 && second.Held.Count == 3, "half each", () =>
            {
                first.Poll(source);
                second.Poll(joined);
            });

            // Incremental: what stayed was never taken away, and what moved was let go before it came.
            Assert.Equal(2, first.Calls.Count);
            Assert.Equal("revoked " + string.Join(',', second.Held), first.Calls[1]);
            Assert.Equal(["assigned " + string.Join(',', second.Held)], second.Calls);
            Assert.Equal(first.Held, source.Assignment);
            Assert.Equal(second.Held, joined.Assignment);

            Send(Count);
            Guard.Until(() => AllRead(2 * Count), "all read by both", () =>
            {
                first.Poll(source);
                second.Poll(joined);
            });
            Assert.NotEmpty(second.Batches);

            joined.Close();
            Assert.StartsWith("revoked ", second.Calls[^1], StringComparison.Ordinal);
            Assert.Empty(second.Held);
        }

        first.PollUntil(source, () => first.Held.Count == Partitions, "all partitions again");
        Send(2 * Count);
        first.PollUntil(source, () => AllRead(3 * Count), "all read by the first");

        first.Batches.AddRange(second.Batches);
        first.Batches.Sort();
        for (var partition = 0; partition < Partitions; partition++)
            first.AssertNumbers(partition, 0, 3 * Count);

        void Send(int from)
        {
            for (var partition = 0; partition < Partitions; partition++)
                topic.SendNumbers(partition, from, Count);
        }

        bool AllRead(int count) => first.Next.Count == Partitions && first.Next.Values.All(next => next == count);
    }

    [Fact]
    public void A_partition_that_was_paused_when_it_went_is_read_when_it_comes_again()
    {
        using var topic = new Topic(partitions: 2);
        var first = new Owner();
        using var source = new KafkaSource(topic.Options(), first);
        first.PollUntil(source, () => first.Ends.Count == 2, "ends");
        source.Pause([0, 1]);
        var second = new Owner();
        using (var joined = new KafkaSource(topic.Options(), second))
        {
            Guard.Until(() => first.Held.Count == 1, "one each", () =>
            {
                first.Poll(source);
                second.Poll(joined);
            });
            joined.Close();
        }

        first.PollUntil(source, () => first.Held.Count == 2, "both again");
        var back = int.Parse(first.Calls[1]["revoked ".Length..], System.Globalization.CultureInfo.InvariantCulture);
        topic.SendNumbers(back, 0, 10);
        first.PollUntil(source, () => first.Next.GetValueOrDefault(back) == 10, "what was sent to the partition that came again");
        first.AssertNumbers(back, 0, 10);
    }

    [Fact]
    public void A_member_that_died_is_replaced_when_its_session_ends()
    {
        using var topic = new Topic(partitions: 2);
        topic.SendNumbers(0, 0, 10);
        topic.SendNumbers(1, 0, 10);
        var first = new Owner();

        // A static member ends without a word to the group, as a killed one does.
        using (var source = new KafkaSource(topic.Options() with { InstanceId = "worker-1" }, first))
            first.PollUntil(source, () => first.Held.Count == 2, "all partitions");

        var second = new Owner();
        using var other = new KafkaSource(topic.Options() with { InstanceId = "worker-2" }, second);
        second.PollUntil(other, () => second.Ends.Count == 2, "ends");
        second.AssertNumbers(0, 0, 10);
        second.AssertNumbers(1, 0, 10);
    }

    [Fact]
    public void Disposing_without_closing_leaves_the_group_and_tells_the_owner_nothing()
    {
        using var topic = new Topic(partitions: 2);
        var first = new Owner();
        var source = new KafkaSource(topic.Options(), first);
        first.PollUntil(source, () => first.Held.Count == 2, "all partitions");
        source.Dispose();
        source.Dispose();
        Assert.Equal(["assigned 0,1"], first.Calls);
        Assert.Empty(source.Assignment);

        var second = new Owner();
        using var other = new KafkaSource(topic.Options(), second);
        second.PollUntil(other, () => second.Held.Count == 2, "all partitions");
        Assert.Equal(["assigned 0,1"], second.Calls);
    }

    [Fact]
    public void An_assignment_still_on_its_way_is_dropped_by_the_close()
    {
        using var topic = new Topic(partitions: 2);
        var first = new Owner();
        var log = new ListLogger();
        using (var source = new KafkaSource(topic.Options(("debug", "cgrp")), first, log))
        {
            Guard.Until(() => log.Lines.Any(line => line.Contains("delegating incremental assign of 2", StringComparison.Ordinal)), "assignment", () => Thread.Sleep(20));
            source.Close();
        }

        Assert.Empty(first.Calls);
        var second = new Owner();
        using var other = new KafkaSource(topic.Options(), second);
        second.PollUntil(other, () => second.Held.Count == 2, "all partitions");
    }

    [Fact]
    public void A_static_member_comes_back_and_reads_on()
    {
        using var topic = new Topic(partitions: 2);
        topic.SendNumbers(0, 0, 10);
        var owner = new Owner();
        var options = topic.Options() with { InstanceId = "worker-1" };
        using (var source = new KafkaSource(options, owner))
        {
            owner.PollUntil(source, () => owner.Ends.Count == 2, "ends");
            source.Close();
        }

        topic.SendNumbers(0, 10, 10);
        owner.Ends.Clear();
        using var again = new KafkaSource(options, owner);
        owner.PollUntil(again, () => owner.Ends.GetValueOrDefault(0) == 20, "end");
        owner.AssertNumbers(0, 0, 20);
    }

    [Fact]
    public void A_member_that_stops_polling_loses_its_partitions_and_gets_them_anew()
    {
        using var topic = new Topic(partitions: 1);
        topic.SendNumbers(0, 0, 10);
        var owner = new Owner();
        var log = new ListLogger();
        using var source = new KafkaSource(topic.Options(("max.poll.interval.ms", "3000")), owner, log);
        owner.PollUntil(source, () => owner.Ends.Count == 1, "end");
        Assert.Equal(["assigned 0"], owner.Calls);

        // librdkafka notices by itself, on a thread of its own.
        Guard.Until(() => log.Lines.Any(line => line.Contains("MAXPOLL", StringComparison.Ordinal)), "notice", () => Thread.Sleep(50));
        topic.SendNumbers(0, 10, 10);
        owner.PollUntil(source, () => owner.Ends.GetValueOrDefault(0) == 20, "end");
        Assert.Equal(["assigned 0", "lost 0", "assigned 0"], owner.Calls);
        owner.AssertNumbers(0, 0, 20);
    }

    [Fact]
    public void What_the_owner_throws_on_assignment_comes_out_of_the_poll_and_nothing_is_read()
    {
        using var topic = new Topic(partitions: 2);
        topic.SendNumbers(0, 0, 10);
        var owner = new Owner { FailAssigned = new IOException("log unreadable") };
        using var source = new KafkaSource(topic.Options(), owner);
        var thrown = Assert.Throws<IOException>(() => owner.PollUntil(source, () => false, "failure"));
        Assert.Same(owner.FailAssigned, thrown);
        Assert.Contains("Owner.Assigned", thrown.StackTrace, StringComparison.Ordinal);
        Assert.Same(thrown, Assert.Throws<IOException>(() => source.Poll(TimeSpan.FromMilliseconds(100))));
        Assert.Empty(source.Assignment);
        Assert.Empty(owner.Batches);
        Assert.Same(thrown, Assert.Throws<IOException>(source.Close));
        Assert.Equal(["assigned 0,1"], owner.Calls);
    }

    [Fact]
    public void What_the_owner_throws_on_revocation_comes_out_of_the_close()
    {
        using var topic = new Topic(partitions: 1);
        var owner = new Owner { FailRevoked = new IOException("disk full") };
        using var source = new KafkaSource(topic.Options(), owner);
        owner.PollUntil(source, () => owner.Ends.Count == 1, "end");
        Assert.Same(owner.FailRevoked, Assert.Throws<IOException>(source.Close));
        Assert.Empty(source.Assignment);
        source.Close();
        source.Dispose();
        Assert.Equal(["assigned 0", "revoked 0"], owner.Calls);
    }

    [Fact]
    public void What_the_owner_throws_on_revocation_in_a_rebalance_comes_out_of_the_poll()
    {
        using var topic = new Topic(partitions: 2);
        var first = new Owner { FailRevoked = new IOException("disk full") };
        using var source = new KafkaSource(topic.Options(), first);
        first.PollUntil(source, () => first.Held.Count == 2, "all partitions");
        var second = new Owner();
        using var joined = new KafkaSource(topic.Options(), second);
        var thrown = Assert.Throws<IOException>(() => Guard.Until(() => false, "failure", () =>
        {
            second.Poll(joined);
            first.Poll(source);
        }));
        Assert.Same(first.FailRevoked, thrown);
    }
}
