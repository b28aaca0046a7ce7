namespace Linkage.Parquet;

/// <summary>Memory of one thread that gathers rows into files: row order and one column at a time. Grows to the largest file, then stays.</summary>
public sealed class GatherScratch : IDisposable
{
    private readonly List<GatherScratch> _others = [];
    private int[] _int32 = [];
    private long[] _int64 = [];
    private double[] _double = [];
    private bool[] _valid = [];
    private ulong[] _order = [];
    private ulong[] _sort = [];
    private int[]?[] _maps = [];
    private int[] _offsets = [];
    private int[] _keys = [];

    /// <summary>Page and compression memory of the same thread.</summary>
    public ParquetScratch Pages { get; } = new();

    /// <summary>The flush's merged dictionaries.</summary>
    public DictionaryMerge Merge { get; set; } = new();

    internal Span<int> Int32(int rows) => Sized(ref _int32, rows);

    internal Span<long> Int64(int rows) => Sized(ref _int64, rows);

    internal Span<double> Double(int rows) => Sized(ref _double, rows);

    internal Span<bool> Valid(int rows) => Sized(ref _valid, rows);

    internal Memory<ulong> Order(int rows)
    {
        Sized(ref _order, rows);
        return _order.AsMemory(0, rows);
    }

    internal Memory<ulong> Sort(int rows)
    {
        Sized(ref _sort, rows);
        return _sort.AsMemory(0, rows);
    }

    /// <summary>Ids of the sort column in the row group.</summary>
    internal Memory<int> Keys(int rows)
    {
        Sized(ref _keys, rows);
        return _keys.AsMemory(0, rows);
    }

    /// <summary>Elements of the list column being gathered.</summary>
    internal ListElements Elements { get; } = new();

    internal Span<int> Offsets(int count) => Sized(ref _offsets, count);

    internal Span<int[]?> Maps(int lanes) => Sized(ref _maps, lanes);

    /// <summary>Memory of one of several threads that gather columns of the same rows: this for the first. To be called for all before they begin.</summary>
    internal GatherScratch Worker(int worker)
    {
        if (worker == 0)
            return this;
        while (_others.Count < worker)
            _others.Add(new GatherScratch());
        _others[worker - 1].Merge = Merge;
        return _others[worker - 1];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pages.Dispose();
        foreach (var other in _others)
        {
            other.Dispose();
        }
    }

    private static Span<T> Sized<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = GC.AllocateUninitializedArray<T>((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, 16)));
        }

        return array.AsSpan(0, length);
    }
}
