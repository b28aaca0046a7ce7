using Linkage.Identity;
using Linkage.Pseudonyms;

namespace Linkage.Matching;

/// <summary>
/// Tokens of the fields that have few values (dates of birth and their parts, sex, initials), each computed once and kept, so that an HMAC is paid for
/// NHS numbers, names and postcodes only. Dates are computed by the year, all of its days together. About 1.5 MB; not thread-safe. <see cref="Dispose"/> zeroes it: the table maps dates to tokens.
/// </summary>
internal sealed class FewValueTokens(Pseudonymiser pseudonymiser) : IDisposable
{
    // What is taken for a year of birth: others are computed anew each time.
    private const int FirstYear = DateOfBirth.MinYear;
    private const int Years = DateOfBirth.MaxYear - DateOfBirth.MinYear + 1;
    private const int DaysOfMonth = 31;
    private const int DaysOfYear = 12 * DaysOfMonth;

    private readonly ulong[] dates = new ulong[Years * DaysOfYear];
    private readonly ulong[] years = new ulong[Years];
    private readonly ulong[] months = new ulong[100];
    private readonly ulong[] days = new ulong[100];
    private readonly ulong[] initials = new ulong[26];
    private readonly TokenBatch batch = new(pseudonymiser);
    private ulong female;
    private ulong male;

    /// <summary>Token of a full date; 0 when a part is missing.</summary>
    public ulong Date(DateOfBirth date)
    {
        if (!date.IsFull)
            return 0;
        var year = date.Year - FirstYear;
        if (year is < 0 or >= Years || date.Month > 12 || date.Day > 31)
            return Compute(date);
        var ofYear = dates.AsSpan(year * DaysOfYear, DaysOfYear);
        if (ofYear[0] == 0)
            Fill(ofYear, date.Year);
        return ofYear[((date.Month - 1) * DaysOfMonth) + date.Day - 1];
    }

    /// <summary>Token of a year of birth; 0 for 0.</summary>
    public ulong Year(int value)
    {
        if (value == 0)
            return 0;
        if (value is < FirstYear or >= FirstYear + Years)
            return Number(Purpose.BirthYear, value, 4);
        ref var token = ref years[value - FirstYear];
        return token != 0 ? token : token = Number(Purpose.BirthYear, value, 4);
    }

    /// <summary>Token of a month of birth; 0 for 0.</summary>
    public ulong Month(int value) => TwoDigits(Purpose.BirthMonth, months, value);

    /// <summary>Token of a day of birth; 0 for 0.</summary>
    public ulong Day(int value) => TwoDigits(Purpose.BirthDay, days, value);

    /// <summary>Token of a sex; 0 for what is not female or male, which says nothing for or against a match.</summary>
    public ulong Sex(Sex value) => value switch
    {
        Identity.Sex.Female => female != 0 ? female : female = pseudonymiser.Token(Purpose.Sex, "F"u8).High,
        Identity.Sex.Male => male != 0 ? male : male = pseudonymiser.Token(Purpose.Sex, "M"u8).High,
        _ => 0,
    };

    /// <summary>Token of a forename's first character; 0 when there is none.</summary>
    public ulong Initial(ReadOnlySpan<byte> initial)
    {
        if (initial.IsEmpty)
            return 0;
        var letter = initial[0] - 'A';
        if (letter is < 0 or >= 26)
            return pseudonymiser.Token(Purpose.ForenameInitial, initial).High;
        ref var token = ref initials[letter];
        return token != 0 ? token : token = pseudonymiser.Token(Purpose.ForenameInitial, initial).High;
    }

    public void Dispose()
    {
        Array.Clear(dates);
        Array.Clear(years);
        Array.Clear(months);
        Array.Clear(days);
        Array.Clear(initials);
        female = male = 0;
        batch.Dispose();
    }

    // A year's dates, hashed together, take the time of some twenty by themselves; among a few thousand people nearly all of them are somebody's. Day 31 of a short month is nobody's.
    private void Fill(Span<ulong> ofYear, int year)
    {
        Span<byte> text = stackalloc byte[DateOfBirth.DigitsLength];
        for (var day = 0; day < ofYear.Length; day++)
        {
            new DateOfBirth((short)year, (byte)((day / DaysOfMonth) + 1), (byte)((day % DaysOfMonth) + 1)).WriteDigits(text);
            ofYear[day] = batch.Add(Purpose.DateOfBirth, text);
        }

        batch.Compute();
        foreach (ref var day in ofYear)
            batch.Take(ref day);
        batch.Clear();
    }

    private ulong TwoDigits(Purpose purpose, ulong[] known, int value)
    {
        if (value == 0)
            return 0;
        if (value >= known.Length)
            return Number(purpose, value, 2);
        ref var token = ref known[value];
        return token != 0 ? token : token = Number(purpose, value, 2);
    }

    private ulong Compute(DateOfBirth date)
    {
        Span<byte> text = stackalloc byte[DateOfBirth.DigitsLength];
        date.WriteDigits(text);
        return pseudonymiser.Token(Purpose.DateOfBirth, text).High;
    }

    private ulong Number(Purpose purpose, int value, int digits)
    {
        Span<byte> text = stackalloc byte[4];
        text = text[..digits];
        Digits(value, text);
        return pseudonymiser.Token(purpose, text).High;
    }

    private static void Digits(int value, Span<byte> text)
    {
        for (var i = text.Length - 1; i >= 0; i--)
        {
            text[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }
}
