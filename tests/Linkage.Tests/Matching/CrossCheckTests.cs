using Linkage.Matching;

namespace Linkage.Tests.Matching;

public sealed class CrossCheckTests : IDisposable
{
    private static readonly Person Anna = new(Person.TestNhs(1), "Archer", "Anna", "1961-03-25", "F", "LS1 4AP");
    private readonly TestRegistry test = new();

    public void Dispose() => test.Dispose();

    [Fact]
    public void Number_and_date_of_birth_suffice()
    {
        test.With("p1", Anna);
        var decision = test.Link(new Person(Anna.Nhs, "Somebody", "Else", "25/03/1961", "M", "ZE1 0AA"));
        Assert.Equal(Outcome.Linked, decision.Outcome);
        Assert.Equal(Tier.CrossCheck, decision.Tier);
        Assert.Equal(0, decision.Participant);
        Assert.Equal(0, decision.Candidate);
        Assert.Equal(Agreement.Full, decision.NhsNumber);
        Assert.Equal(Agreement.Full, decision.DateOfBirth);
        Assert.Equal(Agreement.NotCompared, decision.Surname);
        Assert.True(double.IsNaN(decision.Weight));
    }

    [Theory]
    [InlineData("1962-03-25", true)]
    [InlineData("1961-04-25", true)]
    [InlineData("1961-03-26", true)]
    [InlineData("1961-25-03", true)]
    [InlineData("1961-03", true)]
    [InlineData("1961-04", false)]
    [InlineData("1962-03", false)]
    [InlineData("1962-04-25", false)]
    [InlineData("1961-04-26", false)]
    [InlineData("1962-03-26", false)]
    [InlineData("1962-25-03", false)]
    [InlineData("1950-01-01", false)]
    public void Two_parts_of_the_date_confirm_with_a_name(string born, bool links)
    {
        test.With("p1", Anna);
        var decision = test.Link(Anna with { Born = born });
        Assert.Equal(links ? Outcome.Linked : Outcome.Ambiguous, decision.Outcome);
        Assert.Equal(links ? Agreement.Partial : Agreement.Disagree, decision.DateOfBirth);
        Assert.Equal(links ? 0 : -1, decision.Participant);
        Assert.Equal(0, decision.Candidate);
    }

    [Fact]
    public void Day_and_month_exchanged_count_when_both_are_months()
    {
        test.With("p1", Anna with { Born = "1961-03-05" });
        Assert.Equal("p1", test.Linked(Anna with { Born = "1961-05-03" }));
        Assert.Null(test.Linked(Anna with { Born = "1962-05-03" }));
    }

    [Theory]
    [InlineData("Archer", "Zoe", "M11 1AA", "F", true)]
    [InlineData("Zimmer", "Anna", "M11 1AA", "F", true)]
    [InlineData("Zimmer", "Zoe", "LS1 4AP", "F", true)]
    [InlineData("Zimmer", "Zoe", "M11 1AA", "F", false)]
    [InlineData("Zimmer", "", "", "", false)]
    [InlineData("", "A", "", "", false)]
    [InlineData("Archer", "Zoe", "LS1 4AP", "M", false)]
    [InlineData("", "", "", "M", true)]
    [InlineData("", "", "", "", true)]
    public void A_date_that_agrees_in_part_needs_something_else_that_agrees(string surname, string forename, string postcode, string sex, bool links)
    {
        test.With("p1", Anna);
        var decision = test.Link(new Person(Anna.Nhs, surname, forename, "1961-03-26", sex, postcode));
        Assert.Equal(links ? Outcome.Linked : Outcome.Ambiguous, decision.Outcome);
    }

    [Theory]
    [InlineData("", "Archer", "Anna", "", "", true)]
    [InlineData("1961", "Archer", "Anna", "F", "", true)]
    [InlineData("", "Zimmer", "Anna", "F", "LS1 4AP", true)]
    [InlineData("1962", "Archer", "Anna", "F", "LS1 4AP", false)]
    [InlineData("", "Archer", "Anna", "M", "", false)]
    [InlineData("", "Archer", "A", "F", "LS1 4AP", false)]
    [InlineData("", "Archer", "Zoe", "F", "LS1 4AP", false)]
    [InlineData("", "Archer", "", "F", "LS1 4AP", false)]
    [InlineData("", "", "", "", "", false)]
    [InlineData("1961", "", "", "", "", false)]
    public void Without_a_date_of_birth_names_must_agree(string born, string surname, string forename, string sex, string postcode, bool links)
    {
        test.With("p1", Anna);
        var decision = test.Link(new Person(Anna.Nhs, surname, forename, born, sex, postcode));
        Assert.Equal(links ? Outcome.Linked : Outcome.Ambiguous, decision.Outcome);
        Assert.Equal(Tier.CrossCheck, decision.Tier);
    }

