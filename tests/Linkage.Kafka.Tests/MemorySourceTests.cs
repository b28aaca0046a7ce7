namespace Linkage.Kafka.Tests;

public sealed class MemorySourceTests : IDisposable
{
    private const string Topic = "gp";
    private static readonly TimeSpan NoTime = TimeSpan.Zero;
    private readonly Drop _drop = new();

    public MemorySourceTests()
    {
        var random = new Random(20_261_122);
        string[] practices = [.. Enumerable.Range(0, 7).Select(static i => $"P{i}")];
        for (var file = 0; file < 3; file++)
            _drop.Write($"{file}.avro", [.. Enumerable.Range(0, 40).Select(_ => practices[random.Next(practices.Length)])], random);
    }

    public void Dispose() => _drop.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(12)]
    public void Brings_every_batch_once_and_the_batches_of_a_practice_in_order_on_one_partition(int partitions)
    {
        var topic = MemoryTopic.Load(Topic, _drop.Folder, partitions, CancellationToken.None);
        Assert.Equal((partitions, 120, _drop.Practices.Values.Sum(static p => p.Sum(static b => (long)b.Length))), (topic.Partitions, topic.Batches, topic.Bytes));
        var owner = new Owner();
        using var source = new MemorySource(topic, owner);
        var ends = source.QueryWatermarks(NoTime);
        var read = Read(source, ends);

        Assert.Equal("assigned " + string.Join(',', Enumerable.Range(0, partitions)), Assert.Single(owner.Calls));
        Assert.Equal(120, read.Count);
        for (var partition = 0; partition < partitions; partition++)
        {
            Assert.Equal(Enumerable.Range(0, (int)ends[partition].High).Select(static o => (long)o), read.Where(r => r.Partition == partition).Select(static r => r.Offset));
            Assert.Equal(0, ends[partition].Low);
        }

        foreach (var batches in _drop.Practices.Values)
        {
            var of = read.Where(r => batches.Exists(b => b.AsSpan().SequenceEqual(r.Bytes))).ToList();
            Assert.Single(of.Select(static r => r.Partition).Distinct());
            Assert.Equal(batches, of.OrderBy(static r => r.Offset).Select(static r => r.Bytes));
        }

        source.Close();
        source.Close();
        Assert.Equal("revoked " + string.Join(',', Enumerable.Range(0, partitions)), owner.Calls[1]);
        Assert.Equal(2, owner.Calls.Count);
    }

    [Fact]
    public void Resumes_where_the_owner_says_and_where_it_is_told_to()
    {
        var topic = MemoryTopic.Load(Topic, _drop.Folder, 2, CancellationToken.None);
        using var source = new MemorySource(topic, new Owner { Next = { [1] = 5 } });
        var ends = source.QueryWatermarks(NoTime);
        var read = Read(source, ends);
        Assert.Equal(0, read.First(static r => r.Partition == 0).Offset);
        Assert.Equal(5, read.First(static r => r.Partition == 1).Offset);
        source.Seek(0, ends[0].High - 2);
        Assert.Equal([(0, ends[0].High - 2), (0, ends[0].High - 1)], Read(source, new Dictionary<int, (long, long)> { [0] = ends[0] }).Select(static r => (r.Partition, r.Offset)));
    }

    [Fact]
    public void A_paused_partition_brings_nothing_until_it_is_resumed()
    {
        var topic = MemoryTopic.Load(Topic, _drop.Folder, 2, CancellationToken.None);
        using var source = new MemorySource(topic, new Owner());
        var ends = source.QueryWatermarks(NoTime);
        source.Pause([0]);
        Assert.All(Read(source, new Dictionary<int, (long, long)> { [1] = ends[1] }), static r => Assert.Equal(1, r.Partition));
        Assert.Equal(PollKind.Nothing, source.Poll(NoTime).Kind);
        source.Resume([0]);
        Assert.Equal(ends[0].High, Read(source, new Dictionary<int, (long, long)> { [0] = ends[0] }).Count);
    }

    [Fact]
    public void A_folder_that_is_no_drop_is_refused()
    {
        Assert.Throws<DirectoryNotFoundException>(() => MemoryTopic.Load(Topic, Path.Combine(_drop.Folder, "none"), 1, CancellationToken.None));
        File.WriteAllText(Path.Combine(_drop.Folder, "9.avro"), "no container");
        Assert.Throws<InvalidDataException>(() => MemoryTopic.Load(Topic, _drop.Folder, 1, CancellationToken.None));
    }

    // Until every partition has said that it has ended.
    private static List<(int Partition, long Offset, byte[] Bytes)> Read(MemorySource source, IReadOnlyDictionary<int, (long Low, long High)> ends)
    {
        var read = new List<(int, long, byte[])>();
        var ended = new HashSet<int>();
        while (ended.Count < ends.Count)
        {
            var result = source.Poll(NoTime);
            if (result.Kind == PollKind.PartitionEnd)
            {
                Assert.Equal(ends[result.Partition].High, result.Offset);
                Assert.True(ended.Add(result.Partition));
            }

            using var batch = result.Batch;
            if (batch is not null)
            {
                Assert.Equal((PollKind.Batch, Topic, result.Partition, result.Offset), (result.Kind, batch.Topic, batch.Partition, batch.Offset));
                read.Add((batch.Partition, batch.Offset, batch.Bytes.ToArray()));
            }
        }

        return read;
    }
}
