using Linkage.Kernels;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Columns;

/// <summary>
/// One page of strings in one encoding. In: runs of equal values. Out: the page's values, and for a codec that can be told what repeats. Reused from page to page.
/// </summary>
internal sealed class TextPage
{
    private readonly ByteBuffer _bytes = new();
    private int[] _shared = [];
    private int[] _lengths = [];
    private int _rows;
    private int _lastEntry;
    private int _start;
    private TextEncoding _encoding;
    private bool _isPlain;
    private ByteBuffer _output = new();

    /// <summary>What repeats in the page; for PLAIN that the codec is told of.</summary>
    public RepeatList Repeats { get; } = new();

    /// <summary>Bytes that the values so far take PLAIN.</summary>
    public long PlainBytes { get; private set; }

    /// <summary>
    /// Whether no byte of the values so far is above 127. Lengths before values count too, so that a page of long values may be said not to be. Before <see cref="End"/>.
    /// </summary>
    public bool IsAscii => System.Text.Ascii.IsValid(_isPlain ? _output.Written[_start..] : _bytes.Written);

    /// <summary>Begins a page.</summary>
    /// <param name="encoding">Not a dictionary.</param>
    /// <param name="maxRows">Rows it will have at most.</param>
    /// <param name="output">Where its values go.</param>
    public void Begin(TextEncoding encoding, int maxRows, ByteBuffer output)
    {
        _encoding = encoding;
        _isPlain = encoding is TextEncoding.Plain or TextEncoding.PlainTold;
        _output = output;
        _start = output.Length;
        _rows = 0;
        _lastEntry = 0;
        PlainBytes = 0;
        _bytes.Clear();
        Repeats.Clear();
        if (!_isPlain && _lengths.Length < maxRows)
        {
            _shared = new int[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1024, maxRows))];
            _lengths = new int[_shared.Length];
        }
    }

    /// <summary>Appends a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="previous">The page's value before, if it has one.</param>
    /// <param name="times">How often, 1 or more.</param>
    public void Append(ReadOnlySpan<byte> value, ReadOnlySpan<byte> previous, int times)
    {
        int entry = checked(value.Length + sizeof(int));
        PlainBytes += (long)entry * times;
        if (_isPlain)
            AppendPlain(value, previous, entry, times);
        else
            AppendDelta(value, previous, times);
    }

    /// <summary>Ends the page: all its values are in the output.</summary>
    public void End()
    {
        if (_isPlain)
            return;
        if (_encoding == TextEncoding.Prefixes)
            DeltaBinaryPacked.Write(_shared.AsSpan(0, _rows), _output);
        DeltaBinaryPacked.Write(_lengths.AsSpan(0, _rows), _output);
        _output.Write(_bytes.Written);
    }

    private void AppendDelta(ReadOnlySpan<byte> value, ReadOnlySpan<byte> previous, int times)
    {
        if (_encoding == TextEncoding.Prefixes)
        {
            int shared = value.CommonPrefixLength(previous);
            _shared[_rows] = shared;
            _lengths[_rows] = value.Length - shared;
            _shared.AsSpan(_rows + 1, times - 1).Fill(value.Length);
            _lengths.AsSpan(_rows + 1, times - 1).Clear();
            _bytes.Write(value[shared..]);
        }
        else
        {
            _lengths.AsSpan(_rows, times).Fill(value.Length);
            for (int i = 0; i < times; i++)
                _bytes.Write(value);
        }

        _rows += times;
    }

    private void AppendPlain(ReadOnlySpan<byte> value, ReadOnlySpan<byte> previous, int entry, int times)
    {
        int bytes = checked(entry * times);
        Span<byte> room = _output.Reserve(checked(bytes + PlainEntries.Slack));
        PlainEntries.Write(room, value, times);
        if (_encoding == TextEncoding.PlainTold)
        {
            // Of the values where they are: what has just been written is not to be read so soon.
            int shared = entry == _lastEntry ? sizeof(int) + PlainEntries.CommonPrefix(previous, value) : 0;
            Repeats.Add(entry, times, shared);
            _lastEntry = entry;
        }

        _output.Advance(bytes);
    }
}
