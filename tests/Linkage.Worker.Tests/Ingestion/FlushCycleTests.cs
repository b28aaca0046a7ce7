using Linkage.Batches;
using Linkage.Delta;
using Linkage.Kafka;
using Linkage.Matching;
using Linkage.Pseudonyms;
using Linkage.Tables;
using Linkage.Worker.Commands;
using Linkage.Worker.Ingestion;
using Linkage.Worker.Synth;

namespace Linkage.Worker.Tests.Ingestion;

/// <summary>One lane, its tables and their flushes, without Kafka.</summary>
public sealed class FlushCycleTests : IDisposable
{
    private const string Topic = "gp-records";
    private readonly string _root = Directory.CreateTempSubdirectory("linkage-flush-").FullName;
    private readonly RunPlan _plan;
    private readonly Registry _registry;
    private readonly KeyRing _keys;
    private readonly RunLease _lease;
    private readonly TableSet _tables;
    private readonly BatchQueue _queue;
    private readonly Lane _lane;
    private readonly PartitionState _state;

    public FlushCycleTests()
    {
        var keys = Path.Combine(_root, "keys");
        var registry = Path.Combine(_root, "registry");
        var feed = Path.Combine(_root, "feed");
        SyntheticFeed.Write(new SynthOptions { Participants = 20, Records = 100, Seed = 5 }, feed, progress: null, CancellationToken.None);
        KeyRing.CreateFile(keys, TimeProvider.System);
        Assert.Equal(0, RegistryCommands.Build(Path.Combine(feed, "participants.csv"), keys, registry, TimeProvider.System, TextWriter.Null, TextWriter.Null));
        _plan = new RunPlan
        {
            Kafka = new KafkaOptions { Brokers = "none", Topic = Topic, Group = "tests" },
            RegistryPath = registry,
            KeysPath = keys,
            OutputDirectory = Path.Combine(_root, "tables"),
        };
        _keys = KeyRing.Load(keys);
        _registry = Registry.Open(registry);
        _lease = RunLease.Take(_plan.OutputDirectory, "test-run");
        _tables = TableSet.Open(_plan, _lease, [], out _);
        var ids = new ParticipantColumns(_registry.ParticipantIds, _registry.GenomeIds, _registry.QuestionnaireIds, _registry.AllGenomeIds, _registry.AllQuestionnaireIds, _registry.AllSampleIds);
        var pipeline = new Pipeline(_plan.Pipeline, _registry, _keys.Pseudonymiser(_registry.KeyVersion), new LaneTables(ids, _plan.Partitioning));
        _queue = new BatchQueue(_plan.QueueBytes);
        _lane = new Lane(0, _queue, pipeline, _tables.Tables);
        _state = new PartitionState(0, _tables.Progress([0])[0], end: long.MaxValue);
    }

    private string RejectsLog => Path.Combine(_plan.OutputDirectory, "rejects", "_delta_log");

    [Fact]
    public void After_a_failed_commit_no_flush_records_progress_without_the_rows()
    {
        using var cycle = new FlushCycle(_tables, _plan, _lease.RunId, _queue, Task.CompletedTask);
        Reject("no batch"u8);
        Directory.Move(RejectsLog, RejectsLog + ".away");
        cycle.Start([_lane], [_state]);
        var first = Assert.Throws<OutputUnavailableException>(cycle.Wait);
        Directory.Move(RejectsLog + ".away", RejectsLog);

        // The disk is well again, and the position is past a row that is gone.
        Assert.Same(first, Assert.Throws<OutputUnavailableException>(() => cycle.Start([_lane], [_state])));
        Assert.Null(_tables.Progress([0])[0][(int)OutputTable.Rejects]);

        // Dropped and read again, it is committed.
        cycle.Abandon([_lane]);
        var again = new PartitionState(0, _tables.Progress([0])[0], end: long.MaxValue);
        Reject("no batch"u8, again);
        cycle.Start([_lane], [again]);
        cycle.Wait();
        Assert.Equal(1, _tables.Progress([0])[0][(int)OutputTable.Rejects]);
        Assert.Equal(1, cycle.Totals.RowsOf[(int)OutputTable.Rejects]);
    }

    [Fact]
    public void Memory_calls_for_a_flush_however_few_the_rows_are()
    {
        var plan = _plan with { FlushBytes = 1 << 20, FlushInterval = TimeSpan.FromDays(1) };
        using var cycle = new FlushCycle(_tables, plan, _lease.RunId, _queue, Task.CompletedTask);
        Reject("no batch"u8);
        Assert.False(cycle.IsDue([_lane], [_state]));

        // Batches without a record leave no row, but their ids.
        var builder = new BatchBuilder();
        var id = new byte[DecodedBatch.MaxNameBytes];
        for (var batch = 0; batch < 1100; batch++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(id, 0x01010101 + (batch % 100) + (batch / 100 << 8));
            builder.Begin(id, "X99999"u8, "EMIS"u8, 1, 19_000, 1_717_245_296_789);
            Take(builder.SingleObject(), _state);
            Assert.True(batch > 900 || !cycle.IsDue([_lane], [_state]), $"due after {batch + 1} KiB");
        }

        Assert.True(cycle.IsDue([_lane], [_state]));
        cycle.Start([_lane], [_state]);
        cycle.Wait();
        Assert.False(cycle.IsDue([_lane], [_state]));
    }

    public void Dispose()
    {
        _queue.Close();
        _lane.Dispose();
        _queue.Dispose();
        _tables.Dispose();
        _lease.Dispose();
        _registry.Dispose();
        _keys.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private void Reject(ReadOnlySpan<byte> bytes, PartitionState? state = null) => Take(bytes, state ?? _state);

    /// <summary>Takes a batch through the lane.</summary>
    private void Take(ReadOnlySpan<byte> bytes, PartitionState state)
    {
        var offset = state.Read < 0 ? 0 : state.Read;
        _queue.Add(RawBatch.Copy(bytes, isTombstone: false, BatchFormat.Avro, Topic, state.Partition, offset, DateTime.UnixEpoch), state);
        state.ReadTo(offset + 1);
        SpinWait.SpinUntil(() => state.Processed == offset + 1 || _queue.Failure is not null);
        Assert.Null(_queue.Failure);

        // The lane says how much it holds after the batch counts as processed: it stands still once that is said.
        _queue.Pause();
        _queue.Resume();
    }
}
