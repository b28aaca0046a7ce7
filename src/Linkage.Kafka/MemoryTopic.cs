using System.Text;

namespace Linkage.Kafka;

/// <summary>
/// The batches of a file drop in memory, by partition as <see cref="BatchProducer"/> would send them to the embedded broker: whole practices, so that a practice's batches keep their order. For benchmarks; holds
/// what the files hold, in clear, for as long as it lives.
/// </summary>
public sealed class MemoryTopic
{
    private readonly List<byte[]>[] _partitions;

    private MemoryTopic(string name, List<byte[]>[] partitions)
    {
        Name = name;
        _partitions = partitions;
    }

    /// <summary>Name of the topic.</summary>
    public string Name { get; }

    /// <summary>Number of partitions.</summary>
    public int Partitions => _partitions.Length;

    /// <summary>Batches of all partitions.</summary>
    public int Batches => _partitions.Sum(static p => p.Count);

    /// <summary>Their bytes.</summary>
    public long Bytes => _partitions.Sum(static p => p.Sum(static b => (long)b.Length));

    /// <summary>Reads a file drop.</summary>
    /// <param name="name">Name of the topic.</param>
    /// <param name="directory">Folder of *.avro files.</param>
    /// <param name="partitions">Number of partitions.</param>
    /// <param name="stop">Stops.</param>
    /// <exception cref="DirectoryNotFoundException">No such folder.</exception>
    /// <exception cref="FileNotFoundException">Nothing in it.</exception>
    /// <exception cref="InvalidDataException">A file is no container of batches.</exception>
    public static MemoryTopic Load(string name, string directory, int partitions, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        var assigned = LoadPlan.Scan(directory, stop).Assign(partitions);
        var batches = new List<byte[]>[partitions];
        for (var partition = 0; partition < partitions; partition++)
            batches[partition] = [];
        using var drop = new FileDrop(directory);
        while (drop.TryRead(out var batch))
        {
            stop.ThrowIfCancellationRequested();
            batches[assigned[Encoding.UTF8.GetString(drop.Practice(batch))]].Add(batch.ToArray());
        }

        return new MemoryTopic(name, batches);
    }

    /// <summary>Batches of a partition by offset.</summary>
    internal IReadOnlyList<byte[]> this[int partition] => _partitions[partition];
}
