namespace Linkage.Parquet.Reading;

/// <summary>
/// Buffers of one reading thread: the compressed bytes of a column chunk, the page being read, and what decoding needs beside. They grow to the
/// largest chunk and page read. Not thread-safe.
/// </summary>
public sealed class ReadScratch : IDisposable
{
    private byte[] _chunk = [];
    private byte[] _page = [];
    private int[] _indices = [];
    private int[] _levels = [];
    private long[] _longs = [];
    private long[] _moreLongs = [];

    /// <summary>Decompression.</summary>
    internal PageDecompressor Decompressor { get; } = new();

    /// <inheritdoc/>
    public void Dispose() => Decompressor.Dispose();

    internal Span<byte> Chunk(int bytes) => Room(ref _chunk, bytes);

    internal Span<byte> Page(int bytes) => Room(ref _page, bytes);

    internal Span<int> Indices(int count) => Room(ref _indices, count);

    internal Span<int> Levels(int count) => Room(ref _levels, count);

    internal Span<long> Longs(int count) => Room(ref _longs, count);

    internal Span<long> MoreLongs(int count) => Room(ref _moreLongs, count);

    private static Span<T> Room<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            array = GC.AllocateUninitializedArray<T>((int)Math.Min(Array.MaxLength, System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1024, length))));
        return array.AsSpan(0, length);
    }
}
