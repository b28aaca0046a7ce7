using System.IO.Compression;
using System.Text;

namespace Linkage.Kafka;

/// <summary>
/// What a file drop will take on an <see cref="EmbeddedBroker"/>, known before it is sent: sizes by practice, and which partition each
/// practice goes to so that partitions are even and a practice's batches keep their order.
/// </summary>
public sealed class LoadPlan
{
    // Of what a partition keeps: the estimate is from a sample, and compression varies.
    private const double Fill = 0.8;

    // Deflate at its fastest comes out larger than zstd does, so that the estimate errs on the safe side.
    private const int SampleChunk = 1 << 20;
    private const int SampleChunks = 4;

    private readonly Dictionary<string, long> _practices = new(StringComparer.Ordinal);
    private readonly double _ratio;

    private LoadPlan(FileDrop drop, CancellationToken stop)
    {
        var sizes = _practices.GetAlternateLookup<ReadOnlySpan<char>>();
        using var sample = new MemoryStream();
        long sampled = 0, compressed = 0;
        var chunks = 0;
        Span<char> name = stackalloc char[64];
        while (drop.TryRead(out var batch))
        {
            stop.ThrowIfCancellationRequested();
            var practice = drop.Practice(batch);
            var characters = Encoding.UTF8.GetCharCount(practice);
            var key = characters <= name.Length ? name[..characters] : new char[characters];
            Encoding.UTF8.GetChars(practice, key);
            sizes.TryGetValue(key, out var size);
            sizes[key] = size + batch.Length;
            Batches++;
            Bytes += batch.Length;

            if (chunks < SampleChunks)
            {
                sample.Write(batch);
                if (sample.Length >= SampleChunk)
                {
                    (sampled, compressed) = (sampled + sample.Length, compressed + Deflate(sample));
                    sample.SetLength(0);
                    chunks++;
                }
            }
        }

        if (sample.Length > 0)
            (sampled, compressed) = (sampled + sample.Length, compressed + Deflate(sample));
        _ratio = sampled == 0 ? 1 : (double)compressed / sampled;
    }

    /// <summary>Batches in the drop.</summary>
    public long Batches { get; private set; }

    /// <summary>Their bytes, uncompressed.</summary>
    public long Bytes { get; private set; }

    /// <summary>Bytes the broker will store (compressed), estimated.</summary>
    public long StoredBytes => (long)(Bytes * _ratio);

    /// <summary>Fewest partitions on which an <see cref="EmbeddedBroker"/> keeps all of it, by estimate; null if one practice alone is too large for a partition.</summary>
    public int? PartitionsNeeded
    {
        get
        {
            var limit = (long)(EmbeddedBroker.PartitionBytes * Fill / _ratio);
            if (_practices.Count > 0 && _practices.Values.Max() > limit)
                return null;

            var least = Math.Max(1, (int)((Bytes + limit - 1) / limit));
            for (var partitions = least; partitions <= Math.Max(least, _practices.Count); partitions++)
            {
                if (Spread(partitions, out _) <= limit)
                    return partitions;
            }

            return null;
        }
    }

    /// <summary>Reads a file drop through, without sending it.</summary>
    /// <exception cref="InvalidDataException">A file is no container of batches.</exception>
    public static LoadPlan Scan(string directory, CancellationToken stop)
    {
        using var drop = new FileDrop(directory);
        return new LoadPlan(drop, stop);
    }

    /// <summary>Partition of each practice.</summary>
    internal IReadOnlyDictionary<string, int> Assign(int partitions)
    {
        Spread(partitions, out var assigned);
        return assigned;
    }

    // Largest practice first, to the partition with the least so far. Returns the largest partition.
    private long Spread(int partitions, out Dictionary<string, int> assigned)
    {
        assigned = new Dictionary<string, int>(_practices.Count, StringComparer.Ordinal);
        var loads = new PriorityQueue<int, (long Bytes, int Partition)>(partitions);
        for (var partition = 0; partition < partitions; partition++)
            loads.Enqueue(partition, (0, partition));
        long largest = 0;
        foreach (var (practice, bytes) in _practices.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal))
        {
            loads.TryDequeue(out var partition, out var load);
            assigned[practice] = partition;
            largest = Math.Max(largest, load.Bytes + bytes);
            loads.Enqueue(partition, (load.Bytes + bytes, partition));
        }

        return largest;
    }

    private static long Deflate(MemoryStream sample)
    {
        using var counter = new MemoryStream();
        using (var deflate = new DeflateStream(counter, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(sample.GetBuffer().AsSpan(0, (int)sample.Length));
        return counter.Length;
    }
}
