using Linkage.Kernels;

namespace Linkage.Parquet;

/// <summary>
/// The rows of one row group: of which lane each is, which row there, and its place in the group. Columns are read front to back and written within the group, which a core's cache holds; read in the
/// group's order they would miss it row by row. Read by all threads that encode columns, between two calls of <see cref="Begin"/>.
/// </summary>
internal sealed class GroupRows
{
    // Words: place in the buffers in the high half (RowOrder's low half), place in the group in the low one.
    private Memory<ulong> _words;
    private Memory<int> _keys;

    /// <summary>Rows in the group.</summary>
    public int Count { get; private set; }

    /// <summary>Rows of the file before the group.</summary>
    public int Start { get; private set; }

    /// <summary>Whether the rows are in the order in which the lanes have them, lane after lane.</summary>
    public bool InOrder { get; private set; }

    /// <summary>The sort column's ids in the group's order; empty where ids are not what rows are sorted by.</summary>
    public ReadOnlySpan<int> Keys => _keys.Span;

    /// <summary>Place in the buffers and in the group of each row, ascending by the former; nothing where the rows are <see cref="InOrder"/>.</summary>
    public ReadOnlySpan<ulong> Words => _words.Span;

    /// <summary>Lane and row of a word, as <see cref="RowOrder"/> has them.</summary>
    public static uint Source(ulong word) => (uint)(word >> 32);

    /// <summary>Place in the group of a word.</summary>
    public static int Place(ulong word) => (int)(uint)word;

    /// <summary>Goes to a group.</summary>
    /// <param name="order">The file's order; that of the group is used up, unless the file's rows are in order.</param>
    /// <param name="group">Which of it.</param>
    /// <param name="inOrder">Whether the file's rows are in order.</param>
    /// <param name="keysAreIds">Whether keys are the sort column's ids, and one more.</param>
    /// <param name="lanes">Rows of each lane.</param>
    /// <param name="scratch">Memory.</param>
    public void Begin(Memory<ulong> order, Range group, bool inOrder, bool keysAreIds, ReadOnlySpan<int> lanes, GatherScratch scratch)
    {
        var words = order[group];
        (Start, Count) = group.GetOffsetAndLength(order.Length);
        InOrder = inOrder;
        _keys = keysAreIds ? scratch.Keys(Count) : default;
        var keys = _keys.Span;
        ReadOnlySpan<ulong> from = words.Span;
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = (int)(from[i] >> 32) - 1;
        }

        _words = inOrder ? default : Count == order.Length ? BySource(words, lanes, scratch) : SortedBySource(words, scratch);
    }

    /// <summary>All rows there are: each word's place is known.</summary>
    private static Memory<ulong> BySource(Memory<ulong> order, ReadOnlySpan<int> lanes, GatherScratch scratch)
    {
        Span<int> starts = stackalloc int[RowOrder.MaxLanes];
        for (var lane = 1; lane < lanes.Length; lane++)
        {
            starts[lane] = starts[lane - 1] + lanes[lane - 1];
        }

        var memory = scratch.Sort(order.Length);
        ReadOnlySpan<ulong> from = order.Span;
        var words = memory.Span;
        for (var place = 0; place < from.Length; place++)
        {
            words[starts[RowOrder.Lane(from[place])] + RowOrder.Row(from[place])] = Word(from[place], place);
        }

        return memory;
    }

    private static Memory<ulong> SortedBySource(Memory<ulong> order, GatherScratch scratch)
    {
        var words = order.Span;
        for (var place = 0; place < words.Length; place++)
        {
            words[place] = Word(words[place], place);
        }

        RadixSort.ByHighWord(words, scratch.Sort(words.Length).Span);
        return order;
    }

    private static ulong Word(ulong row, int place) => (row << 32) | (uint)place;
}
