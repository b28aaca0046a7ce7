using System.Globalization;
using System.Text;
using Linkage.Identity;

namespace Linkage.Tests.Identity;

public class DateOfBirthTests
{
    [Theory]
    [InlineData("1985-07-20", 1985, 7, 20)]
    [InlineData(" 1985-07-20 ", 1985, 7, 20)]
    [InlineData("1985-7-3", 1985, 7, 3)]
    [InlineData("1985/07/20", 1985, 7, 20)]
    [InlineData("1985.07.20", 1985, 7, 20)]
    [InlineData("1985-07-20T00:00:00", 1985, 7, 20)]
    [InlineData("1985-07-20T23:30:00.000+01:00", 1985, 7, 20)] // as written, whatever the zone
    [InlineData("1985-07-20T00:00:00Z", 1985, 7, 20)]
    [InlineData("1985-07-20 12:00", 1985, 7, 20)]
    [InlineData("19850720", 1985, 7, 20)]
    [InlineData("198507201230", 1985, 7, 20)]
    [InlineData("19850720123059", 1985, 7, 20)]
    [InlineData("20/07/1985", 1985, 7, 20)]
    [InlineData("2/7/1985", 1985, 7, 2)]
    [InlineData("20-07-1985", 1985, 7, 20)]
    [InlineData("20.07.1985", 1985, 7, 20)]
    [InlineData("20 07 1985", 1985, 7, 20)]
    [InlineData("20/07/1985 00:00:00", 1985, 7, 20)]
    [InlineData("20-JUL-1985", 1985, 7, 20)]
    [InlineData("20 July 1985", 1985, 7, 20)]
    [InlineData("20Jul1985", 1985, 7, 20)]
    [InlineData("1 may 1985", 1985, 5, 1)]
    [InlineData("Sep 1985", 1985, 9, 0)]
    [InlineData("07/1985", 1985, 7, 0)]
    [InlineData("1985-07", 1985, 7, 0)]
    [InlineData("1985", 1985, 0, 0)]
    [InlineData("1985-07-00", 1985, 7, 0)]
    [InlineData("1985-00-00", 1985, 0, 0)]
    [InlineData("19850000", 1985, 0, 0)]
    [InlineData("1600-01-01", 1600, 1, 1)]
    [InlineData("1684-11-30", 1684, 11, 30)]
    [InlineData("2100-12-31", 2100, 12, 31)]
    [InlineData("2000-02-29", 2000, 2, 29)]
    [InlineData("1901-01-01", 1901, 1, 1)]
    [InlineData("1900-01-02", 1900, 1, 2)]
    [InlineData("1900", 1900, 0, 0)]
    public void Dates(string text, int year, int month, int day) => Check(text, FieldState.Present, year, month, day);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("//")]
    [InlineData("0000-00-00")]
    [InlineData("00000000")]
    [InlineData("00/00/0000")]
    [InlineData("99999999")]
    [InlineData("9999")]
    [InlineData("9999-12-31")]
    [InlineData("0001-01-01")]
    [InlineData("0001-01-01T00:00:00")]
    [InlineData("1900-01-01")]
    [InlineData("01/01/1900")]
    [InlineData("1800-01-01")]
    [InlineData("1753-01-01")]
    [InlineData("1899-12-30")]
    [InlineData("1899-12-31")]
    [InlineData("UNKNOWN")]
    [InlineData("not known")]
    [InlineData("NULL")]
    [InlineData("NaT")]
    public void NothingIsAbsent(string text) => Check(text, FieldState.Absent, 0, 0, 0);

    [Theory]
    [InlineData("20/07/85")] // whose century?
    [InlineData("2/7/85")]
    [InlineData("850720")]
    [InlineData("198507")] // or 19 August 07
    [InlineData("1985-")]
    [InlineData("1985-07-20X")]
    [InlineData("1985-07-20T")]
    [InlineData("1985-07-20Tnoon")]
    [InlineData("1985-07-20-01")]
    [InlineData("1985-070-20")]
    [InlineData("1985--07-20")]
    [InlineData("1985072")]
    [InlineData("198507200")]
    [InlineData("198507201230591")]
    [InlineData("1985072012305912345")]
    [InlineData("20/July")]
    [InlineData("20-JUX-1985")]
    [InlineData("JULIUS 1985")]
    [InlineData("20/07")]
    [InlineData("20")]
    [InlineData("1985-0७-20")]
    [InlineData("yesterday")]
    public void OtherFormsAreMalformed(string text)
    {
        // A trailing separator is cut off before the form is judged.
        if (text.EndsWith('-'))
            Check(text, FieldState.Present, 1985, 0, 0);
        else
            Check(text, FieldState.Malformed, 0, 0, 0);
    }

    [Theory]
    [InlineData("1985-02-30", 1985, 2, 30)]
    [InlineData("1985-02-29", 1985, 2, 29)]
    [InlineData("1900-02-29", 1900, 2, 29)]
    [InlineData("1985-13-01", 1985, 13, 1)]
    [InlineData("1985-13", 1985, 13, 0)]
    [InlineData("12/31/1985", 1985, 31, 12)] // never read month first
    [InlineData("1985-00-20", 1985, 0, 20)]
    [InlineData("1985-04-31", 1985, 4, 31)]
    [InlineData("1985-04-99", 1985, 4, 99)]
    [InlineData("1599-12-31", 1599, 12, 31)]
    [InlineData("2101-01-01", 2101, 1, 1)]
    [InlineData("0085-07-20", 85, 7, 20)]
    [InlineData("0000-07-20", 0, 7, 20)]
    [InlineData("9999-01-01", 9999, 1, 1)]
    public void ImpossibleDatesAreImplausibleAndKeepTheirParts(string text, int year, int month, int day) =>
        Check(text, FieldState.Implausible, year, month, day);

    [Fact]
    public void EveryDayOfFiveCenturiesIsReadInEveryForm()
    {
        Span<byte> digits = stackalloc byte[DateOfBirth.DigitsLength];
        var epoch = new DateOnly(1970, 1, 1).DayNumber;
        var last = new DateOnly(2100, 12, 31);
        for (var date = new DateOnly(1600, 1, 1); date < last; date = date.AddDays(17))
        {
            foreach (var form in new[] { "yyyy-MM-dd", "yyyyMMdd", "dd/MM/yyyy", "d/M/yyyy", "dd-MMM-yyyy", "d MMMM yyyy" })
            {
                var state = DateOfBirth.Parse(Encoding.ASCII.GetBytes(date.ToString(form, CultureInfo.InvariantCulture)), out var born);
                if (state == FieldState.Absent)
                {
                    Assert.True(date is { Month: 1, Day: 1 } or { Month: 12, Day: > 29 }, $"{date:O}");
                    continue;
                }
                Assert.Equal(FieldState.Present, state);
                Assert.Equal((date.Year, date.Month, date.Day), (born.Year, born.Month, born.Day));
                Assert.True(born.IsFull);
                Assert.Equal(date.DayNumber - epoch, born.ToEpochDay());
                born.WriteDigits(digits);
                Assert.Equal(date.ToString("yyyyMMdd", CultureInfo.InvariantCulture), Encoding.ASCII.GetString(digits));
            }
        }
    }

    [Fact]
    public void OnlyAFullRealDateHasADayNumber()
    {
        Assert.Equal(0, new DateOfBirth(1970, 1, 1).ToEpochDay());
        Assert.Equal(-1, new DateOfBirth(1969, 12, 31).ToEpochDay());
        Assert.Throws<InvalidOperationException>(() => new DateOfBirth(1970, 1, 0).ToEpochDay());
        Assert.Throws<InvalidOperationException>(() => new DateOfBirth(1970, 2, 30).ToEpochDay());
        Assert.Throws<InvalidOperationException>(() => default(DateOfBirth).ToEpochDay());
        Assert.True(default(DateOfBirth).IsEmpty);
    }

    private static void Check(string text, FieldState state, int year, int month, int day)
    {
        Assert.Equal(state, DateOfBirth.Parse(Encoding.UTF8.GetBytes(text), out var born));
        Assert.Equal((year, month, day), (born.Year, born.Month, born.Day));
    }
}
