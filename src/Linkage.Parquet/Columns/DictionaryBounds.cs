using System.Buffers.Binary;
using Linkage.Parquet.Format;

namespace Linkage.Parquet.Columns;

/// <summary>
/// Smallest and largest string of each page of indices, without sorting the dictionary: each entry is known by eight bytes as a number, and bytes are compared only
/// where those are equal. In: the dictionary as its page has it. Costs a look-up a row.
/// </summary>
internal sealed class DictionaryBounds
{
    private ulong[] _keys = [];
    private int[] _starts = [];
    private int _shared;

    /// <summary>States the bounds of every page of a chunk.</summary>
    /// <param name="bounds">Where to; empty before.</param>
    /// <param name="dictionary">PLAIN entries.</param>
    /// <param name="distinct">How many.</param>
    /// <param name="chunk">Bounds of the whole chunk.</param>
    /// <param name="indices">Of the rows that have a value.</param>
    /// <param name="valid">Which rows have one; empty means all.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="pageRows">Rows of each page but the last.</param>
    /// <param name="store">Where stated strings go.</param>
    public void State(PageBounds bounds, ReadOnlySpan<byte> dictionary, int distinct, in StringBounds chunk, ReadOnlySpan<int> indices, ReadOnlySpan<bool> valid, int rows, int pageRows, ByteBuffer store)
    {
        bool one = rows <= pageRows || distinct == 1;
        if (!one)
            Load(dictionary, distinct, in chunk);
        ChunkBounds whole = one ? chunk.State(store) : default;
        for (int row = 0; row < rows; row += pageRows)
        {
            int count = Math.Min(pageRows, rows - row);
            int present = valid.IsEmpty ? count : valid.Slice(row, count).Count(true);
            if (present == 0)
                bounds.Add(default);
            else if (one)
                bounds.Add(in whole);
            else
                bounds.Add(Of(indices[..present], dictionary).State(store));
            indices = indices[present..];
        }
    }

    /// <summary>Takes the entries' keys: eight bytes each, after those that all have in common.</summary>
    public void Load(ReadOnlySpan<byte> dictionary, int distinct, in StringBounds chunk)
    {
        if (_keys.Length < distinct)
        {
            int length = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1024, distinct));
            _keys = GC.AllocateUninitializedArray<ulong>(length);
            _starts = GC.AllocateUninitializedArray<int>(length);
        }

        // What the smallest and the largest share, all between them share.
        _shared = chunk.Min.CommonPrefixLength(chunk.Max);
        int at = 0;
        for (int index = 0; index < distinct; index++)
        {
            _starts[index] = at;
            ReadOnlySpan<byte> value = Value(dictionary, at);
            _keys[index] = Key(value[_shared..]);
            at += sizeof(int) + value.Length;
        }
    }

    /// <summary>Smallest and largest of the entries loaded that some indices, at least one, refer to.</summary>
    public StringBounds Of(ReadOnlySpan<int> indices, ReadOnlySpan<byte> dictionary)
    {
        ReadOnlySpan<ulong> keys = _keys;
        int min = indices[0], max = min;
        ulong low = keys[min], high = low;
        foreach (int index in indices)
        {
            ulong key = keys[index];
            if (key <= low && index != min && (key < low || Compare(index, min, dictionary) < 0))
            {
                low = key;
                min = index;
            }

            if (key >= high && index != max && (key > high || Compare(index, max, dictionary) > 0))
            {
                high = key;
                max = index;
            }
        }

        return new StringBounds { Any = true, Min = Value(dictionary, _starts[min]), Max = Value(dictionary, _starts[max]) };
    }

    private int Compare(int left, int right, ReadOnlySpan<byte> dictionary) =>
        Value(dictionary, _starts[left])[_shared..].SequenceCompareTo(Value(dictionary, _starts[right])[_shared..]);

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> dictionary, int at) =>
        dictionary.Slice(at + sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(dictionary[at..]));

    // Shorter values end in zeros: no larger than any that goes on, as bytewise order has it, and told apart by Compare.
    private static ulong Key(ReadOnlySpan<byte> value)
    {
        if (value.Length >= sizeof(ulong))
            return BinaryPrimitives.ReadUInt64BigEndian(value);
        ulong key = 0;
        for (int i = 0; i < value.Length; i++)
            key |= (ulong)value[i] << (56 - (8 * i));
        return key;
    }
}
