using Linkage.Matching;

namespace Linkage.Tests.Matching;

public sealed class ExactKeysTests : IDisposable
{
    private static readonly Person James = new("", "Archer", "James", "1961-03-25", "M", "LS1 4AP");
    private readonly TestRegistry test = new();

    public void Dispose() => test.Dispose();

    [Theory]
    [InlineData("Archer", "James", "1961-03-25", "M", "LS1 4AP", true)]
    [InlineData("ARCHER", "j", "25/03/1961", "1", "ls14ap", true)]
    [InlineData("Archer", "James", "1961-03-25", "M", "LS1 9ZZ", true)]
    [InlineData("Archer", "James", "1961-03-25", "M", "LS1", true)]
    [InlineData("Baker", "James", "1961-03-25", "M", "LS1 4AP", true)]
    [InlineData("", "James", "1961-03-25", "M", "LS1 4AP", true)]
    [InlineData("Archer", "James", "1961-03-25", "F", "LS1 4AP", true)]
    [InlineData("Archer", "James", "1961-03-25", "", "LS1 4AP", true)]
    [InlineData("Archer", "James", "1961-03-26", "M", "LS1 4AP", true)]
    [InlineData("Archer", "James", "1961-04-25", "M", "LS1 4AP", true)]
    [InlineData("Archer", "James", "1961-03", "M", "LS1 4AP", true)]
    [InlineData("Archer", "James", "1961", "M", "LS1 4AP", true)]
    [InlineData("Archer", "James", "1962-03-25", "M", "LS1 4AP", false)]
    [InlineData("Archer", "James", "", "M", "LS1 4AP", false)]
    [InlineData("Archer", "James", "1961-03-25", "M", "", false)]
    [InlineData("Archer", "James", "1961-03-25", "M", "S1 2HE", false)]
    [InlineData("Archer", "J", "1961-03-25", "M", "LS1 9ZZ", false)]
    [InlineData("Baker", "J", "1961-03-25", "M", "LS1 4AP", false)]
    [InlineData("Archer", "", "1961-03-25", "M", "LS1 4AP", false)]
    [InlineData("Archer", "William", "1961-03-25", "M", "LS1 4AP", false)]
    [InlineData("Baker", "James", "1961-03-26", "M", "LS1 4AP", false)]
    public void One_error_is_forgiven_and_the_rest_must_hold(string surname, string forename, string born, string sex, string postcode, bool links)
    {
        test.With("p1", James with { Nhs = Person.TestNhs(1) }).With("p2", new Person(Person.TestNhs(2), "Zimmer", "Zoe", "1950-01-02", "F", "M1 1AA"));
        var decision = test.Link(new Person("", surname, forename, born, sex, postcode));
        Assert.Equal(links ? Outcome.Linked : Outcome.NotAParticipant, decision.Outcome == Outcome.Unidentifiable ? Outcome.NotAParticipant : decision.Outcome);
        Assert.Equal(links ? Tier.ExactKeys : Tier.None, decision.Tier);
        Assert.Equal(links ? 0 : -1, decision.Participant);
    }

    [Fact]
    public void Agreement_is_told_field_by_field()
    {
        test.With("p1", James);
        var decision = test.Link(James with { Surname = "Baker" });
        Assert.Equal(Agreement.Disagree, decision.Surname);
        Assert.Equal(Agreement.Full, decision.Forename);
        Assert.Equal(Agreement.Full, decision.DateOfBirth);
        Assert.Equal(Agreement.Full, decision.Sex);
        Assert.Equal(Agreement.Full, decision.Postcode);
        Assert.Equal(Agreement.NotCompared, decision.NhsNumber);
        decision = test.Link(James with { Forename = "J" });
        Assert.Equal(Agreement.Partial, decision.Forename);
        decision = test.Link(James with { Postcode = "LS1 1AA", Born = "1961-03-25" });
        Assert.Equal(Agreement.Partial, decision.Postcode);
        decision = test.Link(James with { Born = "1961-03-26" });
        Assert.Equal(Agreement.Partial, decision.DateOfBirth);
    }

