using Linkage.Identity;

namespace Linkage.Matching.Scoring;

/// <summary>
/// Tokens of what a part of a date of birth becomes by one slip of the hand: one digit another one, or two neighbouring digits exchanged. The patient's date is at hand in clear, so a row's token
/// is compared with those of all slips, and a slip is told from another part exactly. Computed when first asked for; reused from person to person; not thread-safe.
/// </summary>
internal sealed class BirthTypos(FewValueTokens tokens)
{
    // Four digits: 36 others and three exchanges; two digits: 18 and one.
    private readonly ulong[] _years = new ulong[39];
    private readonly ulong[] _months = new ulong[19];
    private readonly ulong[] _days = new ulong[19];
    private readonly Func<int, ulong> _year = tokens.Year;
    private readonly Func<int, ulong> _month = tokens.Month;
    private readonly Func<int, ulong> _day = tokens.Day;
    private DateOfBirth _date;
    private int _yearCount, _monthCount, _dayCount;

    /// <summary>Takes the next person's date, as written.</summary>
    public void Read(DateOfBirth date)
    {
        _date = date;
        _yearCount = _monthCount = _dayCount = -1;
    }

    /// <summary>Whether a token is of a year one slip away.</summary>
    public bool IsYear(ulong token)
    {
        if (_yearCount < 0)
            _yearCount = Slips(_date.Year, 4, _years, _year);
        return _years.AsSpan(0, _yearCount).Contains(token);
    }

    /// <summary>Whether a token is of a month one slip away.</summary>
    public bool IsMonth(ulong token)
    {
        if (_monthCount < 0)
            _monthCount = Slips(_date.Month, 2, _months, _month);
        return _months.AsSpan(0, _monthCount).Contains(token);
    }

    /// <summary>Whether a token is of a day one slip away.</summary>
    public bool IsDay(ulong token)
    {
        if (_dayCount < 0)
            _dayCount = Slips(_date.Day, 2, _days, _day);
        return _days.AsSpan(0, _dayCount).Contains(token);
    }

    /// <summary>Zeroes the tokens.</summary>
    public void Forget()
    {
        Array.Clear(_years);
        Array.Clear(_months);
        Array.Clear(_days);
        Read(default);
    }

    private static int Slips(int value, int digits, ulong[] found, Func<int, ulong> token)
    {
        if (value == 0)
            return 0;
        var count = 0;
        for (int place = 0, unit = 1; place < digits; place++, unit *= 10)
        {
            var digit = value / unit % 10;
            for (var other = 0; other < 10; other++)
            {
                if (other != digit)
                    Add(value + ((other - digit) * unit), digits, found, token, ref count);
            }

            var next = value / (unit * 10) % 10;
            if (place + 1 < digits && next != digit)
                Add(value + ((next - digit) * unit) + ((digit - next) * unit * 10), digits, found, token, ref count);
        }

        return count;
    }

    // No row has a year outside of what is taken for one; 0 is a part that is not known.
    private static void Add(int value, int digits, ulong[] found, Func<int, ulong> token, ref int count)
    {
        if (value == 0 || (digits == 4 && value is < DateOfBirth.MinYear or > DateOfBirth.MaxYear))
            return;
        found[count++] = token(value);
    }
}
