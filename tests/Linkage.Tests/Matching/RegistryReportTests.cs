using System.Text;
using Linkage.Matching;

namespace Linkage.Tests.Matching;

public sealed class RegistryReportTests : IDisposable
{
    private static readonly Person Anna = new(Person.TestNhs(1), "Archer", "Anna", "1961-03-25", "F", "LS1 4AP");
    private readonly TestRegistry test = new();

    public void Dispose() => test.Dispose();

    [Fact]
    public void A_clean_file_has_nothing_to_report()
    {
        test.With("p1", Anna, Anna with { Surname = "Former" }).With("p2", Anna with { Nhs = Person.TestNhs(2) });
        Assert.Empty(Issues());
        Assert.Equal(3, test.Report!.Lines);
    }

    [Fact]
    public void Fields_are_reported_by_reason_and_line()
    {
        test.Add("p1", Anna with { Nhs = "1234" })
            .Add("p2", Anna with { Nhs = Anna.Nhs[..9] + (char)('0' + ((Anna.Nhs[9] - '0' + 1) % 10)) })
            .Add("p3", Anna with { Nhs = "000 000 0000" })
            .Add("p4", Anna with { Born = "yesterday" })
            .Add("p5", Anna with { Nhs = Person.TestNhs(5), Born = "1961-02-31" })
            .Add("p6", Anna with { Nhs = Person.TestNhs(6), Postcode = "not a code" })
            .Add("p7", Anna with { Nhs = Person.TestNhs(7), Sex = "?" })
            .Add("p8", Anna with { Nhs = Person.TestNhs(8), Surname = "" })
            .Add("p9", new Person(Surname: "Archer", Sex: "F"))
            .Add("p10", Anna with { Nhs = Person.TestNhs(10) }, consent: "maybe");
        Assert.Equal(
            [
                "UnknownConsent 1: 11", "CannotLink 1: 10", "NhsNumberMalformed 1: 2",
                "NhsNumberBadCheckDigit 1: 3", "NhsNumberSentinel 1: 4", "DateOfBirthMalformed 1: 5",
                "DateOfBirthImplausible 1: 6", "PostcodeUnusable 1: 7", "SexUnusable 1: 8",
            ],
            Issues());
        Assert.Equal(Outcome.Withdrawn, test.Link(Anna with { Nhs = Person.TestNhs(10) }).Outcome);
    }

    [Fact]
    public void A_row_that_only_tier_3_finds_can_link()
    {
        test.Add("p1", new Person(Surname: "Archer", Forename: "Anna")).Add("p2", new Person(Forename: "Anna", Born: "1961-03-25")).Add("p3", new Person(Postcode: "75011 PARIS"))
            .Add("p4", new Person(Born: "1961", Sex: "F")).Add("p5", new Person()).Add("p6", new Person(Forename: "Anna", Postcode: "LS1"));
        // A year, a sex, a district: nothing to find somebody by.
        Assert.Equal(["CannotLink 3: 5 6 7", "PostcodeUnusable 1: 4"], Issues());
    }

    [Fact]
    public void Ids_that_cannot_be_used_leave_the_line_out()
    {
        test.Add("", Anna).Add("  ", Anna).Add("p\t1", Anna).Add(new string('x', 257), Anna).Add("p\uFFFD", Anna).Add(" p1 ", Anna, genome: "G1\u0001").Add("p2", Anna with { Nhs = "" }, sample: new string('s', 16385));
        Assert.Equal(
            ["MissingParticipantId 2: 2 3", "UnusableParticipantId 3: 4 5 6", "ListUnusable 2: 7 8"],
            Issues());
        Assert.Equal("p1", test.Id(0));
        Assert.Equal(2, test.Registry.ParticipantCount);
        Assert.Equal(7, test.Report!.Lines);
    }

