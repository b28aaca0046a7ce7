using Linkage.Parquet;

namespace Linkage.Tables;

/// <summary>Rows of one table in one lane, by partition key.</summary>
public abstract class PartitionRows
{
    /// <summary>Rows in all partitions.</summary>
    public abstract long Rows { get; }

    /// <summary>Number of partitions that were asked for since the last <see cref="Clear"/>.</summary>
    public int Open { get; private protected set; }

    /// <summary>Partition keys that hold rows, ascending.</summary>
    public abstract IReadOnlyList<int> Keys { get; }

    /// <summary>The rows of a key, or null.</summary>
    public abstract RowBuffer? Find(int key);

    /// <summary>Forgets the rows.</summary>
    public abstract void Clear();
}

/// <summary>Rows of one table in one lane, by partition key.</summary>
/// <typeparam name="T">The table's buffer.</typeparam>
public sealed class PartitionRows<T>(Func<T> create) : PartitionRows
    where T : RowBuffer
{
    /// <summary>Keys are years, months, providers or buckets: all of a run lie closer together than this.</summary>
    private const int MaxNear = 8192;

    private const int Block = 256;

    private readonly Dictionary<int, T> _partitions = [];

    // Those with rows by key − _first, as far as their keys are near enough to one another: the rows of a patient go to one partition after another.
    private T?[] _near = [];
    private int _first;

    /// <inheritdoc/>
    public override long Rows
    {
        get
        {
            long rows = 0;
            foreach (var partition in _partitions.Values)
            {
                rows += partition.Count;
            }

            return rows;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Keys => [.. _partitions.Where(static p => p.Value.Count > 0).Select(static p => p.Key).Order()];

    /// <summary>The buffer of a partition, made when first asked for.</summary>
    public T this[int key]
    {
        get
        {
            var near = _near;
            var at = (uint)(key - _first);
            return at < (uint)near.Length && near[at] is { } partition ? partition : Take(key);
        }
    }

    /// <inheritdoc/>
    public override RowBuffer? Find(int key) => _partitions.TryGetValue(key, out var partition) && partition.Count > 0 ? partition : null;

    /// <inheritdoc/>
    public override void Clear()
    {
        foreach (var partition in _partitions.Values)
        {
            partition.Clear();
        }

        Array.Clear(_near);
        Open = 0;
    }

    private T Take(int key)
    {
        if (!_partitions.TryGetValue(key, out var partition))
        {
            _partitions.Add(key, partition = create());
        }

        if (partition.Count == 0)
        {
            Open++;
        }

        if (Reaches(key))
        {
            _near[key - _first] = partition;
        }

        return partition;
    }

    /// <summary>Widens what is near to a key, by whole blocks; false when that is too far.</summary>
    private bool Reaches(int key)
    {
        if (_near.Length == 0)
        {
            _first = key & ~(Block - 1);
        }

        var first = Math.Min(_first, key & ~(Block - 1));
        var length = Math.Max((long)_first + _near.Length, (key | (Block - 1)) + 1L) - first;
        if (length > MaxNear)
        {
            return false;
        }

        if (length > _near.Length)
        {
            var wider = new T?[length];
            _near.CopyTo(wider, _first - first);
            (_near, _first) = (wider, first);
        }

        return true;
    }
}
