using Linkage.Kernels;
using Linkage.Parquet.Format;

namespace Linkage.Parquet.Columns;

/// <summary>
/// Smallest and largest string of a chunk in bytewise order, and whether the strings came in that order. The bytes stay where
/// the values' owner holds them.
/// </summary>
internal ref struct StringBounds
{
    /// <summary>
    /// Bytes of a minimum or maximum that statistics state in full; longer ones are cut. 64, as parquet-java and parquet-rs
    /// cut by default in their indexes.
    /// </summary>
    public const int MaxStated = 64;

    /// <summary>Smallest value.</summary>
    public ReadOnlySpan<byte> Min;

    /// <summary>Largest value.</summary>
    public ReadOnlySpan<byte> Max;

    /// <summary>Whether there was a value.</summary>
    public bool Any;

    /// <summary>Whether some value was smaller than one before it.</summary>
    public bool Descends;

    private ulong _min;
    private ulong _max;

    /// <summary>Takes in a value.</summary>
    public void Add(ReadOnlySpan<byte> value)
    {
        // Eight bytes as a number decide nearly always, and cost nothing.
        ulong order = PlainEntries.OrderOf(value);
        if (!Any)
        {
            Any = true;
            Min = value;
            Max = value;
            _min = order;
            _max = order;
        }
        else if (order > _max || (order == _max && value.SequenceCompareTo(Max) >= 0))
        {
            Max = value;
            _max = order;
        }
        else
        {
            Descends = true;
            if (order < _min || (order == _min && value.SequenceCompareTo(Min) < 0))
            {
                Min = value;
                _min = order;
            }
        }
    }

    /// <summary>Takes in the strings that came after those so far.</summary>
    public void Add(in StringBounds later)
    {
        if (!later.Any)
            return;
        bool rises = !Any || later.Min.SequenceCompareTo(Max) >= 0;
        Descends |= later.Descends || !rises;
        if (!Any || later.Min.SequenceCompareTo(Min) < 0)
        {
            Min = later.Min;
            _min = later._min;
        }

        if (!Any || later.Max.SequenceCompareTo(Max) > 0)
        {
            Max = later.Max;
            _max = later._max;
        }

        Any = true;
    }

    /// <summary>The bounds as statistics state them; their bytes go to <paramref name="store"/>.</summary>
    public readonly ChunkBounds State(ByteBuffer store)
    {
        ChunkBounds stated = default;
        if (!Any)
            return stated;
        stated.HasMin = true;
        stated.MinExact = Min.Length <= MaxStated;
        stated.Min = store.Length;
        stated.MinLength = PrefixLength(Min);
        store.Write(Min[..stated.MinLength]);

        stated.Max = store.Length;
        stated.MaxExact = Max.Length <= MaxStated;
        if (stated.MaxExact)
        {
            stated.HasMax = true;
            stated.MaxLength = Max.Length;
            store.Write(Max);
            return stated;
        }

        Span<byte> above = stackalloc byte[MaxStated];
        stated.MaxLength = PrefixAbove(Max, above);
        stated.HasMax = stated.MaxLength > 0;
        store.Write(above[..stated.MaxLength]);
        return stated;
    }

    /// <summary>Length of the longest prefix of whole characters within <see cref="MaxStated"/> bytes.</summary>
    private static int PrefixLength(ReadOnlySpan<byte> value)
    {
        if (value.Length <= MaxStated)
            return value.Length;
        int length = MaxStated;
        while (IsContinuation(value[length]))
            length--;
        return length;
    }

    /// <summary>
    /// The shortest change that makes a cut value larger than all that begin with it: its last character, or one before, goes up
    /// by one; what follows is dropped. Returns the length; 0 when every character is the last there is.
    /// </summary>
    private static int PrefixAbove(ReadOnlySpan<byte> value, Span<byte> above)
    {
        int end = PrefixLength(value);
        value[..end].CopyTo(above);
        while (end > 0)
        {
            int start = end - 1;
            while (IsContinuation(above[start]))
                start--;
            System.Text.Rune.DecodeFromUtf8(above[start..end], out System.Text.Rune last, out _);
            // U+D800 to U+DFFF are no characters; U+E000 follows U+D7FF.
            int next = last.Value == 0xD7FF ? 0xE000 : last.Value + 1;
            // A character that would need more bytes might pass the length; the one before it is raised instead.
            if (System.Text.Rune.TryCreate(next, out System.Text.Rune raised) && raised.Utf8SequenceLength == end - start)
                return start + raised.EncodeToUtf8(above[start..]);
            end = start;
        }

        return 0;
    }

    private static bool IsContinuation(byte value) => (value & 0xC0) == 0x80;
}
