using Linkage.Batches;
using Linkage.Identity;
using Linkage.Tables;

namespace Linkage.Tests.Tables;

public class DateMaskTests
{
    private static readonly int Today = Day("2026-06-30");

    [Theory]
    [InlineData("1956-04-09", "2010-03-04", "2010-03-04")]
    [InlineData("1956-04-09", "1957-01-01", "1957-01-01")]
    [InlineData("1956-04-09", null, "1900-01-01")]
    [InlineData("1956-04-09", "1956-04-08", "1901-01-01")]
    [InlineData("1956-04-09", "1700-01-01", "1901-01-01")]
    [InlineData("1956-04-09", "1956-04-09", "1902-02-02")]
    [InlineData("1956-04-09", "1956-04-10", "1903-03-03")]
    [InlineData("1956-04-09", "1956-12-31", "1903-03-03")]
    [InlineData("1956-04-09", "2026-06-30", "2026-06-30")]
    [InlineData("1956-04-09", "2026-07-01", "2037-07-07")]
    [InlineData("1956-04-00", "1956-03-31", "1901-01-01")]
    [InlineData("1956-04-00", "1956-04-01", "1903-03-03")]
    [InlineData("1956-00-00", "1956-01-01", "1903-03-03")]
    [InlineData("1956-00-00", "1955-12-31", "1901-01-01")]
    [InlineData("0000-00-00", "1955-12-31", "1955-12-31")]
    [InlineData("0000-00-00", null, "1900-01-01")]
    [InlineData("0000-00-00", "1700-01-01", "1901-01-01")]
    [InlineData("0000-00-00", "2026-07-01", "2037-07-07")]
    [InlineData("2024-02-29", "2024-02-29", "1902-02-02")]
    public void Special_dates_are_masked_as_UK_Biobank_does(string birth, string? date, string expected)
    {
        var parts = birth.Split('-');
        var dob = new DateOfBirth(short.Parse(parts[0]), byte.Parse(parts[1]), byte.Parse(parts[2]));
        var masked = DateMask.For(Today, dob).Apply(date is null ? ClinicalRecord.NoDate : Day(date));
        Assert.Equal(Day(expected), masked);
    }

    [Fact]
    public void Whatever_the_date_the_masked_one_has_a_year_and_month()
    {
        const int Seed = 7;
        var random = new Random(Seed);
        for (var i = 0; i < 200_000; i++)
        {
            var birth = random.Next(3) switch
            {
                0 => default,
                1 => new DateOfBirth((short)random.Next(1600, 2101), 0, 0),
                _ => new DateOfBirth((short)random.Next(1600, 2101), (byte)random.Next(1, 13), (byte)random.Next(1, 29)),
            };
            var date = random.Next(4) == 0 ? random.Next(int.MinValue, int.MaxValue) : random.Next(-100_000, 100_000);
            var masked = DateMask.For(Today, birth).Apply(date);
            Assert.InRange(masked, CivilDate.FirstDay, CivilDate.EndDay - 1);
            var expected = DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(masked);
            Assert.Equal(expected.Year, CivilDate.Year(masked));
            Assert.Equal((expected.Year * 12) + expected.Month - 1, CivilDate.YearMonth(masked));
        }
    }

    private static int Day(string iso) => DateOnly.Parse(iso, System.Globalization.CultureInfo.InvariantCulture).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
}
