using System.Buffers.Binary;
using System.IO.Hashing;
using Linkage.Parquet.Format;

namespace Linkage.Parquet.Columns;

/// <summary>
/// Builds the bloom filter of one chunk: the values' hashes first, because the size follows their number, then the filter. In: each distinct value, or each run of equal
/// ones. Out: header and bits. Reused from chunk to chunk.
/// </summary>
/// <remarks>Split block bloom filter with XXH64: https://github.com/apache/parquet-format/blob/master/BloomFilter.md</remarks>
internal sealed class BloomBuilder
{
    /// <summary>Bytes of a block: eight words of 32 bits, in each of which a value sets one bit.</summary>
    public const int BlockBytes = 32;

    /// <summary>The format's limit as parquet-java has it.</summary>
    private const long MaxBytes = 128L << 20;

    private ulong[] _hashes = [];
    private int _count;

    /// <summary>Odd factors that pick each word's bit; from the specification.</summary>
    private static ReadOnlySpan<uint> Salt => [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31];

    /// <summary>The hash by which readers look a value up: of its PLAIN form, a string's without length.</summary>
    public static ulong Hash(ReadOnlySpan<byte> value) => XxHash64.HashToUInt64(value);

    /// <summary>
    /// Bytes for so many distinct values at this rate of false positives: a power of two, which parquet-cpp insists on, though the format does not.
    /// </summary>
    public static int Size(long distinct, double falsePositives)
    {
        // A value's eight bits fall into eight words: the rate is that of one word to the power of eight.
        double bits = -8.0 * distinct / Math.Log(1 - Math.Pow(falsePositives, 1.0 / 8));
        long bytes = Math.Clamp((long)Math.Ceiling(bits / 8), BlockBytes, MaxBytes);
        return (int)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)bytes);
    }

    /// <summary>Sets a value's bits in a filter of whole blocks.</summary>
    public static void Insert(Span<byte> filter, ulong hash)
    {
        Span<byte> block = filter.Slice(Block(filter.Length, hash), BlockBytes);
        uint low = (uint)hash;
        for (int word = 0; word < Salt.Length; word++)
        {
            Span<byte> at = block[(word * sizeof(uint))..];
            BinaryPrimitives.WriteUInt32LittleEndian(at, BinaryPrimitives.ReadUInt32LittleEndian(at) | (1u << (int)((low * Salt[word]) >> 27)));
        }
    }

    /// <summary>Whether a value may be in; false is certain.</summary>
    public static bool MayContain(ReadOnlySpan<byte> filter, ulong hash)
    {
        ReadOnlySpan<byte> block = filter.Slice(Block(filter.Length, hash), BlockBytes);
        uint low = (uint)hash;
        for (int word = 0; word < Salt.Length; word++)
        {
            if ((BinaryPrimitives.ReadUInt32LittleEndian(block[(word * sizeof(uint))..]) >> (int)((low * Salt[word]) >> 27) & 1) == 0)
                return false;
        }

        return true;
    }

    /// <summary>Adds a value.</summary>
    public void Add(ReadOnlySpan<byte> value)
    {
        if (_count == _hashes.Length)
            Array.Resize(ref _hashes, Math.Max(1024, 2 * _count));
        _hashes[_count++] = Hash(value);
    }

    /// <summary>Adds PLAIN values, one after another.</summary>
    /// <param name="plain">Values.</param>
    /// <param name="width">Bytes of each; 0 for strings, which state their length.</param>
    public void AddAll(ReadOnlySpan<byte> plain, int width)
    {
        while (!plain.IsEmpty)
        {
            int length = width;
            if (width == 0)
            {
                length = BinaryPrimitives.ReadInt32LittleEndian(plain);
                plain = plain[sizeof(int)..];
            }

            Add(plain[..length]);
            plain = plain[length..];
        }
    }

    /// <summary>Appends header and filter of the values added, and forgets them.</summary>
    /// <param name="falsePositives">Share of absent values that may pass.</param>
    /// <param name="output">Where to.</param>
    /// <param name="thrift">Writes to the same.</param>
    /// <returns>Bytes appended; 0 when there were no values.</returns>
    public int Write(double falsePositives, ByteBuffer output, ThriftWriter thrift)
    {
        int start = output.Length;
        if (_count > 0)
        {
            int size = Size(_count, falsePositives);
            BloomFormat.WriteHeader(thrift, size);
            Span<byte> filter = output.Reserve(size)[..size];
            filter.Clear();
            for (int i = 0; i < _count; i++)
                Insert(filter, _hashes[i]);
            output.Advance(size);
        }

        Clear();
        return output.Length - start;
    }

    /// <summary>Forgets the values.</summary>
    public void Clear() => _count = 0;

    // The upper half of the hash, scaled to the number of blocks.
    private static int Block(int bytes, ulong hash) => (int)(((hash >> 32) * (ulong)(bytes / BlockBytes)) >> 32) * BlockBytes;
}
