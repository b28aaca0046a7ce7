using Linkage.Kernels;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Columns;

/// <summary>
/// Order of a dictionary's entries and bits of an index, for the codec's sake. Where few entries make up many rows, frequent ones come first, so that high bits are mostly
/// zeros; and whole bytes an index are taken where the codec makes more of bytes it can tell apart. Readers see no difference.
/// </summary>
internal sealed class IndexLayout
{
    // With fewer entries nothing is gained; with more, indices hardly repeat.
    private const int MinDistinct = 16;
    private const int MaxDistinct = 1 << 16;

    /// <summary>Rows by which the shape of a distribution is judged.</summary>
    private const int Looks = 4096;

    private int[] _counts = [];
    private int[] _places = [];
    private ulong[] _order = [];
    private ulong[] _sort = [];

    /// <summary>Puts frequent entries first, if some are.</summary>
    /// <param name="dictionary">PLAIN entries; reordered.</param>
    /// <param name="spare">Memory for the reordering.</param>
    /// <param name="width">Bytes of an entry; 0 for strings.</param>
    /// <param name="distinct">Entries.</param>
    /// <param name="indices">An index a value; renumbered.</param>
    public void Order(ByteBuffer dictionary, ByteBuffer spare, int width, int distinct, Span<int> indices)
    {
        if (distinct is < MinDistinct or > MaxDistinct || !IsSkewed(distinct, indices))
            return;
        Span<int> counts = Room(ref _counts, distinct);
        counts.Clear();
        foreach (int index in indices)
            counts[index]++;
        Span<ulong> order = Room(ref _order, distinct);
        for (int index = 0; index < distinct; index++)
            order[index] = ((ulong)(uint)~counts[index] << 32) | (uint)index;
        RadixSort.ByHighWord(order, Room(ref _sort, distinct));
        Span<int> places = Room(ref _places, distinct);
        for (int place = 0; place < distinct; place++)
            places[(int)order[place]] = place;
        foreach (ref int index in indices)
            index = places[index];
        Reorder(dictionary, spare, width, order, counts);
    }

    /// <summary>Bits an index: as few as there can be, or as many as whole bytes have.</summary>
    public static int Width(PageWriter pages, int distinct, ReadOnlySpan<int> indices)
    {
        int width = BitPacking.Width(distinct - 1);
        int aligned = (width + 7) & ~7;
        if (!pages.HasCodec || width == aligned || distinct < MinDistinct || distinct > MaxDistinct)
            return width;
        ReadOnlySpan<int> sample = indices[Sample.Of(indices.Length)];
        return Measure(pages, sample, aligned) < Measure(pages, sample, width) ? aligned : width;
    }

    /// <summary>Bytes that indices take behind the codec.</summary>
    public static int Measure(PageWriter pages, ReadOnlySpan<int> indices, int width)
    {
        pages.BeginSample();
        HybridEncoding.Write(indices, width, pages.Values);
        return pages.MeasureSample();
    }

    /// <summary>
    /// Whether rows gather on few entries. Two rows that are picked at random are equal as often as one in so many entries, if all were equally frequent: that number against
    /// the entries there are.
    /// </summary>
    private bool IsSkewed(int distinct, ReadOnlySpan<int> indices)
    {
        Span<int> counts = Room(ref _counts, distinct);
        counts.Clear();
        long step = Math.Max(1, indices.Length / Looks), looks = 0, pairs = 0;
        for (long row = 0; row < indices.Length; row += step, looks++)
            pairs += counts[indices[(int)row]]++;
        double effective = looks * (looks - 1) / 2.0 / Math.Max(1, pairs);
        return effective * 4 < distinct;
    }

    private static void Reorder(ByteBuffer dictionary, ByteBuffer spare, int width, ReadOnlySpan<ulong> order, Span<int> starts)
    {
        ReadOnlySpan<byte> entries = dictionary.Written;
        int at = 0;
        for (int index = 0; index < order.Length; index++)
        {
            starts[index] = at;
            at += width == 0 ? sizeof(int) + System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(entries[at..]) : width;
        }

        spare.Clear();
        foreach (ulong entry in order)
        {
            int index = (int)entry;
            int end = index + 1 < order.Length ? starts[index + 1] : at;
            spare.Write(entries[starts[index]..end]);
        }

        dictionary.Clear();
        dictionary.Write(spare.Written);
        spare.Clear();
    }

    private static Span<T> Room<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            array = GC.AllocateUninitializedArray<T>((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1024, length)));
        return array.AsSpan(0, length);
    }
}
