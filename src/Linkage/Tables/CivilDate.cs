namespace Linkage.Tables;

/// <summary>Days since 1970-01-01 to year and month, by table: called for every row.</summary>
public static class CivilDate
{
    /// <summary>First day of the table: 1800-01-01.</summary>
    public const int FirstDay = -62091;

    /// <summary>Day after the last of the table: 2200-01-01.</summary>
    public const int EndDay = 84006;

    private static readonly ushort[] Months = Build();

    /// <summary>Year of a day between <see cref="FirstDay"/> and <see cref="EndDay"/>.</summary>
    public static int Year(int epochDay) => YearMonth(epochDay) / 12;

    /// <summary>Year × 12 + month − 1 of such a day.</summary>
    public static int YearMonth(int epochDay) => Months[epochDay - FirstDay];

    /// <summary>Days since 1970-01-01 of a date.</summary>
    public static int EpochDay(int year, int month, int day) => new DateOnly(year, month, day).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    private static ushort[] Build()
    {
        var months = new ushort[EndDay - FirstDay];
        var epoch = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        for (var i = 0; i < months.Length; i++)
        {
            var date = DateOnly.FromDayNumber(epoch + FirstDay + i);
            months[i] = (ushort)((date.Year * 12) + date.Month - 1);
        }

        return months;
    }
}
