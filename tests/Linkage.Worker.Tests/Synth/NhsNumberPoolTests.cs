using System.Globalization;
using Linkage.Worker.Synth;

namespace Linkage.Worker.Tests.Synth;

public class NhsNumberPoolTests
{
    [Fact]
    public void All_of_the_test_range_comes_first_and_then_prefixes_that_were_never_issued()
    {
        const int Capacity = 950_000;
        var pool = new NhsNumberPool(seed: 1, Capacity);
        var numbers = new long[Capacity];
        for (var i = 0; i < Capacity; i++)
        {
            numbers[i] = pool[i];
        }

        var inTestRange = numbers.Count(number => number >= 9_990_000_000);
        Assert.InRange(inTestRange, 909_000, 909_100);
        Assert.All(numbers[..inTestRange], number => Assert.InRange(number, 9_990_000_000, 9_999_999_998));
        Assert.All(numbers[inTestRange..], number => Assert.InRange(number, 9_980_000_000, 9_989_999_999));
        Assert.Equal(Capacity, numbers.Distinct().Count());
        Assert.All(numbers.Where((_, i) => i % 97 == 0), number => Assert.True(Recount.IsValidNhsNumber(number.ToString(CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void A_seed_is_an_order_of_its_own()
    {
        var (one, same, other) = (new NhsNumberPool(1, 100), new NhsNumberPool(1, 100), new NhsNumberPool(2, 100));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => one[i]), Enumerable.Range(0, 100).Select(i => same[i]));
        Assert.NotEqual(Enumerable.Range(0, 100).Select(i => one[i]), Enumerable.Range(0, 100).Select(i => other[i]));
    }

    [Theory]
    [InlineData(999_000_000, 10)]
    [InlineData(999_000_001, 8)]
    [InlineData(999_000_010, 7)]
    [InlineData(999_123_457, 8)]
    [InlineData(999_999_999, 9)]
    public void Check_digits_are_modulus_11(int stem, int check)
    {
        // By hand: 999 000 001 weighs 9·(10+9+8) + 1·2 = 245, which is 3 above a multiple of 11; 11 − 3 = 8.
        Assert.Equal(check, NhsNumberPool.CheckDigit(stem));
    }
}
