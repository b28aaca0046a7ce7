namespace Linkage.Parquet;

/// <summary>Memory of one thread that gathers rows into files: row order and one column at a time. Grows to the largest file, then stays.</summary>
public sealed class GatherScratch : IDisposable
{
    private int[] _int32 = [];
    private long[] _int64 = [];
    private double[] _double = [];
    private bool[] _valid = [];
    private ulong[] _order = [];
    private ulong[] _sort = [];
    private int[]?[] _maps = [];
    private int[] _offsets = [];

    /// <summary>Page and compression memory of the same thread.</summary>
    public ParquetScratch Pages { get; } = new();

    /// <summary>The flush's merged dictionaries.</summary>
    public DictionaryMerge Merge { get; set; } = new();

    internal Span<int> Int32(int rows) => Sized(ref _int32, rows);

    internal Span<long> Int64(int rows) => Sized(ref _int64, rows);

    internal Span<double> Double(int rows) => Sized(ref _double, rows);

    internal Span<bool> Valid(int rows) => Sized(ref _valid, rows);

    internal Span<ulong> Order(int rows) => Sized(ref _order, rows);

    internal Span<ulong> Sort(int rows) => Sized(ref _sort, rows);

    /// <summary>Elements of the list column being gathered.</summary>
    internal ListElements Elements { get; } = new();

    internal Span<int> Offsets(int count) => Sized(ref _offsets, count);

    internal Span<int[]?> Maps(int lanes) => Sized(ref _maps, lanes);

    /// <inheritdoc/>
    public void Dispose() => Pages.Dispose();

    private static Span<T> Sized<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = GC.AllocateUninitializedArray<T>((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, 16)));
        }

        return array.AsSpan(0, length);
    }
}
