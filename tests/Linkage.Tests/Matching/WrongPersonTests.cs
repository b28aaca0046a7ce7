using Linkage.Matching;

namespace Linkage.Tests.Matching;

/// <summary>People built to be taken for a participant: family, neighbours and namesakes.</summary>
public sealed class WrongPersonTests : IDisposable
{
    private static readonly Person Emma = new("", "Archer", "Emma", "1961-03-25", "F", "LS1 4AP");
    private readonly TestRegistry test = new();

    public void Dispose() => test.Dispose();

    [Fact]
    public void An_initial_in_another_row_does_not_speak_for_a_twin()
    {
        var elizabeth = Emma with { Forename = "Elizabeth" };
        test.With("p1", elizabeth with { Nhs = Person.TestNhs(1) }, elizabeth with { Forename = "E" });
        Assert.Equal(Outcome.Ambiguous, test.Link(Emma).Outcome);
        // Who gives an initial only contradicts nobody; a name of any row agrees.
        Assert.Equal("p1", test.Linked(Emma with { Forename = "E" }));
        Assert.Equal("p1", test.Linked(elizabeth));
    }

    [Fact]
    public void Rows_in_any_order_contradict_the_twin()
    {
        test.With("p1", Emma with { Forename = "E", Postcode = "M1 1AA" }, Emma with { Forename = "E" }, Emma with { Forename = "Elizabeth", Surname = "Former" });
        Assert.Equal(Outcome.Ambiguous, test.Link(Emma).Outcome);
    }

    [Fact]
    public void A_fathers_number_on_a_son_of_the_same_birthday_goes_to_review()
    {
        var son = new Person(Person.TestNhs(1), "Archer", "James", "1985-03-25", "M", "LS1 4AP");
        test.With("p1", son);
        var father = son with { Forename = "George", Born = "1955-03-25" };
        var decision = test.Link(father);
        Assert.Equal(Outcome.Ambiguous, decision.Outcome);
        Assert.Equal(Agreement.Partial, decision.DateOfBirth);
        Assert.Equal(Outcome.Ambiguous, test.Link(father with { Forename = "" }).Outcome);
        Assert.Equal(Outcome.Ambiguous, test.Link(father with { Forename = "G" }).Outcome);
        // A year mistyped on his own record.
        Assert.Equal("p1", test.Linked(son with { Born = "1955-03-25" }));
        Assert.Equal("p1", test.Linked(son with { Born = "1955-03-25", Forename = "J" }));
        Assert.Equal("p1", test.Linked(new Person(son.Nhs, Born: "1955-03-25")));
    }

    [Fact]
    public void A_spouse_with_the_others_number_goes_to_review()
    {
        test.With("p1", Emma with { Nhs = Person.TestNhs(1) }).With("p2", new Person(Person.TestNhs(2), "Archer", "Adam", "1960-03-25", "M", "LS1 4AP"));
        Assert.Equal(Outcome.Ambiguous, test.Link(new Person(Person.TestNhs(1), "Archer", "Adam", "1960-03-25", "M", "LS1 4AP")).Outcome);
        Assert.Equal(Outcome.Ambiguous, test.Link(Emma with { Nhs = Person.TestNhs(2) }).Outcome);
    }

    [Theory]
    [InlineData("Khan", "Mohammed", "M", "BD3 9ZZ")]
    [InlineData("Ahmed", "Mohammed", "M", "BD3 1AA")]
    [InlineData("Khan", "M", "M", "BD3 1AA")]
    public void The_first_of_January_is_nobodys_own_birthday(string surname, string forename, string sex, string postcode)
    {
        var known = new Person("", "Khan", "Mohammed", "1980-01-01", "M", "BD3 1AA");
        test.With("p1", known).With("p2", new Person("", "Iqbal", "Mohammed", "1980-01-02", "M", "BD3 1AB"));
        Assert.Null(test.Linked(new Person("", surname, forename, "1980-01-01", sex, postcode)));
        // On any other day the same errors are forgiven; with all that is known equal, or with a number, this day is as good.
        Assert.Equal("p1", test.Linked(known));
        Assert.Equal("p2", test.Linked(new Person("", surname == "Khan" ? "Iqbal" : surname, forename, "1980-01-02", sex, postcode == "BD3 1AA" ? "BD3 1AB" : postcode)));
    }

    [Fact]
    public void A_number_and_the_first_of_January_link_in_tier_1()
    {
        test.With("p1", new Person(Person.TestNhs(1), Born: "1980-01-01"));
        var decision = test.Link(new Person(Person.TestNhs(1), Born: "1980-01-01"));
        Assert.Equal((Outcome.Linked, Tier.CrossCheck), (decision.Outcome, decision.Tier));
    }

    [Fact]
    public void A_surname_of_one_letter_is_no_surname()
    {
        test.With("p1", Emma with { Surname = "X" }).With("p2", new Person(Person.TestNhs(2), "X", "Carl", "1970-05-06", "M", "S1 2HE"));
        Assert.Null(test.Linked(Emma with { Surname = "X", Postcode = "LS1 9ZZ" }));
        // By the other fields, as if there were none.
        Assert.Equal("p1", test.Linked(Emma with { Surname = "Archer" }));
        Assert.Equal(Outcome.Ambiguous, test.Link(new Person(Person.TestNhs(2), "X", "Zoe", "1970-05-07", "M", "M1 1AA")).Outcome);
    }

