using System.Text;

namespace Linkage.Identity;

/// <summary>
/// One name field, normalised in reused memory: A–Z without accents, punctuation or spaces; letters of other scripts in upper case in
/// their own UTF-8. Allocates nothing after construction. Not thread-safe.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>Spaces, apostrophes and hyphens go: O'Brien, O BRIEN and OBRIEN are one name, and so are Mc Donald and McDonald. The parts between
/// spaces and hyphens stay known (<see cref="Part"/>). A part in brackets goes when something stands before it.</item>
/// <item>A title in front (MR, DR, …; of forenames also a rank: CAPT, LADY, …) and a suffix behind (JR, III, …) go when a space parts them from a name that remains; behind a hyphen they are
/// part of the name. LORD, SENIOR and JUNIOR stay: they are surnames.</item>
/// <item>Placeholders (UNKNOWN, BABY, TWIN ONE, B/O SARAH, DO NOT USE, one letter repeated, …) are absent.</item>
/// <item>Digits go; a field of digits only is malformed, as is a field that is not UTF-8.</item>
/// <item>A name longer than <see cref="MaxBytes"/> after normalisation keeps its first <see cref="MaxBytes"/> bytes, at a character's end.</item>
/// <item>Normalising a normalised name changes nothing.</item>
/// </list>
/// </remarks>
public sealed class PersonName
{
    /// <summary>Bytes kept of a normalised name.</summary>
    public const int MaxBytes = 256;

    /// <summary>Parts told apart; what follows the last belongs to it.</summary>
    public const int MaxParts = 8;

    private readonly Memory<byte> _memory;
    private readonly int[] _ends = new int[MaxParts];
    private int _length;
    private int _parts;
    private int _hyphens; // bit i: a hyphen stands behind part i

    /// <summary>With memory of its own.</summary>
    public PersonName()
        : this(GC.AllocateArray<byte>(MaxBytes, pinned: true))
    {
    }

    internal PersonName(Memory<byte> memory) => _memory = memory[..MaxBytes];

    /// <summary>Present, Absent or Malformed.</summary>
    public FieldState State { get; private set; } = FieldState.Absent;

    /// <summary>The whole name; empty unless present.</summary>
    public ReadOnlySpan<byte> Value => _memory.Span[.._length];

    /// <summary>The first part: of forenames, the first forename.</summary>
    public ReadOnlySpan<byte> First => Part(0);

    /// <summary>Number of parts; 0 unless present.</summary>
    public int PartCount => _parts;

    /// <summary>A part of the name; empty when there is none of that index.</summary>
    public ReadOnlySpan<byte> Part(int index)
    {
        if ((uint)index >= (uint)_parts)
            return default;
        var start = index == 0 ? 0 : _ends[index - 1];
        return _memory.Span[start.._ends[index]];
    }

    /// <summary>Normalises a surname: spaces and hyphens part it.</summary>
    public FieldState SetSurname(ReadOnlySpan<byte> utf8) => State = Normalise(utf8, forenames: false);

    /// <summary>Normalises forenames: spaces part them, hyphens join (Anne-Marie is one forename).</summary>
    public FieldState SetForenames(ReadOnlySpan<byte> utf8) => State = Normalise(utf8, forenames: true);

    /// <summary>Zeroes the name.</summary>
    public void Clear()
    {
        _memory.Span.Clear();
        Reset();
        State = FieldState.Absent;
    }

    /// <summary>Redacted: a name is an identifier.</summary>
    public override string ToString() => "PersonName(redacted)";

