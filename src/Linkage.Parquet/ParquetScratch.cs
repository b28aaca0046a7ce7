using Linkage.Parquet.Columns;
using Linkage.Parquet.Format;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet;

/// <summary>
/// Reusable page, level, index and compression buffers of one writing thread. Any number of open files of that thread share
/// it, because each column is encoded and handed to its stream in one call.
/// <para>
/// Memory, with R the rows of the largest row group, P the largest page (PageBytes, or PageRows × 8 if that is more, or the longest
/// string) and D = DictionaryBytes: at most 17·R (indices, validity, dense values) + 24 MiB (distinct maps: 8 MiB
/// by position, 16 bytes for each of at most 2^20 slots by key) + D + 3·P + 2 MiB (zstd, level 1; gzip: 0.3 MiB), 8 bytes a distinct value of a bloom filter, 12 of a dictionary, and for each open file
/// about 220 bytes a column chunk, 72 a data page, and the bloom filters of a row group.
/// It grows to what is used and is never trimmed, except for what a value or page above 16 MiB took.
/// </para>
/// Not thread-safe.
/// </summary>
public sealed class ParquetScratch : IDisposable
{
    private readonly Stack<FileFooter> _footers = [];
    private readonly Stack<FileTotals> _totals = [];
    private int[] _indices = [];
    private int[] _ints = [];
    private long[] _longs = [];
    private int[] _repetitions = [];
    private int[] _definitions = [];
    private bool[] _valid = [];
    private ColumnTeam? _team;
    private bool _disposed;

    /// <summary>Creates empty buffers; they grow as files need them.</summary>
    public ParquetScratch() => Thrift = new ThriftWriter(Output);

    /// <summary>Pages on their way to the stream.</summary>
    internal ByteBuffer Output { get; } = new();

    /// <summary>Page headers, written to <see cref="Output"/>.</summary>
    internal ThriftWriter Thrift { get; }

    /// <summary>The page being encoded.</summary>
    internal ByteBuffer Page { get; } = new();

    /// <summary>Definition levels of that page.</summary>
    internal ByteBuffer Levels { get; } = new();

    /// <summary>The dictionary being built, PLAIN.</summary>
    internal ByteBuffer Dictionary { get; } = new();

    /// <summary>The compressed page.</summary>
    internal ByteBuffer Compressed { get; } = new();

    /// <summary>Distinct values of the column being encoded.</summary>
    internal DistinctMap Distinct { get; } = new();

    /// <summary>Bounds of the pages of the column being encoded.</summary>
    internal PageBounds PageBounds { get; } = new();

    /// <summary>The values of the dictionary being encoded, as bounds see them.</summary>
    internal DictionaryBounds DictionaryBounds { get; } = new();

    /// <summary>The page of strings being encoded.</summary>
    internal TextPage TextPage { get; } = new();

    /// <summary>Order and width of the indices being encoded.</summary>
    internal IndexLayout IndexLayout { get; } = new();

    /// <summary>The bloom filter of the column being encoded.</summary>
    internal BloomBuilder Bloom { get; } = new();

    /// <summary>Compression contexts, created when first used.</summary>
    internal PageCodecs Codecs { get; } = new();

    /// <summary>What encodes columns side by side.</summary>
    internal ColumnTeam Team => _team ??= new ColumnTeam(this);

    /// <summary>Room for a dictionary index a row.</summary>
    internal int[] Indices(int rows) => Room(ref _indices, rows);

    /// <summary>Room for the values of 32 bits without nulls.</summary>
    internal int[] Ints(int rows) => Room(ref _ints, rows);

    /// <summary>Room for the values of 64 bits without nulls.</summary>
    internal long[] Longs(int rows) => Room(ref _longs, rows);

    /// <summary>Room for the repetition levels of a page of lists.</summary>
    internal int[] Repetitions(int levels) => Room(ref _repetitions, levels);

    /// <summary>Room for the definition levels of a page of lists.</summary>
    internal int[] Definitions(int levels) => Room(ref _definitions, levels);

    /// <summary>Room for the validity of each row.</summary>
    internal bool[] Valid(int rows) => Room(ref _valid, rows);

    internal FileFooter TakeFooter() => _footers.TryPop(out FileFooter? footer) ? footer : new FileFooter();

    internal FileTotals TakeTotals() => _totals.TryPop(out FileTotals? totals) ? totals : new FileTotals();

    internal void Return(FileFooter footer, FileTotals totals)
    {
        footer.Clear();
        _footers.Push(footer);
        _totals.Push(totals);
    }

    /// <summary>Fails early and clearly where the codec's library is missing.</summary>
    internal void Prepare(ParquetOptions options)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Codecs.Prepare(options);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        Codecs.Dispose();
        _team?.Dispose();
    }

    private static T[] Room<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            array = GC.AllocateUninitializedArray<T>((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1024, length)));
        return array;
    }
}
