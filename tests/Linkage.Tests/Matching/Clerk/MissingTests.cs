using Linkage.Matching.Scoring;

namespace Linkage.Tests.Matching.Clerk;

/// <summary>Fields that are not there say nothing; and when too little is there, nothing is signed.</summary>
[Collection(nameof(ClerkDesk))]
public sealed class MissingTests(ClerkDesk desk)
{
    private static readonly (MatchField Field, Func<Person, Person> Without)[] Fields =
    [
        (MatchField.Surname, p => p with { Surname = "" }),
        (MatchField.Forename, p => p with { Forename = "" }),
        (MatchField.DateOfBirth, p => p with { Born = "" }),
        (MatchField.Sex, p => p with { Sex = "" }),
        (MatchField.Postcode, p => p with { Postcode = "" }),
    ];

    public static TheoryData<int> Everywhere => ClerkDesk.Everywhere;

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void A_missing_field_is_neutral(int among)
    {
        // One typing error, so that each field has a weight of its own: the surname's.
        var patient = ClerkDesk.Whole with { Surname = "Heslingten" };
        var full = desk.Explain(among, patient)!;
        foreach (var (field, without) in Fields)
        {
            var less = desk.Explain(among, without(patient))!;
            Assert.Equal(full.Candidate, less.Candidate);
            Assert.Equal(full.PriorBits, less.PriorBits);
            for (var i = 0; i < MatchLevels.Fields; i++)
            {
                var step = less.Steps[i];
                if (step.Field == field)
                    Assert.Equal(("missing", 0.0), (step.Level, step.Bits));
                else if (step.Field == MatchField.Sex && field == MatchField.Forename)
                    // A forename tells the sex: without one that the sex agrees is news.
                    Assert.True(step.Bits > 0 && full.Steps[i].Bits == 0, Surroundings.All[among].ToString());
                else
                    Assert.Equal((full.Steps[i].Level, full.Steps[i].Bits), (step.Level, step.Bits));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void It_does_not_matter_on_which_side_a_field_is_missing(int among)
    {
        foreach (var (field, without) in Fields)
        {
            using var registry = new TestRegistry(17);
            registry.Add("p1", without(ClerkDesk.Whole));
            Surroundings.All[among].Enrol(registry);
            using var linker = ClerkDesk.Linker(registry);
            var ofFull = linker.Explain(ClerkDesk.Whole.ToIdentity())!;
            var ofLess = linker.Explain(without(ClerkDesk.Whole).ToIdentity())!;
            Assert.Equal("missing", ofFull.Steps[(int)field].Level);
            Assert.Equal(ofFull.Steps, ofLess.Steps);
            Assert.Equal(ofFull.Weight, ofLess.Weight, 9);
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void One_missing_field_and_all_the_rest_equal_is_the_person(int among)
    {
        foreach (var (_, without) in Fields.Where(f => f.Field is not (MatchField.Forename or MatchField.DateOfBirth)))
            desk.Accepts(among, without(ClerkDesk.Whole), "whole");
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Too_little_is_never_signed(int among)
    {
        var (surname, forename, born, sex, postcode) = ("Heslington", "Gwendolen", "1955-10-13", "F", "YO8 9TU");
        Person[] patients =
        [
            new(),
            new(Sex: sex),
            new(Surname: surname),
            new(Forename: forename),
            new(Born: born),
            new(Postcode: postcode),
            new(Surname: surname, Sex: sex),
            new(Forename: forename, Sex: sex),
            new(Born: born, Sex: sex),
            new(Postcode: postcode, Sex: sex),
            new(Surname: surname, Forename: forename),
            new(Surname: surname, Forename: forename, Sex: sex),
            new(Surname: surname, Postcode: postcode),
            new(Forename: forename, Postcode: postcode),
            new(Born: born, Postcode: postcode, Sex: sex),
            new(Surname: surname, Born: "1955"),
            new(Surname: surname, Forename: "G", Born: "1955", Sex: sex),
            new(Surname: surname, Born: born),
            new(Forename: "G", Born: born),
            new(Surname: surname, Forename: "G", Postcode: postcode),
            new(Surname: "H", Forename: "G", Born: born, Sex: sex),
        ];
        foreach (var patient in patients)
            desk.Refuses(among, patient);
    }
}
