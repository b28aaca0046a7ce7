using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Linkage.Parquet.Columns;
using Linkage.Parquet.Format;

namespace Linkage.Parquet.Tests;

/// <summary>Minima and maxima by the format's rules.</summary>
public sealed class BoundsTests
{
    [Fact]
    public void Doubles_leave_nan_out_and_state_zero_as_the_wider_one()
    {
        Assert.Null(Doubles());
        Assert.Null(Doubles(double.NaN, -double.NaN));
        Assert.Equal((-1.5, 2.0), Doubles(double.NaN, 2, -1.5, double.NaN));
        Assert.Equal((double.NegativeInfinity, double.PositiveInfinity), Doubles(0, double.PositiveInfinity, double.NegativeInfinity));
        Assert.Equal((double.PositiveInfinity, double.PositiveInfinity), Doubles(double.NaN, double.PositiveInfinity));
        Assert.Equal((double.NegativeInfinity, double.NegativeInfinity), Doubles(double.NegativeInfinity));
        foreach (double zero in (double[])[0.0, -0.0])
        {
            (double min, double max) = Doubles(zero)!.Value;
            Assert.True(double.IsNegative(min) && min == 0, "a zero minimum is −0");
            Assert.True(!double.IsNegative(max) && max == 0, "a zero maximum is +0");
        }
    }

    [Fact]
    public void Integers_are_signed()
    {
        Assert.Null(Int32Type.Bounds([]));
        Assert.Equal((int.MinValue, int.MaxValue), Int32Type.Bounds([0, int.MaxValue, int.MinValue, 7]));
        Assert.Equal((long.MinValue, -1), Int64Type.Bounds([-1, long.MinValue]));
    }

    [Fact]
    public void Strings_up_to_64_bytes_are_stated_in_full()
    {
        string longest = new('y', 64);
        Stated stated = State("b", longest, "", "x");
        Assert.Equal(("", true, longest, true), (stated.Min, stated.MinExact, stated.Max, stated.MaxExact));
    }

    [Theory]
    [InlineData("a", 65, "b")]
    [InlineData("é", 33, "ê")]
    [InlineData("\uD7FF", 30, "\uE000")]
    [InlineData("\U0001F600", 17, "\U0001F601")]
    public void Longer_strings_are_cut_at_a_character_and_raised(string character, int times, string next)
    {
        string text = string.Concat(Enumerable.Repeat(character, times));
        Stated stated = State(text);
        int kept = 64 / Encoding.UTF8.GetByteCount(character);
        Assert.Equal((string.Concat(Enumerable.Repeat(character, kept)), false), (stated.Min, stated.MinExact));
        Assert.Equal((string.Concat(Enumerable.Repeat(character, kept - 1)) + next, false), (stated.Max, stated.MaxExact));
    }

    [Fact]
    public void A_maximum_that_nothing_can_exceed_is_not_stated()
    {
        Stated stated = State(string.Concat(Enumerable.Repeat("\U0010FFFF", 20)));
        Assert.Null(stated.Max);
        Assert.NotNull(stated.Min);
    }

    [Fact]
    public void Last_characters_that_cannot_be_raised_are_dropped()
    {
        // U+007F would need a second byte, U+10FFFF has no successor: the 'a' before them goes up.
        Stated stated = State("a\u007F" + string.Concat(Enumerable.Repeat("\U0010FFFF", 20)));
        Assert.Equal("b", stated.Max);
    }

    [Fact]
    public void Stated_bounds_enclose_every_value_and_are_text()
    {
        Gen<string> texts = Gen.Elements("a", "z", "é", "漢", "\U0010FFFF", "\u007F", "\uFFFF", "\0", "\U0001F600")
            .NonEmptyListOf().Select(parts => string.Concat(parts.Concat(parts).Concat(parts)));
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(texts.NonEmptyListOf().ToArbitrary(), values =>
        {
            Stated stated = State([.. values]);
            byte[][] all = [.. values.Select(Encoding.UTF8.GetBytes)];
            byte[] min = Encoding.UTF8.GetBytes(stated.Min!);
            Assert.InRange(min.Length, 0, 64);
            Assert.All(all, value => Assert.True(min.AsSpan().SequenceCompareTo(value) <= 0, "the minimum is above a value"));
            Assert.Equal(stated.MinExact, all.Any(value => value.AsSpan().SequenceEqual(min)));
            if (stated.Max is null)
                return;
            byte[] max = Encoding.UTF8.GetBytes(stated.Max);
            Assert.InRange(max.Length, 1, 64);
            Assert.All(all, value => Assert.True(max.AsSpan().SequenceCompareTo(value) >= 0, "the maximum is below a value"));
            Assert.Equal(stated.MaxExact, all.Any(value => value.AsSpan().SequenceEqual(max)));
        }));
    }

    private static (double Min, double Max)? Doubles(params double[] values) =>
        DoubleType.Bounds([.. values.Select(BitConverter.DoubleToInt64Bits)]) is { } bounds
            ? (BitConverter.Int64BitsToDouble(bounds.Min), BitConverter.Int64BitsToDouble(bounds.Max))
            : null;

    private static Stated State(params string[] values)
    {
        ByteBuffer store = new();
        store.Write("before"u8);
        StringBounds bounds = default;
        foreach (string value in values)
            bounds.Add(Encoding.UTF8.GetBytes(value));
        ChunkBounds stated = bounds.State(store);
        return new Stated(
            stated.HasMin ? Strict(store.Written.Slice((int)stated.Min, stated.MinLength)) : null,
            stated.MinExact,
            stated.HasMax ? Strict(store.Written.Slice((int)stated.Max, stated.MaxLength)) : null,
            stated.MaxExact);
    }

    private static string Strict(ReadOnlySpan<byte> bytes) => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);

    private sealed record Stated(string? Min, bool MinExact, string? Max, bool MaxExact);
}
