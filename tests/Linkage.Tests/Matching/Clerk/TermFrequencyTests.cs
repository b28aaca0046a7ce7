using System.Globalization;
using Linkage.Matching;
using Linkage.Matching.Scoring;

namespace Linkage.Tests.Matching.Clerk;

/// <summary>A rare name that agrees says more than a common one.</summary>
public sealed class TermFrequencyTests
{
    [Theory]
    [InlineData(400, 1)]
    [InlineData(3000, 2)]
    [InlineData(3000, 3)]
    public void The_same_agreement_is_enough_for_a_rare_name_only(int others, int seed)
    {
        using var registry = Town(others, seed);
        using var linker = ClerkDesk.Linker(registry);
        foreach (var between in new Func<Person, Person>[] { p => p with { Born = "1961-07-19", Postcode = "" }, p => p with { Born = "1961-07-14", Postcode = "TR18 4AB" } })
        {
            var rare = linker.Link(between(Rare).ToIdentity());
            var common = linker.Link(between(Common).ToIdentity());
            Assert.True(rare.Outcome == Outcome.Linked, $"seed {seed}: {rare.Weight:F2}, {rare.Probability:F4}");
            Assert.True(common.Outcome != Outcome.Linked, $"seed {seed}: {common.Weight:F2}, {common.Probability:F4}");
            Assert.True(rare.Weight > common.Weight + 4, $"seed {seed}: {rare.Weight:F2} and {common.Weight:F2}");
        }

        // All the rest equal as well, and the most common name is enough.
        Assert.Equal("common", registry.Id(linker.Link((Common with { Born = "1961-07-19" }).ToIdentity()).Participant));
    }

    [Theory]
    [InlineData(400, 1)]
    [InlineData(3000, 2)]
    public void Weights_differ_by_how_much_rarer_the_name_is(int others, int seed)
    {
        using var registry = Town(others, seed);
        using var linker = ClerkDesk.Linker(registry);
        var common = linker.Explain(Common.ToIdentity())!;
        var half = linker.Explain(HalfAsCommon.ToIdentity())!;
        var rare = linker.Explain(Rare.ToIdentity())!;
        // Rarity is kept in eighths of a bit.
        var (commons, halves) = (1 + (others / 10), 1 + (others / 20));
        Assert.Equal(Math.Log2((double)commons / halves), Bits(half, MatchField.Surname) - Bits(common, MatchField.Surname), 0.13);
        // A value met once stands for less than one occurrence.
        Assert.True(Bits(rare, MatchField.Surname) - Bits(common, MatchField.Surname) >= Math.Log2(commons) - 0.13, $"seed {seed}");
        Assert.True(Bits(rare, MatchField.Forename) > Bits(common, MatchField.Forename), $"seed {seed}");
    }

    [Fact]
    public void The_rare_value_counts_whichever_side_is_asked()
    {
        using var registry = Town(1000, 4);
        using var linker = ClerkDesk.Linker(registry);
        // A common name mistyped is no rare name: what counts is the participant's.
        var mistyped = linker.Explain((Common with { Surname = "Smyth" }).ToIdentity())!;
        var rare = linker.Explain((Rare with { Surname = "Featherstonehagh" }).ToIdentity())!;
        Assert.True(Bits(rare, MatchField.Surname) > Bits(mistyped, MatchField.Surname) + 1);
    }

    private static readonly Person Common = new("", "Smith", "John", "1961-07-14", "M", "YO8 9TU");
    private static readonly Person HalfAsCommon = new("", "Jones", "Basil", "1959-02-04", "M", "YO9 1DD");
    private static readonly Person Rare = new("", "Featherstonehaugh", "Peregrine", "1961-07-14", "M", "YO7 2AB");

    private static double Bits(Explanation explanation, MatchField field) => explanation.Steps[(int)field].Bits;

    // One in ten is a Smith, one in twenty a Jones, one in eight a John.
    private static TestRegistry Town(int others, int seed)
    {
        var random = new Random(seed);
        var registry = new TestRegistry(29);
        registry.Add("common", Common).Add("half", HalfAsCommon).Add("rare", Rare);
        for (var i = 0; i < others; i++)
        {
            var surname = i % 10 == 0 ? "Smith" : i % 20 == 1 ? "Jones" : $"{(char)('B' + (i % 17))}ar{(char)('b' + (i / 17 % 19))}e{(char)('d' + (i / 323 % 13))}o";
            var forename = i % 8 == 0 ? "John" : i % 8 == 1 ? "Mary" : $"{(char)('K' + (i % 9))}e{(char)('f' + (i % 11))}in";
            registry.Add(
                $"other-{i}",
                new Person("", surname, forename, new DateOnly(1930, 1, 1).AddDays(random.Next(25_000)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), i % 2 == 0 ? "M" : "F", $"LS{1 + (i % 25)} {i % 9}{(char)('A' + (i % 8))}{(char)('P' + (i / 8 % 8))}"));
        }

        return registry;
    }
}
