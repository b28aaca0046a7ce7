using System.Buffers;

namespace Linkage.Identity;

/// <summary>The forms a date of birth is written in, to numbers. Judges nothing but form.</summary>
internal ref struct DateReader(ReadOnlySpan<byte> text)
{
    private const int MaxTime = 40;

    private static readonly SearchValues<byte> TimeCharacters = SearchValues.Create("0123456789:.+-Zz "u8);

    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;

    /// <summary>Reads the whole text; parts that are not there are 0.</summary>
    public bool TryRead(out int year, out int month, out int day)
    {
        (year, month, day) = (0, 0, 0);
        var first = Digits(out var firstLength);
        if (firstLength == 0)
            return TryMonthName(out month) && TryDateSeparator() && TryYear(out year) && AtEnd();
        if (firstLength is 8 or 12 or 14)
        {
            // YYYYMMDD, with hours and minutes, and seconds, behind.
            (year, month, day) = (Number(0, 4), Number(4, 2), Number(6, 2));
            return firstLength == 8 ? AtTimeOrEnd() : AtEnd();
        }
        if (firstLength == 4)
            return TryYearFirst((int)first, out year, out month, out day);
        return firstLength <= 2 && TryDayFirst((int)first, firstLength, out year, out month, out day);
    }

    private bool TryYearFirst(int first, out int year, out int month, out int day)
    {
        (year, month, day) = (first, 0, 0);
        if (AtEnd())
            return true;
        if (!TryDateSeparator() || !TryTwo(out month))
            return false;
        if (AtEnd())
            return true;
        return TryDateSeparator() && TryTwo(out day) && AtTimeOrEnd();
    }

    private bool TryDayFirst(int first, int firstLength, out int year, out int month, out int day)
    {
        (year, month, day) = (0, 0, first);
        var named = TryDateSeparator(optional: true) && TryMonthName(out month);
        if (!named)
        {
            if (_at == firstLength)
                return false;
            var second = Digits(out var secondLength);
            if (secondLength == 4 && AtEnd())
            {
                (year, month, day) = ((int)second, first, 0); // MM/YYYY
                return true;
            }
            if (secondLength is not (1 or 2))
                return false;
            month = (int)second;
        }
        return TryDateSeparator(optional: named) && TryYear(out year) && AtTimeOrEnd();
    }

    private long Digits(out int length)
    {
        var start = _at;
        long number = 0;
        // 14 digits are the longest form; more is no date.
        for (; _at < _text.Length && _at - start < 15 && char.IsAsciiDigit((char)_text[_at]); _at++)
            number = (number * 10) + _text[_at] - '0';
        length = _at - start;
        return number;
    }

    private readonly int Number(int start, int length)
    {
        var number = 0;
        foreach (var digit in _text.Slice(start, length))
            number = (number * 10) + digit - '0';
        return number;
    }

    private bool TryTwo(out int number)
    {
        number = (int)Digits(out var length);
        return length is 1 or 2;
    }

    private bool TryYear(out int year)
    {
        year = (int)Digits(out var length);
        return length == 4;
    }

    private bool TryDateSeparator(bool optional = false)
    {
        if (_at < _text.Length && _text[_at] is (byte)'-' or (byte)'/' or (byte)'.' or (byte)' ')
            _at++;
        else if (!optional)
            return false;
        return true;
    }

    private bool TryMonthName(out int month)
    {
        month = 0;
        var start = _at;
        var end = start;
        while (end < _text.Length && char.IsAsciiLetter((char)_text[end]))
            end++;
        if (end - start is < 3 or > 9)
            return false;
        Span<byte> name = stackalloc byte[9];
        name = name[..(end - start)];
        for (var i = 0; i < name.Length; i++)
            name[i] = (byte)(_text[start + i] & ~0x20);
        month = MonthOf(name);
        if (month == 0)
            return false;
        _at = end;
        return true;
    }

    private readonly bool AtEnd() => _at == _text.Length;

    // What follows is only looked at to tell a time from rubbish: T or a space, then digits, colons, fractions, a zone.
    private readonly bool AtTimeOrEnd()
    {
        var rest = _text[_at..];
        if (rest.IsEmpty)
            return true;
        if (rest[0] is not ((byte)'T' or (byte)'t' or (byte)' ') || rest.Length is < 3 or > MaxTime || !char.IsAsciiDigit((char)rest[1]))
            return false;
        return !rest[1..].ContainsAnyExcept(TimeCharacters);
    }

    private static int MonthOf(ReadOnlySpan<byte> name)
    {
        var all = "JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER "u8;
        for (var month = 1; month <= 12; month++)
        {
            var full = all[..all.IndexOf((byte)' ')];
            if (name.SequenceEqual(full) || name.SequenceEqual(full[..3]))
                return month;
            all = all[(full.Length + 1)..];
        }
        return 0;
    }
}