    [Fact]
    public void Duplicates_and_conflicts_are_told_apart()
    {
        test.Add("p1", Anna)
            .Add("p1", Anna)
            .Add("p1", Anna with { Surname = "ARCHER" })
            .Add("p1", Anna with { Nhs = Person.TestNhs(2) })
            .Add("p1", Anna with { Born = "1961-03-26" })
            .Add("p2", Anna with { Surname = "Other" }, genome: "G1")
            .Add("p3", Anna with { Nhs = Person.TestNhs(3) }, genome: "G2;G1")
            .Add("p1", Anna);
        Assert.Equal(
            [
                "DuplicateRow 2: 3 9", "NhsNumberShared 2: 2 7", "SeveralNhsNumbers 1: 5",
                "SeveralDatesOfBirth 1: 6", "GenomeIdShared 2: 7 8",
            ],
            Issues());
        Assert.Equal(1, test.Registry.Counts.SharedNhsNumbers);
        Assert.Equal(5, test.Registry.Counts.Rows);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(" Given ", false)]
    [InlineData("ACTIVE", false)]
    [InlineData("yes", false)]
    [InlineData("1", false)]
    [InlineData("withdrawn", true)]
    [InlineData("No", true)]
    [InlineData("0", true)]
    [InlineData("y", true)]
    [InlineData("active!", true)]
    public void Consent_words(string word, bool withdrawn)
    {
        test.Add("p1", Anna, consent: word);
        Assert.Equal(withdrawn ? Outcome.Withdrawn : Outcome.Linked, test.Link(Anna).Outcome);
    }

    [Fact]
    public void One_withdrawn_row_withdraws_the_participant_even_if_it_is_left_out_itself()
    {
        for (var i = 0; i < 300; i++)
            test.Add("p1", Anna with { Surname = $"S{(char)('A' + (i % 26))}{(char)('A' + (i / 26))}" });
        test.Add("p1", Anna with { Surname = "Zuletzt" }, consent: "withdrawn");
        Assert.Equal(Outcome.Withdrawn, test.Link(Anna).Outcome);
        Assert.Equal(45, test.Report![RowIssue.TooManyRows]);
        Assert.Equal(256, test.Registry.Counts.Rows);
    }

    [Fact]
    public void An_unreadable_line_withholds_the_participant_it_names_and_makes_none()
    {
        test.With("p1", Anna);
        test.Builder.AddUnreadable(3, "p1"u8);
        test.Builder.AddUnreadable(4, "p2"u8);
        test.Builder.AddUnreadable(5, default);
        Assert.Equal(["UnreadableLine 3: 3 4 5"], Issues());
        Assert.Equal(1, test.Registry.ParticipantCount);
        Assert.Equal(Outcome.Withdrawn, test.Link(Anna).Outcome);
    }

    [Fact]
    public void The_first_lines_are_listed_in_order_whatever_order_they_were_met_in()
    {
        var report = new RegistryReport();
        foreach (var line in Enumerable.Range(1, 1000).OrderBy(i => i * 7919 % 1009))
            report.Add(RowIssue.DuplicateRow, line);
        var issue = Assert.Single(report.Issues);
        Assert.Equal(1000, issue.Count);
        Assert.Equal(Enumerable.Range(1, 10), issue.Lines);
    }

    [Fact]
    public void Lists_that_outgrow_their_room_are_reported_once()
    {
        for (var i = 0; i < 8; i++)
            test.Add("p1", Anna with { Surname = "S" + (char)('A' + i) }, genome: string.Join(';', Enumerable.Range(i * 1000, 1000).Select(n => $"GENOME{n:D8}")));
        Assert.Equal(["ListUnusable 4: 6 7 8 9"], Issues());
        Assert.StartsWith("GENOME00000000;GENOME00000001;", Encoding.UTF8.GetString(test.Registry.AllGenomeIds[0]), StringComparison.Ordinal);
    }

    private List<string> Issues()
    {
        _ = test.Registry;
        return test.Report!.Issues.Select(i => $"{i.Issue} {i.Count}: {string.Join(' ', i.Lines)}").ToList();
    }
}