    [Fact]
    public void A_twin_who_is_no_participant_is_not_linked()
    {
        test.With("p1", James with { Nhs = Person.TestNhs(1) });
        // Of one initial: for a clerk to see. Of another: not even a candidate.
        Assert.Equal(Outcome.Ambiguous, test.Link(James with { Forename = "John" }).Outcome);
        Assert.Equal(Outcome.NotAParticipant, test.Link(James with { Forename = "William" }).Outcome);
        // With a number of his own he is another person.
        Assert.Equal(Outcome.NotAParticipant, test.Link(James with { Forename = "John", Nhs = Person.TestNhs(2) }).Outcome);
        Assert.Equal(Outcome.NotAParticipant, test.Link(James with { Forename = "J", Nhs = Person.TestNhs(2) }).Outcome);
    }

    [Fact]
    public void Twins_who_both_take_part_are_told_by_forename()
    {
        test.With("p1", James).With("p2", James with { Forename = "John" });
        Assert.Equal("p1", test.Linked(James));
        Assert.Equal("p2", test.Linked(James with { Forename = "John" }));
        var initial = test.Link(James with { Forename = "J" });
        Assert.Equal(Outcome.Ambiguous, initial.Outcome);
        Assert.Equal(-1, initial.Candidate);
        Assert.Equal(Outcome.Ambiguous, test.Link(James with { Forename = "Jack" }).Outcome);
    }

    [Fact]
    public void A_father_of_the_same_name_and_address_is_another_person()
    {
        test.With("p1", James);
        Assert.Equal(Outcome.NotAParticipant, test.Link(James with { Born = "1931-07-02" }).Outcome);
        Assert.Equal(Outcome.NotAParticipant, test.Link(James with { Born = "1931-03-25" }).Outcome);
        Assert.Null(test.Linked(James with { Born = "" }));
    }

    [Fact]
    public void Same_year_but_neither_month_nor_day_goes_to_review()
    {
        test.With("p1", James);
        Assert.Equal(Outcome.Ambiguous, test.Link(James with { Born = "1961-07-02" }).Outcome);
        Assert.Equal("p1", test.Linked(James with { Born = "1961-03-07" }));
    }

    [Fact]
    public void Different_numbers_are_different_people_unless_all_else_agrees()
    {
        test.With("p1", James with { Nhs = Person.TestNhs(1) });
        var decision = test.Link(James with { Nhs = Person.TestNhs(2) });
        Assert.Equal(Outcome.Ambiguous, decision.Outcome);
        Assert.Equal(Agreement.Disagree, decision.NhsNumber);
        Assert.Equal(0, decision.Candidate);
        Assert.Equal(Outcome.NotAParticipant, test.Link(James with { Nhs = Person.TestNhs(2), Sex = "" }).Outcome);
        Assert.Equal(Outcome.NotAParticipant, test.Link(James with { Nhs = Person.TestNhs(2), Born = "1961-03-26" }).Outcome);
        Assert.Equal("p1", test.Linked(James with { Nhs = "999 000 0000" }));
    }

    [Fact]
    public void A_number_in_another_row_of_the_participant_counts()
    {
        test.With("p1", James, James with { Nhs = Person.TestNhs(1), Surname = "Former", Postcode = "M1 1AA" });
        Assert.Null(test.Linked(James with { Nhs = Person.TestNhs(2), Forename = "J" }));
        Assert.Equal("p1", test.Linked(James));
        Assert.Equal("p1", test.Linked(James with { Surname = "Former", Postcode = "M1 1AA" }));
    }

    [Fact]
    public void Two_participants_of_one_key_go_to_review()
    {
        test.With("p1", James).With("p2", James with { Sex = "" });
        var decision = test.Link(James);
        Assert.Equal(Outcome.Ambiguous, decision.Outcome);
        Assert.Equal(-1, decision.Candidate);
    }

    [Fact]
    public void A_withdrawn_rival_is_a_rival()
    {
        test.Add("p1", James).Add("p2", James with { Sex = "" }, consent: "withdrawn");
        Assert.Equal(Outcome.Ambiguous, test.Link(James).Outcome);
    }

    [Fact]
    public void A_made_up_person_many_times_is_nobody()
    {
        for (var i = 0; i < 40; i++)
            test.With($"p{i:D2}", James);
        Assert.Equal(Outcome.Ambiguous, test.Link(James).Outcome);
        Assert.Equal(Outcome.Ambiguous, test.Link(James with { Forename = "John" }).Outcome);
        Assert.True(test.Registry.Counts.CrowdedKeys > 0);
    }

    [Fact]
    public void Rows_of_one_participant_are_one_candidate()
    {
        test.With("p1", James, James with { Postcode = "M1 1AA" }, James with { Surname = "Former" }, James with { Born = "1961-03-26" });
        Assert.Equal("p1", test.Linked(James));
    }
}