    [Fact]
    public void Any_row_of_the_participant_may_agree()
    {
        test.With("p0", new Person(Person.TestNhs(9), "Other", "Person", "1940-01-02", "M", "AB1 1AA"))
            .With("p1", Anna with { Nhs = "" }, Anna with { Surname = "Baker", Postcode = "M1 1AA", Born = "1961-03-27" }, Anna with { Nhs = Person.TestNhs(2) })
            .With("p2", new Person(Person.TestNhs(8), "Next", "Person", "1940-01-02", "M", "AB1 1AA"));
        Assert.Equal("p1", test.Linked(new Person(Anna.Nhs, Born: "1961-03-25")));
        Assert.Equal("p1", test.Linked(new Person(Anna.Nhs, Born: "1961-03-27")));
        Assert.Equal("p1", test.Linked(new Person(Person.TestNhs(2), Born: "1961-03-27")));
        Assert.Equal("p1", test.Linked(new Person(Anna.Nhs, "Baker", "Anna")));
        Assert.Null(test.Linked(new Person(Anna.Nhs, Born: "1940-01-02")));
    }

    [Fact]
    public void A_number_on_the_wrong_record_never_goes_on_to_another_participant()
    {
        // Everything but the number says p2; the number says p1.
        var other = new Person(Person.TestNhs(2), "Baker", "Bill", "1970-06-07", "M", "S1 2HE");
        test.With("p1", Anna).With("p2", other);
        var decision = test.Link(other with { Nhs = Anna.Nhs });
        Assert.Equal(Outcome.Ambiguous, decision.Outcome);
        Assert.Equal(Tier.CrossCheck, decision.Tier);
        Assert.Equal(-1, decision.Participant);
    }

    [Fact]
    public void A_number_of_two_participants_links_to_neither()
    {
        var twin = Anna with { Forename = "Zoe" };
        test.With("p1", Anna).With("p2", twin).With("p3", Anna with { Born = "1999-09-09" });
        foreach (var patient in new[] { Anna, twin, Anna with { Born = "1999-09-09" } })
        {
            var decision = test.Link(patient);
            Assert.Equal(Outcome.Ambiguous, decision.Outcome);
            Assert.Equal(-1, decision.Participant);
            Assert.Equal(-1, decision.Candidate);
        }
    }

    [Fact]
    public void Who_withdrew_is_never_linked_nor_named()
    {
        test.Add("p1", Anna, consent: "withdrawn").Add("p2", Anna with { Nhs = Person.TestNhs(2), Born = "1970-01-05" }).Add("p2", Anna with { Nhs = Person.TestNhs(2), Born = "1970-01-05" }, consent: "no");
        foreach (var patient in new[] { Anna, Anna with { Born = "1961-03-26" }, Anna with { Born = "" }, Anna with { Nhs = Person.TestNhs(2), Born = "1970-01-05" }, Anna with { Nhs = "" } })
        {
            var decision = test.Link(patient);
            Assert.Equal(Outcome.Withdrawn, decision.Outcome);
            Assert.Equal(-1, decision.Participant);
            Assert.Equal(-1, decision.Candidate);
        }

        var doubtful = test.Link(Anna with { Born = "1990-10-10" });
        Assert.Equal(Outcome.Ambiguous, doubtful.Outcome);
        Assert.Equal(-1, doubtful.Candidate);
    }

    [Theory]
    [InlineData("0000000000")]
    [InlineData("9999999999")]
    [InlineData("1234567890")]
    [InlineData("UNKNOWN")]
    public void Unusable_numbers_find_nobody(string number)
    {
        test.With("p1", Anna with { Nhs = number }).With("p2", new Person(number, "Baker", "Bill", "1970-06-07", "M", "S1 2HE"));
        Assert.Equal(0, test.Registry.Counts.NhsNumbers);
        Assert.Equal(Outcome.Unidentifiable, test.Link(new Person(number, Born: "1961-03-25")).Outcome);
    }

    [Fact]
    public void Outcomes_without_a_match()
    {
        test.With("p1", Anna);
        Assert.Equal(Outcome.NotAParticipant, test.Link(new Person(Person.TestNhs(5), Born: "1961-03-25")).Outcome);
        Assert.Equal(Outcome.NotAParticipant, test.Link(new Person("", "Zimmer", "Zoe", "1961-03-25", "F", "LS1 4AP")).Outcome);
        Assert.Equal(Outcome.Unidentifiable, test.Link(new Person("", "Zimmer", "Zoe", "", "F", "LS1 4AP")).Outcome);
        Assert.Equal(Outcome.Unidentifiable, test.Link(new Person()).Outcome);
    }
}
