using System.Text;
using Linkage.Identity;

namespace Linkage.Tests.Identity;

public class SexTests
{
    [Theory]
    [InlineData("F", Sex.Female, "F")]
    [InlineData("f", Sex.Female, "F")]
    [InlineData(" F ", Sex.Female, "F")]
    [InlineData("2", Sex.Female, "F")]
    [InlineData("Female", Sex.Female, "F")]
    [InlineData("woman", Sex.Female, "F")]
    [InlineData("M", Sex.Male, "M")]
    [InlineData("1", Sex.Male, "M")]
    [InlineData("MALE", Sex.Male, "M")]
    [InlineData("m.", Sex.Male, "M")]
    [InlineData("X", Sex.Other, "X")]
    [InlineData("I", Sex.Other, "X")]
    [InlineData("9", Sex.Other, "X")]
    [InlineData("Indeterminate", Sex.Other, "X")]
    [InlineData("not specified", Sex.Other, "X")]
    [InlineData("non-binary", Sex.Other, "X")]
    public void Codes(string text, Sex expected, string letter)
    {
        Assert.Equal(FieldState.Present, SexCode.Parse(Encoding.UTF8.GetBytes(text), out var sex));
        Assert.Equal(expected, sex);
        Assert.Equal(letter, Encoding.ASCII.GetString(SexCode.Letter(sex)));
    }

    [Theory]
    [InlineData("", FieldState.Absent)]
    [InlineData(" ", FieldState.Absent)]
    [InlineData("U", FieldState.Absent)]
    [InlineData("0", FieldState.Absent)]
    [InlineData("Unknown", FieldState.Absent)]
    [InlineData("N/K", FieldState.Absent)]
    [InlineData("not known", FieldState.Absent)]
    [InlineData("3", FieldState.Malformed)]
    [InlineData("Q", FieldState.Malformed)]
    [InlineData("femmale", FieldState.Malformed)]
    [InlineData("10", FieldState.Malformed)]
    [InlineData("é", FieldState.Malformed)]
    [InlineData("a word longer than any of these", FieldState.Malformed)]
    public void NothingAndRubbish(string text, FieldState expected)
    {
        Assert.Equal(expected, SexCode.Parse(Encoding.UTF8.GetBytes(text), out var sex));
        Assert.Equal(Sex.Unknown, sex);
        Assert.True(SexCode.Letter(sex).IsEmpty);
    }
}
