using Linkage.Identity;

namespace Linkage.Tests.Identity;

public class NhsNumberTests
{
    private static readonly string Number = TestNumbers.FirstFrom(TestNumbers.TestRange + 123_456);

    public static TheoryData<string> Separators => new(
        " ", "-", ".", "/", "_", "\t", "  ", " - ", "\u00A0", "\u2009", "\u202F", "\u2007", "\u2010", "\u2011", "\u2013", "\u2014", "\u2212", "\u200B", "\u3000");

    [Theory]
    [MemberData(nameof(Separators))]
    public void SeparatorsBetweenAndAroundDigitsDoNotMatter(string separator)
    {
        var spaced = Number[..3] + separator + Number[3..6] + separator + Number[6..];
        foreach (var text in new[] { spaced, separator + Number, Number + separator, separator + spaced + separator, string.Join(separator, Number.ToCharArray()) })
        {
            Assert.Equal(FieldState.Present, TestNumbers.Parse(text, out var digits));
            Assert.Equal(Number, digits);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("- -")]
    [InlineData("\u00A0")]
    [InlineData("UNKNOWN")]
    [InlineData("N/K")]
    [InlineData("n/a")]
    [InlineData("null")]
    [InlineData("Not known")]
    public void NothingIsAbsent(string text)
    {
        Assert.Equal(FieldState.Absent, TestNumbers.Parse(text, out var digits));
        Assert.Empty(digits);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("ABC")]
    [InlineData("99900O0000")]
    [InlineData("9990000000.0")]
    [InlineData("99900000000")]
    [InlineData("9,99E+09")]
    [InlineData("99900000٣٣")]
    public void WhatIsNotTenDigitsIsMalformed(string text)
    {
        Assert.Equal(FieldState.Malformed, TestNumbers.Parse(text, out var digits));
        Assert.Empty(digits);
    }

    [Fact]
    public void ALostLeadingZeroIsNotGuessed() =>
        Assert.Equal(FieldState.Malformed, TestNumbers.Parse(TestNumbers.FirstFrom(010_170_123)[1..], out _));

    [Fact]
    public void EveryRepeatedDigitIsASentinelAlthoughItPassesModulus11()
    {
        for (var digit = '0'; digit <= '9'; digit++)
        {
            var text = new string(digit, 10);
            Assert.Equal(digit - '0', NhsNumber.CheckDigit(System.Text.Encoding.ASCII.GetBytes(text)));
            Assert.Equal(FieldState.Sentinel, TestNumbers.Parse(text, out var digits));
            Assert.Empty(digits);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RowsOfTheKeyboardAreSentinels(bool upwards)
    {
        var text = string.Concat(Enumerable.Range(0, 10).Select(i => upwards ? i : 9 - i));
        Assert.Equal(FieldState.Sentinel, TestNumbers.Parse(text, out _));
    }

    [Theory]
    [InlineData(010_101_000, FieldState.ChiNumber)]
    [InlineData(311_299_900, FieldState.ChiNumber)]
    [InlineData(290_200_123, FieldState.ChiNumber)] // 29 February 2000
    [InlineData(290_204_123, FieldState.ChiNumber)]
    [InlineData(290_201_123, FieldState.Malformed)] // no such day in 1901 or 2001
    [InlineData(310_499_123, FieldState.Malformed)]
    [InlineData(001_299_123, FieldState.Malformed)]
    [InlineData(151_399_123, FieldState.Malformed)]
    [InlineData(150_099_123, FieldState.Malformed)]
    [InlineData(319_999_900, FieldState.Malformed)]
    [InlineData(320_000_000, FieldState.NorthernIreland)]
    [InlineData(350_101_000, FieldState.NorthernIreland)]
    [InlineData(399_999_980, FieldState.NorthernIreland)]
    [InlineData(400_000_000, FieldState.Present)]
    [InlineData(499_999_980, FieldState.Present)]
    [InlineData(500_000_000, FieldState.Present)]
    [InlineData(600_000_000, FieldState.Present)]
    [InlineData(799_999_980, FieldState.Present)]
    [InlineData(800_000_000, FieldState.Present)]
    [InlineData(999_000_000, FieldState.Present)]
    public void TheRangeDecidesTheState(int firstNine, FieldState expected)
    {
        var number = TestNumbers.FirstFrom(firstNine);
        Assert.Equal(expected, TestNumbers.Parse(number, out var digits));
        Assert.Equal(NhsNumber.IsUsable(expected) ? number : "", digits);
        Assert.Equal(expected is FieldState.Present or FieldState.ChiNumber or FieldState.NorthernIreland, NhsNumber.IsUsable(expected));
    }

    [Fact]
    public void ACheckValueOfTenHasNoValidDigit()
    {
        var nine = Enumerable.Range(TestNumbers.TestRange, 1000).First(n => TestNumbers.WithCheckDigit(n) is null);
        for (var check = 0; check <= 9; check++)
            Assert.Equal(FieldState.BadCheckDigit, TestNumbers.Parse($"{nine}{check}", out _));
    }

    [Fact]
    public void EveryValidNumberOfTheTestRangeIsItself()
    {
        var valid = 0;
        for (var n = TestNumbers.TestRange; n < TestNumbers.TestRange + 999_000; n += 7)
        {
            if (TestNumbers.WithCheckDigit(n) is not { } number)
                continue;
            valid++;
            Assert.Equal(FieldState.Present, TestNumbers.Parse(number, out var digits));
            Assert.Equal(number, digits);
        }
        Assert.InRange(valid, 125_000, 135_000); // ten elevenths of 142,857
    }

    [Fact]
    public void EverySingleWrongDigitIsFound()
    {
        for (var n = TestNumbers.TestRange; n < TestNumbers.TestRange + 999_999; n += 9_973)
        {
            var number = TestNumbers.FirstFrom(n);
            for (var i = 0; i < number.Length; i++)
            {
                for (var digit = '0'; digit <= '9'; digit++)
                {
                    if (digit == number[i])
                        continue;
                    var wrong = number[..i] + digit + number[(i + 1)..];
                    Assert.Equal(FieldState.BadCheckDigit, TestNumbers.Parse(wrong, out _));
                }
            }
        }
    }

    // Weights differ by 1 from place to place, so a swap of neighbours moves the sum by the difference of the digits: never by 11.
    [Fact]
    public void EverySwapOfNeighboursIsFound()
    {
        for (var n = TestNumbers.TestRange; n < TestNumbers.TestRange + 999_999; n += 997)
        {
            var number = TestNumbers.FirstFrom(n);
            for (var i = 0; i < number.Length - 1; i++)
            {
                if (number[i] == number[i + 1])
                    continue;
                var swapped = number[..i] + number[i + 1] + number[i] + number[(i + 2)..];
                Assert.Equal(FieldState.BadCheckDigit, TestNumbers.Parse(swapped, out _));
            }
        }
    }
}
