using System.Globalization;

namespace Linkage.Batches;

/// <summary>Calendar dates of JSON batches, <c>2010-03-04</c>, as days since 1970-01-01.</summary>
internal static class CalendarDay
{
    /// <summary>Bytes of a date.</summary>
    public const int Length = 10;

    /// <summary>0001-01-01.</summary>
    public const int First = -719_162;

    /// <summary>9999-12-31.</summary>
    public const int Last = 2_932_896;

    private const string Form = "yyyy-MM-dd";

    /// <summary>Reads a date that exists.</summary>
    public static bool TryParse(ReadOnlySpan<byte> iso, out int days)
    {
        Span<char> text = stackalloc char[Length];
        days = 0;
        if (iso.Length != Length || System.Text.Encoding.ASCII.GetChars(iso, text) != Length
            || !DateOnly.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return false;
        }

        days = date.DayNumber + First;
        return true;
    }

    /// <summary>Writes a date from <see cref="First"/> to <see cref="Last"/>.</summary>
    public static void Write(int days, Span<byte> iso) =>
        DateOnly.FromDayNumber(days - First).TryFormat(iso, out _, Form, CultureInfo.InvariantCulture);
}
