using Linkage.Batches;
using Linkage.Worker.Ingestion;

namespace Linkage.Worker.Tests.Ingestion;

public sealed class BatchQueueTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly BatchQueue _queue = new(maxBytes: 1000);

    [Fact]
    public void A_pause_sees_of_each_partition_everything_up_to_an_offset()
    {
        const int Seed = 11;
        var random = new Random(Seed);
        PartitionState[] states = [State(0), State(1), State(2)];
        var taken = new List<(int Partition, long Offset)>();
        var takers = Enumerable.Range(0, 4).Select(_ => Taker(work =>
        {
            Thread.SpinWait(random.Next(200));
            lock (taken)
            {
                taken.Add((work.Batch.Partition, work.Batch.Offset));
            }

            work.State.HasProcessed(work.Batch.Offset + 1);
        })).ToArray();
        var next = new long[states.Length];
        for (var round = 0; round < 300; round++)
        {
            for (var n = 0; n < 20; n++)
            {
                var p = random.Next(states.Length);
                _queue.Add(Batch(p, next[p]), states[p]);
                states[p].ReadTo(++next[p]);
                if (_queue.IsFull)
                {
                    _queue.WaitForRoom(Patience);
                }
            }

            _queue.Pause();
            lock (taken)
            {
                foreach (var state in states)
                {
                    var offsets = taken.Where(t => t.Partition == state.Partition).Select(static t => t.Offset).Order().ToArray();
                    Assert.Equal(Enumerable.Range(0, offsets.Length).Select(static i => (long)i), offsets);
                    Assert.Equal(offsets.Length, Math.Max(state.Processed, 0));
                    Assert.Equal(state.InFlight == 0 ? next[state.Partition] : offsets.Length, Math.Max(state.Position, 0));
                }
            }

            _queue.Resume();
        }

        _queue.Close();
        Assert.All(takers, static t => Assert.True(t.Join(Patience)));
    }

    [Fact]
    public void What_is_dropped_was_not_read()
    {
        var kept = State(0);
        var dropped = State(1);
        for (var offset = 0; offset < 5; offset++)
        {
            foreach (var state in (PartitionState[])[kept, dropped])
            {
                _queue.Add(Batch(state.Partition, offset), state);
                state.ReadTo(offset + 1);
            }
        }

        _queue.Pause();
        _queue.Drop(s => s == dropped);
        Assert.Equal((0, -1L, -1L), (dropped.InFlight, dropped.Read, dropped.Position));
        Assert.Equal((5, 5L, -1L), (kept.InFlight, kept.Read, kept.Position));
        _queue.Resume();
    }

    [Fact]
    public void A_full_queue_has_room_again_when_lanes_take()
    {
        var state = State(0);
        for (var offset = 0; !_queue.IsFull; offset++)
        {
            _queue.Add(Batch(0, offset), state);
        }

        Assert.False(_queue.HasRoom);
        var taker = Taker(static work => work.State.HasProcessed(work.Batch.Offset + 1));
        _queue.WaitForRoom(Patience);
        Assert.False(_queue.IsFull);
        _queue.Close();
        Assert.True(taker.Join(Patience));
    }

    [Fact]
    public void A_failed_lane_neither_holds_up_a_pause_nor_is_forgotten()
    {
        var failure = new InvalidOperationException("made by the test");
        _queue.Join();
        _queue.Leave(failure);
        _queue.Pause();
        Assert.Same(failure, _queue.Failure);
        _queue.Resume();
    }

    public void Dispose()
    {
        _queue.Drop(static _ => true);
        _queue.Dispose();
    }

    private Thread Taker(Action<BatchQueue.Work> process)
    {
        _queue.Join();
        var thread = new Thread(() =>
        {
            long idle = 0;
            while (_queue.TryTake(out var work, ref idle))
            {
                using var batch = work.Batch;
                process(work);
            }

            _queue.Leave(failure: null);
        });
        thread.Start();
        return thread;
    }

    private static PartitionState State(int partition) => new(partition, [null], long.MaxValue);

    private static RawBatch Batch(int partition, long offset) =>
        RawBatch.Copy(new byte[100], isTombstone: false, BatchFormat.Avro, "t", partition, offset, DateTime.UnixEpoch);
}
