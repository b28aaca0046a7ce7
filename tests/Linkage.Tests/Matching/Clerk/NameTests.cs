using Linkage.Matching;

namespace Linkage.Tests.Matching.Clerk;

/// <summary>Names written otherwise by one person, and like names of two.</summary>
[Collection(nameof(ClerkDesk))]
public sealed class NameTests(ClerkDesk desk)
{
    public static TheoryData<int> Everywhere => ClerkDesk.Everywhere;

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Exchanged_names_are_the_person(int among)
    {
        var exchanged = ClerkDesk.Whole with { Surname = "Gwendolen", Forename = "Heslington" };
        desk.Accepts(among, exchanged, "whole");
        desk.Accepts(among, exchanged with { Postcode = "" }, "whole");
        desk.Accepts(among, exchanged with { Born = "1955-10-31" }, "whole");
        desk.Accepts(among, exchanged with { Forename = "Heslingten" }, "whole");
        // That they were exchanged does not make up for another date, nor for nothing else.
        desk.Refuses(among, exchanged with { Born = "1931-02-20" });
        desk.Refuses(among, exchanged with { Born = "", Postcode = "" });
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Errors_of_hearing_and_typing_are_the_person(int among)
    {
        var whole = ClerkDesk.Whole;
        foreach (var surname in new[] { "Heslingten", "Helsington", "Heslingtonn", "Eslington", "Brown", "Heslington-Brown" })
            desk.Accepts(among, whole with { Surname = surname }, "whole");
        foreach (var forename in new[] { "Gwen", "Gwendolyn", "Gwendoeln", "Gwemdolen", "G" })
            desk.Accepts(among, whole with { Forename = forename }, "whole");
        desk.Accepts(among, whole with { Forename = "Gwen", Surname = "Heslingten" }, "whole");
        foreach (var born in new[] { "1955-10-31", "1955-10-14", "1955-01-13" })
            desk.Accepts(among, whole with { Born = born }, "whole");
        // A move.
        desk.Accepts(among, whole with { Postcode = "TR18 4AB" }, "whole");
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Married_and_moved_at_once_is_not_signed_for(int among) => desk.Refuses(among, ClerkDesk.Whole with { Surname = "Brown", Postcode = "TR18 4AB" });

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void A_second_forename_used_as_the_first_is_the_person(int among)
    {
        using var registry = new TestRegistry(3);
        registry.Add("p1", ClerkDesk.Whole with { Others = "Philippa Ruth" });
        Surroundings.All[among].Enrol(registry);
        using var linker = ClerkDesk.Linker(registry);
        var decision = linker.Link((ClerkDesk.Whole with { Forename = "Philippa", Others = "" }).ToIdentity());
        // Among a handful a relative named for the other is not much less likely.
        Assert.True(decision.Outcome == Outcome.Linked || (decision.Outcome == Outcome.Ambiguous && Surroundings.All[among].People == 0), $"{Surroundings.All[among]}: weight {decision.Weight:F2}");
        Assert.True(string.Equals("p1", registry.Id(decision.Candidate), StringComparison.Ordinal), Surroundings.All[among].ToString());
    }
}
