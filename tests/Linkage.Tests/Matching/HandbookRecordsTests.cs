using System.Globalization;
using System.Text;
using Linkage.Identity;
using Linkage.Matching;
using Linkage.Matching.Scoring;

namespace Linkage.Tests.Matching;

/// <summary>docs/person-id-handbook.md: the worked examples as wholes, through all our tiers.</summary>
public sealed class HandbookRecordsTests
{
    private const string Born = "1992-01-01";
    private const string Sex = "1";
    private const string Home = "SW1A 2AA";

    [Fact]
    public void We_decide_as_the_page_states()
    {
        var examples = Read();
        Assert.Equal([1, 2, 3], examples.Select(static e => e.Count()));
        foreach (var example in examples)
        {
            var candidates = example.ToList();
            using var registry = new TestRegistry();
            Enrol(registry, candidates);
            using var linker = new Linker(registry.Registry, registry.Pseudonymiser, MatchModel.Default);
            var decision = linker.Link(Patient(example.Key));
            var best = decision.Candidate < 0 ? null : registry.Id(decision.Candidate);
            for (var i = 0; i < candidates.Count; i++)
            {
                var here = !string.Equals(best, Id(i), StringComparison.Ordinal) ? "not linked" : decision.Outcome == Outcome.Linked ? "linked" : "review";
                Assert.Equal($"{candidates[i].Candidate}: {candidates[i].Here}", $"{candidates[i].Candidate}: {here}");
            }
        }
    }

    [Fact]
    public void The_handbooks_rules_give_the_scores_the_page_quotes()
    {
        foreach (var row in Read().SelectMany(static e => e))
        {
            var query = Names(row.Query);
            var candidate = Names(row.Candidate);
            var other = HandbookExample.Other(query.Forename);
            Assert.Equal(row.Given, Rounded(HandbookScore.JaroWinkler(HandbookExample.First(query.Forename), HandbookExample.First(candidate.Forename))));
            Assert.Equal(row.Other, other.Length == 0 ? "" : Rounded(HandbookScore.JaroWinkler(other, HandbookExample.Other(candidate.Forename))));
            Assert.Equal(row.Family, Rounded(HandbookScore.JaroWinkler(query.Surname, candidate.Surname)));

            // The rest agrees. The handbook rounds means now up, now down.
            var mean = ((string[])[row.Given, row.Other, row.Family, "100", "100", "100"]).Where(static s => s.Length > 0).Average(static s => int.Parse(s, CultureInfo.InvariantCulture));
            Assert.InRange(int.Parse(row.Mean, CultureInfo.InvariantCulture), mean - 1, mean + 1);
        }
    }

    private static string Rounded(double score) => Math.Round(100 * score, MidpointRounding.AwayFromZero).ToString(CultureInfo.InvariantCulture);

    private static string Id(int candidate) => $"candidate-{candidate}";

    // Among 500 others: how common a value is counts.
    private static void Enrol(TestRegistry registry, List<Row> candidates)
    {
        var line = 1;
        for (var i = 0; i < candidates.Count; i++)
        {
            var names = Names(candidates[i].Candidate);
            registry.Builder.Add(new ParticipantRow
            {
                Line = ++line,
                ParticipantId = Encoding.UTF8.GetBytes(Id(i)),
                Surname = Encoding.UTF8.GetBytes(names.Surname),
                Forename = Encoding.UTF8.GetBytes(HandbookExample.First(names.Forename)),
                OtherForenames = Encoding.UTF8.GetBytes(HandbookExample.Other(names.Forename)),
                DateOfBirth = Encoding.UTF8.GetBytes(Born),
                Sex = Encoding.UTF8.GetBytes(Sex),
                Postcode = Encoding.UTF8.GetBytes(Home),
            });
        }

        for (var i = 0; i < 500; i++)
        {
            var other = new Person("", $"{(char)('A' + (i % 23))}OR{(char)('A' + (i % 19))}EN", $"{(char)('A' + (i % 17))}ER{(char)('A' + (i % 13))}Y", $"{1950 + (i % 50)}-{1 + (i % 12):D2}-{1 + (i % 28):D2}", "F", $"LS{1 + (i % 20)} {i % 10}AB");
            registry.Builder.Add(other.ToRow(++line, $"other-{i}"));
        }
    }

    private static PersonIdentity Patient(string person)
    {
        var names = Names(person);
        var identity = new PersonIdentity();
        identity.Set(
            [],
            Encoding.UTF8.GetBytes(names.Surname),
            Encoding.UTF8.GetBytes(HandbookExample.First(names.Forename)),
            Encoding.UTF8.GetBytes(HandbookExample.Other(names.Forename)),
            Encoding.UTF8.GetBytes(Born),
            Encoding.UTF8.GetBytes(Sex),
            Encoding.UTF8.GetBytes(Home));
        return identity;
    }

    // "John (other: Adams), Smith".
    private static (string Forename, string Surname) Names(string person) => person.Split(", ") is [var forename, var surname] ? (forename, surname) : throw new FormatException(person);

    private static List<IGrouping<string, Row>> Read() =>
        HandbookPage.Rows("record")
            .Select(static cells => new Row(cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[8]))
            .GroupBy(static row => row.Query, StringComparer.Ordinal)
            .ToList();

    private sealed record Row(string Query, string Candidate, string Given, string Other, string Family, string Mean, string Here);
}