    [Fact]
    public void A_name_of_one_character_that_is_a_whole_name_is_no_initial()
    {
        test.With("p1", Emma with { Surname = "王", Forename = "明" });
        Assert.Equal("p1", test.Linked(Emma with { Surname = "王", Forename = "明" }));
        Assert.Equal(Outcome.Ambiguous, test.Link(Emma with { Surname = "王", Forename = "明华" }).Outcome);
        Assert.Null(test.Linked(Emma with { Surname = "李", Forename = "明", Postcode = "M1 1AA" }));
    }

    [Theory]
    [InlineData("B/O Sarah", "B/O Sarah")]
    [InlineData("Ben", "B/O Sarah")]
    [InlineData("Twin 1", "Twin 2")]
    [InlineData("Baby", "Baby")]
    [InlineData("Steven", "S/O Sarah")]
    [InlineData("🙂", "👍")]
    [InlineData("-", "'")]
    public void Twins_without_names_are_not_linked(string known, string asked)
    {
        var born = new Person("", "Archer", known, "2024-05-06", "M", "LS1 4AP");
        test.With("p1", born);
        Assert.Null(test.Linked(born with { Forename = asked }));
    }

    [Fact]
    public void A_participant_with_two_ids_links_to_neither_by_name_and_never_past_a_withdrawal_of_the_number()
    {
        test.Add("p1", Emma with { Nhs = Person.TestNhs(1) }, consent: "withdrawn").Add("p2", Emma with { Nhs = Person.TestNhs(1) });
        foreach (var patient in new[] { Emma, Emma with { Nhs = Person.TestNhs(1) }, Emma with { Nhs = "999 000 0000" } })
        {
            var decision = test.Link(patient);
            Assert.Equal(Outcome.Ambiguous, decision.Outcome);
            Assert.Equal(-1, decision.Candidate);
        }
    }

    [Fact]
    public void One_id_given_to_two_people_links_to_neither()
    {
        var bill = new Person(Person.TestNhs(2), "Baker", "Bill", "1970-06-07", "M", "S1 2HE");
        var emma = Emma with { Nhs = Person.TestNhs(1) };
        test.With("p1", emma, emma with { Postcode = "M1 1AA" }, bill).With("p2", emma with { Nhs = Person.TestNhs(3), Born = "1950-02-02", Surname = "Cook" });
        foreach (var patient in new[] { emma, bill, emma with { Nhs = "" }, bill with { Nhs = "" }, emma with { Nhs = "", Postcode = "M1 1AA" } })
        {
            var decision = test.Link(patient);
            Assert.Equal((Outcome.Ambiguous, -1), (decision.Outcome, decision.Participant));
        }

        Assert.Equal(1, test.Report![RowIssue.TwoPeople]);
        Assert.Equal("p2", test.Linked(new Person(Person.TestNhs(3), Born: "1950-02-02")));
    }

    [Theory]
    [InlineData("Eric", "1961-03-25", "M")]
    [InlineData("Emma", "1990-07-08", "F")]
    [InlineData("E", "1990-07-08", "F")]
    [InlineData("Zoe", "1961-03-08", "F")]
    [InlineData("Zoe", "", "F")]
    [InlineData("", "1990-07-08", "F")]
    public void A_second_number_with_less_than_that_against_it_is_the_same_person(string forename, string born, string sex)
    {
        var emma = Emma with { Nhs = Person.TestNhs(1) };
        var again = new Person(Person.TestNhs(2), "Archer", forename, born, sex, "LS1 4AP");
        test.With("p1", emma, again);
        Assert.Equal("p1", test.Linked(emma));
        Assert.Equal("p1", test.Linked(again));
        Assert.Equal(0, test.Report![RowIssue.TwoPeople]);
    }

    [Fact]
    public void Ids_that_are_the_rows_own_number_stay_out_of_the_registry()
    {
        var number = Person.TestNhs(1);
        var spaced = $"{number[..3]} {number[3..6]} {number[6..]}";
        test.Add(spaced, Emma with { Nhs = number })
            .Add("p2", Emma with { Nhs = number }, genome: $"g1;{spaced}", questionnaire: "q1", sample: number)
            .Add(Person.TestNhs(3), new Person(Person.TestNhs(2), "Baker", "Bill", "1970-06-07", "M", "S1 2HE"), genome: Person.TestNhs(4));
        Assert.Equal(2, test.Registry.ParticipantCount);
        Assert.Equal((1, 2), (test.Report![RowIssue.IdIsNhsNumber], test.Report[RowIssue.ListHasNhsNumber]));
        Assert.True(test.Registry.GenomeIds[1].IsEmpty);
        Assert.True("q1"u8.SequenceEqual(test.Registry.QuestionnaireIds[1]));
        // Ten digits that are not the row's number are an id like any other.
        Assert.Equal(Person.TestNhs(3), test.Id(0));
        Assert.False(test.Registry.GenomeIds[0].IsEmpty);
    }
}
