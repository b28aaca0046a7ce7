using Linkage.Matching;

namespace Linkage.Tests.Matching.Clerk;

/// <summary>Relatives at one address: one of them is the participant, the other must not get the link.</summary>
[Collection(nameof(ClerkDesk))]
public sealed class FamilyTests(ClerkDesk desk)
{
    public static TheoryData<int> Everywhere => ClerkDesk.Everywhere;

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void A_twin_is_somebody_else(int among)
    {
        foreach (var forename in new[] { "Jean", "Jane", "June", "Joy", "Dorothy", "Nora", "Susan", "R" })
        {
            var twin = ClerkDesk.Joan with { Forename = forename };
            desk.Refuses(among, twin);
            desk.Refuses(among, twin with { Postcode = "" });
            desk.Refuses(among, twin with { Sex = "" });
            desk.Refuses(among, twin with { Surname = "Hathersedge" });
            desk.Refuses(among, twin with { Born = "1957-04-32" });
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void A_twin_whose_name_has_the_same_letters_is_somebody_else(int among)
    {
        desk.Refuses(among, ClerkDesk.Amy with { Forename = "May" });
        foreach (var (one, other) in new[] { ("Leon", "Noel"), ("Alice", "Celia"), ("Aidan", "Nadia"), ("Mary", "Myra"), ("Carol", "Coral"), ("Ronald", "Arnold") })
        {
            using var registry = new TestRegistry(5);
            registry.Add("p1", ClerkDesk.Joan with { Forename = one });
            Surroundings.All[among].Enrol(registry);
            using var linker = ClerkDesk.Linker(registry);
            Assert.NotEqual(Outcome.Linked, linker.Link((ClerkDesk.Joan with { Forename = other }).ToIdentity()).Outcome);
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void A_brother_and_a_sister_of_one_birthday_with_like_names_are_two(int among)
    {
        foreach (var forename in new[] { "Paula", "Pauline", "Pauletta", "P" })
        {
            desk.Refuses(among, ClerkDesk.Paul with { Forename = forename, Sex = "F" });
            desk.Refuses(among, ClerkDesk.Paul with { Forename = forename, Sex = "F", Postcode = "YO31 7ZY" });
        }

        // The sex alone is a slip of the pen.
        desk.Accepts(among, ClerkDesk.Paul with { Sex = "F" }, "paul");
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void An_initial_that_fits_two_twins_is_neither(int among)
    {
        desk.Refuses(among, ClerkDesk.Twin1 with { Forename = "P" });
        desk.Refuses(among, ClerkDesk.Twin1 with { Forename = "" });
        desk.Refuses(among, ClerkDesk.Twin1 with { Forename = "P", Surname = "Skeltan" });
        desk.Accepts(among, ClerkDesk.Twin1, "twin-1");
        desk.Accepts(among, ClerkDesk.Twin2, "twin-2");
        desk.Accepts(among, ClerkDesk.Twin2 with { Surname = "Skeltan" }, "twin-2");
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void An_initial_in_another_row_does_not_speak_for_a_twin(int among)
    {
        using var registry = new TestRegistry(9);
        registry.With("p1", ClerkDesk.Joan, ClerkDesk.Joan with { Forename = "J" });
        Surroundings.All[among].Enrol(registry);
        using var linker = ClerkDesk.Linker(registry);
        Assert.NotEqual(Outcome.Linked, linker.Link((ClerkDesk.Joan with { Forename = "Jennifer" }).ToIdentity()).Outcome);
        Assert.Equal(Outcome.Linked, linker.Link(ClerkDesk.Joan.ToIdentity()).Outcome);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void A_father_of_one_name_at_one_address_is_somebody_else(int among)
    {
        // Born in other years; on the same birthday; in the same month; a day off; the digits of the decade one stroke apart.
        foreach (var born in new[] { "1951-11-02", "1958-06-14", "1955-06-14", "1965-06-14", "1955-06-24", "1955-06-15", "1951-06-14", "1955", "1955-06" })
        {
            var father = ClerkDesk.Son with { Born = born };
            desk.Refuses(among, father);
            desk.Refuses(among, father with { Forename = "W" });
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Without_a_date_a_father_and_a_son_of_one_name_cannot_be_told_apart(int among)
    {
        desk.Refuses(among, ClerkDesk.Son with { Born = "" });
        desk.Refuses(among, ClerkDesk.Son with { Born = "", Forename = "Wally" });
        desk.Refuses(among, ClerkDesk.Son with { Born = "", Sex = "" });
        desk.Refuses(among, ClerkDesk.Son with { Born = "", Postcode = "" });
        using var registry = new TestRegistry(13);
        registry.Add("p1", ClerkDesk.Son with { Born = "" });
        Surroundings.All[among].Enrol(registry);
        using var linker = ClerkDesk.Linker(registry);
        Assert.NotEqual(Outcome.Linked, linker.Link(ClerkDesk.Son.ToIdentity()).Outcome);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void A_wrong_digit_in_a_date_is_no_father(int among)
    {
        foreach (var born in new[] { "1985-06-15", "1985-05-14", "1985-06-24", "1985-06-41" })
            desk.Accepts(among, ClerkDesk.Son with { Born = born }, "son");
        // A year off is another person in some families, and a slip of the pen in most: signed for or looked at, never dropped.
        foreach (var born in new[] { "1984-06-14", "1988-06-14" })
        {
            var decision = desk.Decide(among, ClerkDesk.Son with { Born = born });
            Assert.True(decision.Outcome is Outcome.Linked or Outcome.Ambiguous && string.Equals("son", desk[among].Id(decision.Candidate), StringComparison.Ordinal), born);
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void A_partners_number_on_the_record_links_to_nobody_but_the_person(int among)
    {
        // Both are participants, and everything but the number is the one's.
        foreach (var (patient, id) in new[] { (ClerkDesk.Wife with { Nhs = ClerkDesk.Husband.Nhs }, "wife"), (ClerkDesk.Husband with { Nhs = ClerkDesk.Wife.Nhs }, "husband") })
        {
            var decision = desk.Decide(among, patient);
            Assert.True(decision.Outcome == Outcome.Ambiguous || string.Equals(id, desk[among].Id(decision.Participant), StringComparison.Ordinal), desk.About(among, in decision, patient));
        }

        // The one whose number it is is a participant, the other is not.
        var other = new Person(ClerkDesk.Numbered.Nhs, "Bainbridge", "Dorian", "1947-03-02", "M", "YO1 9QL");
        desk.Refuses(among, other);
        desk.Refuses(among, other with { Born = "" });
        desk.Refuses(among, other with { Born = "", Forename = "" });
        desk.Refuses(among, other with { Forename = "" });
    }
}
