using System.Text;

namespace Linkage.Identity;

/// <summary>Letters of one name into its memory, with the ends of its parts.</summary>
internal ref struct NameWriter(Span<byte> destination, Span<int> ends)
{
    private readonly Span<byte> _destination = destination;
    private readonly Span<int> _ends = ends;
    private int _length;
    private int _boundaries;
    private int _hyphens;
    private int _beforeBracket = -1;
    private int _boundariesBeforeBracket;
    private bool _gap;
    private bool _gapIsHyphen;
    private bool _full;

    /// <summary>One letter A–Z.</summary>
    public void Write(byte letter)
    {
        EndPart();
        if (_full || _length == _destination.Length)
            _full = true;
        else
            _destination[_length++] = letter;
    }

    /// <summary>One letter above U+007F: folded to A–Z, or in upper case as it is.</summary>
    public void Write(Rune rune)
    {
        Span<byte> encoded = stackalloc byte[4];
        var count = NameCharacters.Fold(rune, encoded);
        EndPart();
        if (_full || !encoded[..count].TryCopyTo(_destination[_length..]))
            _full = true;
        else
            _length += count;
    }

    /// <summary>A space or hyphen: the next letter begins a part. Of several in a row a hyphen counts.</summary>
    public void Part(bool hyphen)
    {
        _gap = true;
        _gapIsHyphen |= hyphen;
    }

    /// <summary>A bracket opens: remembers where, if a name stands before it.</summary>
    public void Open()
    {
        if (_beforeBracket < 0 && _length > 0 && !_full)
            (_beforeBracket, _boundariesBeforeBracket) = (_length, _boundaries);
        Part(hyphen: false);
    }

    /// <summary>A bracket closes: what it held goes.</summary>
    public void Close()
    {
        if (_beforeBracket >= 0)
        {
            (_length, _boundaries, _full) = (_beforeBracket, _boundariesBeforeBracket, false);
            _hyphens &= (1 << _boundaries) - 1;
            _beforeBracket = -1;
            _gapIsHyphen = false;
        }
        Part(hyphen: false);
    }

    /// <summary>Length, number of parts, and a bit per part that a hyphen follows.</summary>
    public readonly (int Length, int Parts, int Hyphens) Finish()
    {
        if (_length == 0)
            return (0, 0, 0);
        _ends[_boundaries] = _length;
        return (_length, _boundaries + 1, _hyphens);
    }

    private void EndPart()
    {
        if (!_gap)
            return;
        var start = _boundaries == 0 ? 0 : _ends[_boundaries - 1];
        if (_length > start && _boundaries < _ends.Length - 1 && !_full)
        {
            if (_gapIsHyphen)
                _hyphens |= 1 << _boundaries;
            _ends[_boundaries++] = _length;
        }
        (_gap, _gapIsHyphen) = (false, false);
    }
}