    private FieldState Normalise(ReadOnlySpan<byte> utf8, bool forenames)
    {
        Reset();
        if (utf8.IsEmpty)
            return FieldState.Absent;
        var marks = Scan(utf8, forenames);
        if ((marks & Marks.NotUtf8) != Marks.None)
        {
            Reset();
            return FieldState.Malformed;
        }
        if (_length == 0)
            return (marks & Marks.Digit) != Marks.None ? FieldState.Malformed : FieldState.Absent;
        DropTitles(forenames);
        DropSuffixes();
        if (Placeholders.IsNotAName(Value)
            || (forenames && (Placeholders.IsNotAName(First) || IsRemark((marks & Marks.Slash) != Marks.None)))
            || ((marks & Marks.Slash) != Marks.None && Value.SequenceEqual("NA"u8)))
        {
            Reset();
            return FieldState.Absent;
        }
        return FieldState.Present;
    }

    // "B/O Sarah" (baby of), "Daughter of Sarah", "1st twin": a newborn's record, and often that of a brother or sister, too.
    private bool IsRemark(bool slash) =>
        (_parts > 1 && (Part(1).SequenceEqual("TWIN"u8) || Part(1).SequenceEqual("TRIPLET"u8)))
        || (_parts > 1 && Part(1).SequenceEqual("OF"u8) && (First.SequenceEqual("SON"u8) || First.SequenceEqual("DAUGHTER"u8) || First.SequenceEqual("CHILD"u8)))
        || (slash && _parts > 1 && Part(1).SequenceEqual("O"u8) && (First.SequenceEqual("B"u8) || First.SequenceEqual("S"u8) || First.SequenceEqual("D"u8)));

    private void Reset() => (_length, _parts, _hyphens) = (0, 0, 0);

    private Marks Scan(ReadOnlySpan<byte> utf8, bool forenames)
    {
        var marks = Marks.None;
        var writer = new NameWriter(_memory.Span, _ends);
        for (var at = 0; at < utf8.Length;)
        {
            var b = utf8[at];
            NameCharacter kind;
            if (b < 0x80)
            {
                at++;
                kind = NameCharacters.OfAscii(b);
                if (kind == NameCharacter.Letter)
                {
                    writer.Write((byte)(b & ~0x20));
                    continue;
                }
            }
            else
            {
                if (Rune.DecodeFromUtf8(utf8[at..], out var rune, out var consumed) != System.Buffers.OperationStatus.Done)
                    return marks | Marks.NotUtf8;
                at += consumed;
                kind = NameCharacters.Of(rune);
                if (kind == NameCharacter.Letter)
                {
                    writer.Write(rune);
                    continue;
                }
            }
            switch (kind)
            {
                case NameCharacter.Digit:
                    marks |= Marks.Digit;
                    break;
                case NameCharacter.Hyphen when !forenames:
                    writer.Part(hyphen: true);
                    break;
                case NameCharacter.Hyphen or NameCharacter.Joiner:
                    break;
                case NameCharacter.Open:
                    writer.Open();
                    break;
                case NameCharacter.Close:
                    writer.Close();
                    break;
                default:
                    if (kind == NameCharacter.Slash)
                        marks |= Marks.Slash;
                    writer.Part(hyphen: false);
                    break;
            }
        }
        (_length, _parts, _hyphens) = writer.Finish();
        return marks;
    }

    private void DropTitles(bool forenames)
    {
        while (_parts > 1 && (_hyphens & 1) == 0 && (NameCharacters.IsTitle(First) || (forenames && NameCharacters.IsRank(First))))
        {
            var shift = _ends[0];
            _memory.Span[shift.._length].CopyTo(_memory.Span);
            _length -= shift;
            _parts--;
            _hyphens >>= 1;
            for (var i = 0; i < _parts; i++)
                _ends[i] = _ends[i + 1] - shift;
        }
    }

    private void DropSuffixes()
    {
        while (_parts > 1 && (_hyphens >> (_parts - 2) & 1) == 0 && NameCharacters.IsSuffix(Part(_parts - 1)))
        {
            _parts--;
            _length = _ends[_parts - 1];
        }
    }

    [Flags]
    private enum Marks
    {
        None = 0,
        NotUtf8 = 1,
        Digit = 2,
        Slash = 4,
    }
}
