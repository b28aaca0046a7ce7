namespace Linkage.Tests.Matching.Clerk;

/// <summary>NHS numbers that contradict the rest, and numbers of two kinds.</summary>
[Collection(nameof(ClerkDesk))]
public sealed class NumberTests(ClerkDesk desk)
{
    private static readonly string Another = Person.TestNhs(400_001);

    public static TheoryData<int> Everywhere => ClerkDesk.Everywhere;

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Another_number_is_another_person_unless_all_the_rest_is_equal(int among)
    {
        var numbered = ClerkDesk.Numbered with { Nhs = Another };
        desk.Accepts(among, numbered, "numbered");
        desk.Accepts(among, numbered with { Surname = "Brown" } with { Nhs = "" }, "numbered");
        desk.Refuses(among, numbered with { Forename = "Harriett" });
        desk.Refuses(among, numbered with { Forename = "" });
        desk.Refuses(among, numbered with { Born = "1949-08-12", Surname = "Brown" });
        desk.Refuses(among, numbered with { Born = "" });
        desk.Refuses(among, numbered with { Sex = "M" });
        desk.Refuses(among, numbered with { Surname = "Brown" });
        desk.Refuses(among, numbered with { Postcode = "TR18 4AB" });
        desk.Refuses(among, numbered with { Postcode = "", Sex = "" });
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Numbers_of_two_kinds_do_not_contradict_each_other(int among)
    {
        desk.Accepts(among, ClerkDesk.Scot with { Nhs = Another, Surname = "Auchterloney" }, "scot");
        desk.Accepts(among, ClerkDesk.Scot with { Nhs = Another, Forename = "Dunkan" }, "scot");
        // Two of one kind do.
        desk.Refuses(among, ClerkDesk.Scot with { Nhs = ChiNumber("020202000"), Forename = "Dunkan" });
        desk.Accepts(among, ClerkDesk.Scot with { Surname = "Brown", Postcode = "" }, "scot");
    }

    // A made-up number of the shape of Scotland's: six digits of a date, three, and the check digit.
    internal static string ChiNumber(string nine) => nine + (char)('0' + Linkage.Identity.NhsNumber.CheckDigit(System.Text.Encoding.ASCII.GetBytes(nine + "0")));
}
