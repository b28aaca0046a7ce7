namespace Linkage.Worker.Synth;

/// <summary>The feed's own time: three extracts of every practice, and no other clock. Days count from 1970-01-01.</summary>
internal static class Calendar
{
    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;

    /// <summary>Last days of the reporting periods, in the order the extracts are sent.</summary>
    public static readonly int[] PeriodEnds = [Day(2023, 9, 30), Day(2023, 12, 31), Day(2024, 3, 31)];

    /// <summary>Days of history an extract holds: 30 years.</summary>
    public const int HistoryDays = 10_957;

    /// <summary>Days since 1970-01-01.</summary>
    public static int Day(int year, int month, int day) => new DateOnly(year, month, day).DayNumber - Epoch;

    /// <summary>The date of a day number.</summary>
    public static DateOnly Date(int epochDay) => DateOnly.FromDayNumber(epochDay + Epoch);

    /// <summary>Reporting period as YYYYMMDD.</summary>
    public static int PeriodStamp(int period)
    {
        var date = Date(PeriodEnds[period]);
        return (date.Year * 10_000) + (date.Month * 100) + date.Day;
    }
}
