using Linkage.Matching;

namespace Linkage.Tests.Matching.Clerk;

/// <summary>Values no form would take, on both sides: compared as they are.</summary>
[Collection(nameof(ClerkDesk))]
public sealed class OddDataTests(ClerkDesk desk)
{
    public static TheoryData<int> Everywhere => ClerkDesk.Everywhere;

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Births_of_other_centuries_are_dates(int among)
    {
        desk.Accepts(among, ClerkDesk.Old, "old");
        Assert.Equal(Tier.Scored, desk.Accepts(among, ClerkDesk.Old with { Surname = "Thislewood", Postcode = "YO41 8RB" }, "old").Tier);
        Assert.Equal(Agreement.Partial, desk.Accepts(among, ClerkDesk.Old with { Born = "1643-05-21" }, "old").DateOfBirth);
        desk.Refuses(among, ClerkDesk.Old with { Born = "1710-11-30" });
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Equal_days_that_no_calendar_has_agree(int among)
    {
        desk.Accepts(among, ClerkDesk.Impossible, "impossible");
        var decision = desk.Accepts(among, ClerkDesk.Impossible with { Surname = "Cawthorn" }, "impossible");
        Assert.Equal((Tier.Scored, Agreement.Full), (decision.Tier, decision.DateOfBirth));
        desk.Accepts(among, ClerkDesk.Impossible with { Postcode = "" }, "impossible");
        var near = desk.Accepts(among, ClerkDesk.Impossible with { Born = "1958-02-21" }, "impossible");
        Assert.Equal(Agreement.Partial, near.DateOfBirth);
        desk.Refuses(among, ClerkDesk.Impossible with { Born = "1936-09-31" });
        // Such a day tells a father from a son like any other.
        desk.Refuses(among, ClerkDesk.Impossible with { Born = "1928-02-31" });
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Codes_of_other_shapes_are_compared_as_they_are(int among)
    {
        var abroad = ClerkDesk.Abroad with { Surname = "Brandretth" };
        Assert.Equal(Agreement.Full, desk.Accepts(among, abroad, "abroad").Postcode);
        Assert.Equal(Agreement.Full, desk.Accepts(among, abroad with { Postcode = "75011 paris" }, "abroad").Postcode);
        Assert.NotEqual(Agreement.Full, desk.Decide(among, abroad with { Postcode = "75012 PARIS" }).Postcode);
        Assert.Equal(Agreement.Disagree, desk.Decide(among, abroad with { Postcode = "10115 BERLIN" }).Postcode);
        Assert.Equal(Agreement.NotCompared, desk.Decide(among, abroad with { Postcode = "" }).Postcode);
    }
}
