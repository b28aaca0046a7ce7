using Linkage.Parquet;
using Linkage.Parquet.Reading;

namespace Linkage.Delta.Compaction;

/// <summary>Memory of merges, one after the other.</summary>
internal sealed class MergeScratch : IDisposable
{
    private readonly List<ColumnGather> _gathers = [];
    private (long Key, int Row)[] _keys = [];
    private int[] _order = [];

    /// <summary>Buffers of the writer.</summary>
    public ParquetScratch Pages { get; } = new();

    /// <summary>Buffers of the reader.</summary>
    public ReadScratch Reading { get; } = new();

    /// <summary>Computes checksums.</summary>
    public RowHasher Hasher { get; } = new();

    public Span<(long Key, int Row)> Keys(int rows)
    {
        if (_keys.Length < rows)
            _keys = new (long Key, int Row)[rows];
        return _keys.AsSpan(0, rows);
    }

    public Memory<int> Order(int rows)
    {
        if (_order.Length < rows)
            _order = new int[rows];
        return _order.AsMemory(0, rows);
    }

    /// <summary>Memory of one of several threads; not to be called by them.</summary>
    public ColumnGather Gather(int worker)
    {
        while (_gathers.Count <= worker)
            _gathers.Add(new ColumnGather());
        return _gathers[worker];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pages.Dispose();
        Reading.Dispose();
    }
}

/// <summary>One thread's memory for a column in the order of rows.</summary>
internal sealed class ColumnGather
{
    private int[] _int32 = [];
    private long[] _int64 = [];
    private double[] _double = [];
    private bool[] _valid = [];
    private bool[] _flags = [];

    public ReadOnlySpan<int> Gather(ReadOnlySpan<int> values, ReadOnlySpan<int> order) => Gather(values, order, ref _int32);

    public ReadOnlySpan<long> Gather(ReadOnlySpan<long> values, ReadOnlySpan<int> order) => Gather(values, order, ref _int64);

    public ReadOnlySpan<double> Gather(ReadOnlySpan<double> values, ReadOnlySpan<int> order) => Gather(values, order, ref _double);

    public ReadOnlySpan<bool> Gather(ReadOnlySpan<bool> valid, ReadOnlySpan<int> order) => Gather(valid, order, ref _valid);

    /// <summary>The same for the values of a Boolean column, whose validity is in use at the same time.</summary>
    public ReadOnlySpan<bool> GatherFlags(ReadOnlySpan<bool> values, ReadOnlySpan<int> order) => Gather(values, order, ref _flags);

    /// <summary>Lists in an order, as the writer takes them.</summary>
    /// <param name="ends">Where each list ends among the elements.</param>
    /// <param name="elements">Elements of all lists, one behind the other.</param>
    /// <param name="order">Lists in the order to write; empty for that they have.</param>
    /// <returns>One offset more than there are lists, and the elements.</returns>
    public static (int[] Offsets, int[] Elements) GatherLists(ReadOnlySpan<int> ends, ReadOnlySpan<int> elements, ReadOnlySpan<int> order)
    {
        // Arrays of the exact length: tables with lists are small, one row a patient.
        var (offsets, gathered) = (new int[ends.Length + 1], new int[elements.Length]);
        var at = 0;
        for (var i = 0; i < ends.Length; i++)
        {
            var list = order.IsEmpty ? i : order[i];
            var start = list == 0 ? 0 : ends[list - 1];
            elements[start..ends[list]].CopyTo(gathered.AsSpan(at));
            at += ends[list] - start;
            offsets[i + 1] = at;
        }
        return (offsets, gathered);
    }

    private static ReadOnlySpan<T> Gather<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> order, ref T[] room)
    {
        if (order.IsEmpty)
            return values;
        var gathered = Sized(ref room, order.Length);
        for (var i = 0; i < order.Length; i++)
            gathered[i] = values[order[i]];
        return gathered;
    }

    private static Span<T> Sized<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            array = new T[length];
        return array.AsSpan(0, length);
    }
}
