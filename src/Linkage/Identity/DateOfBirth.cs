namespace Linkage.Identity;

/// <summary>A date of birth with its precision: 0 for a part not known.</summary>
/// <param name="Year">Year, or 0.</param>
/// <param name="Month">1 to 12, or 0.</param>
/// <param name="Day">1 to 31, or 0.</param>
/// <remarks>
/// Dates that stand for "not known" are absent: 1900-01-01, 1800-01-01 (customary in GP systems), 0001-01-01 and 9999-12-31 (least and
/// greatest of .NET and SQL), 1753-01-01 (least of SQL Server), 1899-12-30 and 1899-12-31 (day zero of spreadsheets), all zeros and
/// all nines. 1901-01-01 and the other masks of UK Biobank are masks of event dates; as dates of birth they are taken as written.
/// </remarks>
public readonly record struct DateOfBirth(short Year, byte Month, byte Day)
{
    /// <summary>Bytes of <see cref="WriteDigits"/>.</summary>
    public const int DigitsLength = 8;

    /// <summary>First year taken for a date.</summary>
    public const int MinYear = 1600;

    /// <summary>Last year taken for a date.</summary>
    public const int MaxYear = 2100;

    /// <summary>Year, month and day all known.</summary>
    public bool IsFull => Year != 0 && Month != 0 && Day != 0;

    /// <summary>Nothing known.</summary>
    public bool IsEmpty => Year == 0;

    /// <summary>Redacted: a date of birth is an identifier.</summary>
    public override string ToString() => "DateOfBirth(redacted)";

    /// <summary>
    /// Parses ISO (full, YYYY-MM, YYYY, with or without a time), compact YYYYMMDD and British DD/MM/YYYY forms; also MM/YYYY, an
    /// English month name (20-JUL-1985), and digits of a time behind YYYYMMDD. Day before month, never after, where the year is last. A
    /// zero month or day is not known. A year of two digits is malformed: it could be two people. A time, and its zone, is ignored: the date is
    /// what was written.
    /// </summary>
    /// <returns>
    /// Present; Absent; Malformed; or Implausible for a day that the calendar has not or a year outside <see cref="MinYear"/> to <see cref="MaxYear"/>.
    /// Implausible dates still give the parts as written, for comparison part by part; they are not a date to hash as one.
    /// </returns>
    public static FieldState Parse(ReadOnlySpan<byte> utf8, out DateOfBirth value)
    {
        value = default;
        var text = Separators.Trim(utf8);
        if (text.IsEmpty)
            return FieldState.Absent;
        var reader = new DateReader(text);
        if (!reader.TryRead(out var year, out var month, out var day))
            return Placeholders.SaysNothing(text) ? FieldState.Absent : FieldState.Malformed;
        return Judge(year, month, day, out value);
    }

    /// <summary>Days since 1970-01-01 of a full date; <see cref="InvalidOperationException"/> when a part is unknown or the calendar has no such day.</summary>
    public int ToEpochDay()
    {
        if (!IsFull || !IsReal(Year, Month, Day))
            throw new InvalidOperationException("only a full date of the calendar has a day number");
        return new DateOnly(Year, Month, Day).DayNumber - new DateOnly(1970, 1, 1).DayNumber;
    }

    /// <summary>Writes YYYYMMDD, zeros for unknown parts, into <see cref="DigitsLength"/> bytes: what is hashed and compared.</summary>
    public void WriteDigits(Span<byte> destination)
    {
        Write(destination[..4], Year);
        Write(destination[4..6], Month);
        Write(destination[6..8], Day);
    }

    private static void Write(Span<byte> destination, int number)
    {
        for (var i = destination.Length - 1; i >= 0; i--, number /= 10)
            destination[i] = (byte)('0' + (number % 10));
    }

    private static FieldState Judge(int year, int month, int day, out DateOfBirth value)
    {
        value = default;
        if (IsNotKnown(year, month, day))
            return FieldState.Absent;
        value = new DateOfBirth((short)year, (byte)month, (byte)day);
        if (year is < MinYear or > MaxYear || month > 12)
            return FieldState.Implausible;
        // A day without its month is not a precision anybody records.
        if (month == 0)
            return day == 0 ? FieldState.Present : FieldState.Implausible;
        return day == 0 || IsReal(year, month, day) ? FieldState.Present : FieldState.Implausible;
    }

    private static bool IsReal(int year, int month, int day) =>
        year is > 0 and < 10000 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);

    private static bool IsNotKnown(int year, int month, int day) => (year, month, day) switch
    {
        (0, 0, 0) or (9999, 99, 99) or (9999, 12, 31) or (9999, 0, 0) or (1, 1, 1) => true,
        (1753, 1, 1) or (1800, 1, 1) or (1899, 12, 30) or (1899, 12, 31) or (1900, 1, 1) => true,
        _ => false,
    };
}
