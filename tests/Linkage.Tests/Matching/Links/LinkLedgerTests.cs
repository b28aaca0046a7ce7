using Linkage.Identity;
using Linkage.Matching;
using Linkage.Matching.Links;
using Linkage.Pseudonyms;
using Linkage.Testing;

namespace Linkage.Tests.Matching.Links;

[Collection(nameof(AllocationsCounted))]
public sealed class LinkLedgerTests : IDisposable
{
    private const int Stays = 0;
    private const int Other = 1;
    private const int Withdrawn = 2;
    private static readonly Token Key = new(0x0123456789ABCDEF, 0xFEDCBA9876543210);
    private readonly TestRegistry test = new();
    private readonly LinkLedger ledger;
    private int offset;

    public LinkLedgerTests()
    {
        test.With("p0", new Person(Person.TestNhs(0), Born: "1960-01-02")).With("p1", new Person(Person.TestNhs(1), Born: "1961-01-02"));
        test.Add("p2", new Person(Person.TestNhs(2), Born: "1962-01-02"), consent: "withdrawn");
        ledger = new LinkLedger(test.Registry);
    }

    public void Dispose() => test.Dispose();

    [Fact]
    public void The_first_link_is_new_and_the_same_again_confirms_it()
    {
        Assert.Equal(LinkVerdict.Without(LinkFinding.New), Judge(Link(Stays, Tier.ExactKeys)));
        Assert.Equal(LinkVerdict.Without(LinkFinding.Confirmed), Judge(Link(Stays, Tier.ExactKeys)));
        Assert.Equal(1, ledger.Count);
        Assert.Equal(LinkFinding.New, Assert.Single(ledger.Take().ToArray()).Finding);
    }

    [Fact]
    public void Stronger_evidence_is_remembered_and_weaker_is_not()
    {
        Judge(Link(Stays, Tier.Scored, 20));
        Assert.Equal(LinkFinding.Confirmed, Judge(Link(Stays, Tier.Scored, 20 + LinkStrength.MarginBits)).Finding);
        AssertEqual(new(LinkFinding.Strengthened, -1, new(Tier.Scored, 20)), Judge(Link(Stays, Tier.Scored, 21 + LinkStrength.MarginBits)));
        AssertEqual(new(LinkFinding.Weakened, -1, new(Tier.Scored, 24)), Judge(Link(Stays, Tier.Scored, 20)));
        AssertEqual(new(LinkFinding.Strengthened, -1, new(Tier.Scored, 24)), Judge(Link(Stays, Tier.ExactKeys)));
        AssertEqual(new(LinkFinding.Strengthened, -1, new(Tier.ExactKeys, double.NaN)), Judge(Link(Stays, Tier.CrossCheck)));
        AssertEqual(new(LinkFinding.Weakened, -1, new(Tier.CrossCheck, double.NaN)), Judge(Link(Stays, Tier.Scored, 1000)));
        Assert.Equal(LinkFinding.Confirmed, Judge(Link(Stays, Tier.CrossCheck)).Finding);
    }

    [Fact]
    public void A_link_moves_to_stronger_evidence_only()
    {
        Judge(Link(Stays, Tier.ExactKeys));
        AssertEqual(new(LinkFinding.Contradicts, Stays, new(Tier.ExactKeys, double.NaN)), Judge(Link(Other, Tier.ExactKeys)));
        AssertEqual(new(LinkFinding.Contradicts, Stays, new(Tier.ExactKeys, double.NaN)), Judge(Link(Other, Tier.Scored, 100)));
        Assert.Equal(LinkFinding.Confirmed, Judge(Link(Stays, Tier.ExactKeys)).Finding);
        AssertEqual(new(LinkFinding.Changed, Stays, new(Tier.ExactKeys, double.NaN)), Judge(Link(Other, Tier.CrossCheck)));
        AssertEqual(new(LinkFinding.Contradicts, Other, new(Tier.CrossCheck, double.NaN)), Judge(Link(Stays, Tier.CrossCheck)));
        Assert.Equal(LinkFinding.Confirmed, Judge(Link(Other, Tier.CrossCheck)).Finding);
    }

    [Fact]
    public void Evidence_that_was_once_stronger_still_holds_a_link_that_looks_weaker_today()
    {
        Judge(Link(Stays, Tier.CrossCheck));
        Assert.Equal(LinkFinding.Weakened, Judge(Link(Stays, Tier.Scored, 10)).Finding);
        Assert.Equal(LinkFinding.Contradicts, Judge(Link(Other, Tier.ExactKeys)).Finding);
    }

    [Fact]
    public void A_patient_who_matches_nobody_any_more_is_lost_and_found_again()
    {
        Judge(Link(Stays, Tier.CrossCheck));
        AssertEqual(new(LinkFinding.Lost, Stays, new(Tier.CrossCheck, double.NaN)), Judge(Outcome.NotAParticipant));
        AssertEqual(new(LinkFinding.Lost, Stays, new(Tier.CrossCheck, double.NaN)), Judge(Outcome.Unidentifiable));
        AssertEqual(new(LinkFinding.InReview, Stays, new(Tier.CrossCheck, double.NaN)), Judge(Outcome.Ambiguous));
        AssertEqual(new(LinkFinding.InReview, Stays, new(Tier.CrossCheck, double.NaN)), Judge(Outcome.Rivals));
        Assert.Equal(LinkVerdict.Nothing, Judge(Outcome.Withdrawn));
        Assert.Equal(LinkFinding.Confirmed, Judge(Link(Stays, Tier.CrossCheck)).Finding);
    }

    [Fact]
    public void Who_withdrew_is_named_nowhere_and_still_holds_the_link()
    {
        Judge(Link(Withdrawn, Tier.ExactKeys));
        foreach (var outcome in new[] { Outcome.NotAParticipant, Outcome.Unidentifiable, Outcome.Ambiguous, Outcome.Rivals, Outcome.Withdrawn })
            Assert.Equal(LinkVerdict.Nothing, Judge(outcome));
        AssertEqual(new(LinkFinding.Contradicts, -1, new(Tier.ExactKeys, double.NaN)), Judge(Link(Other, Tier.ExactKeys)));
        AssertEqual(new(LinkFinding.Changed, -1, new(Tier.ExactKeys, double.NaN)), Judge(Link(Other, Tier.CrossCheck)));
    }

    // Struck off with all identifiers, say: a namesake must not inherit the records. A new id for the same person is as well founded as the old one.
    [Fact]
    public void Of_a_participant_who_is_gone_equal_evidence_takes_over_and_lesser_does_not()
    {
        var findings = Findings(() => Judge(Link(Stays, Tier.ExactKeys)));
        using var without = new TestRegistry();
        without.With("p1", new Person(Person.TestNhs(1), Born: "1961-01-02"));
        var later = new LinkLedger(without.Registry);
        Assert.True(later.Merge(findings.ToArray()));
        Assert.Equal(LinkVerdict.Nothing, later.Judge(Key, Of(Outcome.NotAParticipant), Place(), isSettled: false));
        AssertEqual(new(LinkFinding.Contradicts, -1, new(Tier.ExactKeys, double.NaN)), later.Judge(Key, Link(0, Tier.Scored, 50), Place(), isSettled: false));
        AssertEqual(new(LinkFinding.Changed, -1, new(Tier.ExactKeys, double.NaN)), later.Judge(Key, Link(0, Tier.ExactKeys), Place(), isSettled: false));
    }

    [Fact]
    public void A_rebuilt_registry_with_other_ordinals_changes_no_link()
    {
        var findings = Findings(() => Judge(Link(Other, Tier.CrossCheck)));
        using var rebuilt = new TestRegistry();
        rebuilt.With("a", new Person(Person.TestNhs(8), Born: "1961-01-02")).With("p1", new Person(Person.TestNhs(1), Born: "1961-01-02")).With("p0", new Person(Person.TestNhs(9), Born: "1961-01-02"));
        var later = new LinkLedger(rebuilt.Registry);
        Assert.True(later.Merge(findings.ToArray()));
        Assert.Equal("p1", rebuilt.Id(2));
        Assert.Equal(LinkFinding.Confirmed, later.Judge(Key, Link(2, Tier.CrossCheck), Place(), isSettled: false).Finding);
        AssertEqual(new(LinkFinding.Lost, 2, new(Tier.CrossCheck, double.NaN)), later.Judge(Key, Of(Outcome.NotAParticipant), Place(), isSettled: false));
    }

    [Fact]
    public void Without_a_key_nothing_is_remembered()
    {
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(LinkVerdict.Without(LinkFinding.Untracked), ledger.Judge(default, Link(Stays, Tier.ExactKeys), Place(), isSettled: false));
            Assert.Equal(LinkVerdict.Nothing, ledger.Judge(default, Of(Outcome.NotAParticipant), Place(), isSettled: false));
        }

        Assert.Equal(0, ledger.Take().Count);
    }

    // A batch that is read again for the tables that lack it: the ledger is past it, and says what it said.
    [Fact]
    public void A_batch_that_is_read_again_finds_what_it_found_and_changes_nothing()
    {
        Decision[] decisions =
        [
            Link(Stays, Tier.Scored, 12), Link(Stays, Tier.Scored, 13), Link(Stays, Tier.ExactKeys), Of(Outcome.NotAParticipant), Link(Stays, Tier.Scored, 12), Link(Other, Tier.ExactKeys),
            Of(Outcome.Ambiguous), Link(Other, Tier.CrossCheck), Link(Stays, Tier.CrossCheck), Of(Outcome.Withdrawn), Link(Other, Tier.CrossCheck),
        ];
        var places = decisions.Select(_ => Place()).ToArray();
        var first = decisions.Select((d, i) => ledger.Judge(Key, d, places[i], isSettled: false)).ToArray();
        Assert.Equal(
            [LinkFinding.New, LinkFinding.Confirmed, LinkFinding.Strengthened, LinkFinding.Lost, LinkFinding.Weakened, LinkFinding.Contradicts, LinkFinding.InReview, LinkFinding.Changed, LinkFinding.Contradicts, LinkFinding.None, LinkFinding.Confirmed],
            first.Select(v => v.Finding));
        var findings = ledger.Take();
        ledger.Committed(findings);

        var next = new LinkLedger(test.Registry);
        next.Merge(findings.ToArray());
        next.LoadSettled(findings.ToArray());
        for (var round = 0; round < 2; round++)
        {
            for (var i = decisions.Length - 1; i >= 0; i--)
            {
                AssertEqual(first[i], next.Judge(Key, decisions[i], places[i], isSettled: true));
            }
        }

        Assert.Equal(0, next.Take().Count);
        Assert.Equal(LinkFinding.Untracked, next.Judge(new Token(1, 1), Link(Stays, Tier.CrossCheck), places[0] with { Patient = 1 }, isSettled: true).Finding);
        Assert.Equal(LinkFinding.Confirmed, next.Judge(Key, Link(Other, Tier.CrossCheck), Place(), isSettled: false).Finding);
    }

    [Fact]
    public void What_another_worker_committed_is_refused_only_where_it_contradicts_rows_not_committed_yet()
    {
        var others = new LinkLedger(test.Registry);
        others.Judge(Key, Link(Other, Tier.ExactKeys), Place(), isSettled: false);
        var theirs = others.Take();

        Judge(Link(Stays, Tier.ExactKeys));
        Assert.False(ledger.Merge(theirs.ToArray()));

        // Committed in the order of the log, the other's came later and was judged knowing this one's: it stands.
        ledger.Committed(ledger.Take());
        Assert.True(ledger.Merge(theirs.ToArray()));
        Assert.Equal(LinkFinding.Confirmed, Judge(Link(Other, Tier.ExactKeys)).Finding);

        // The same participant, found at the same time: no contradiction, and the stronger evidence counts.
        others.Reset();
        others.Judge(Key, Link(Other, Tier.CrossCheck), Place(), isSettled: false);
        Judge(Link(Other, Tier.Scored, 9));
        Assert.True(ledger.Merge(others.Take().ToArray()));
        Assert.Equal(LinkFinding.Confirmed, Judge(Link(Other, Tier.CrossCheck)).Finding);
    }

    [Fact]
    public void Many_patients_are_kept_apart_and_in_the_order_they_were_found()
    {
        const int Seed = 20_260_307;
        var random = new Random(Seed);
        var model = new Dictionary<Token, (int Participant, Tier Tier)>();
        var keys = Enumerable.Range(0, 3_000).Select(_ => new Token((ulong)random.NextInt64() << 1, (ulong)random.NextInt64(64))).ToArray();
        for (var i = 0; i < 30_000; i++)
        {
            var key = keys[random.Next(keys.Length)];
            var decision = Link(random.Next(2), random.Next(2) == 0 ? Tier.CrossCheck : Tier.ExactKeys);
            var expected = LinkFinding.New;
            if (!model.TryGetValue(key, out var known))
                model[key] = (decision.Participant, decision.Tier);
            else if (decision.Tier < known.Tier)
                (expected, model[key]) = (decision.Participant == known.Participant ? LinkFinding.Strengthened : LinkFinding.Changed, (decision.Participant, decision.Tier));
            else if (decision.Participant != known.Participant)
                expected = LinkFinding.Contradicts;
            else
                expected = decision.Tier == known.Tier ? LinkFinding.Confirmed : LinkFinding.Weakened;
            Assert.True(expected == ledger.Judge(key, decision, Place(), isSettled: false).Finding, $"seed {Seed}, step {i}");
        }

        Assert.Equal(model.Count, ledger.Count);
        var copy = new LinkLedger(test.Registry);
        copy.Merge(ledger.Take().ToArray());
        Assert.All(model, m => Assert.Equal(LinkFinding.Confirmed, copy.Judge(m.Key, Link(m.Value.Participant, m.Value.Tier), Place(), isSettled: false).Finding));
    }

    [Fact]
    public void Judging_a_confirmed_link_allocates_nothing()
    {
        Judge(Link(Stays, Tier.CrossCheck));
        var (decision, place) = (Link(Stays, Tier.CrossCheck), Place());
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (var i = 0; i < 1_000; i++)
                ledger.Judge(Key, decision, place, isSettled: false);
        }));
    }

    [Theory]
    [InlineData("", "Archer", "Anna", "1961-03-25", "LS1 4AP", true)]
    [InlineData("", "Archer", "A", "1961-03-25", "LS1 4AP", false)]
    [InlineData("", "A", "Anna", "1961-03-25", "LS1 4AP", false)]
    [InlineData("", "", "Anna", "1961-03-25", "LS1 4AP", false)]
    [InlineData("", "Archer", "Anna", "1961-03", "LS1 4AP", false)]
    [InlineData("", "Archer", "Anna", "1961-03-25", "LS1", false)]
    [InlineData("999 000 0018", "", "", "", "", true)]
    [InlineData("999 000 0019", "", "", "", "", false)]
    public void A_key_needs_a_number_or_enough_of_a_person(string nhs, string surname, string forename, string born, string postcode, bool has)
    {
        var person = new Person(nhs, surname, forename, born, "F", postcode).ToIdentity();
        var key = KeyOf(person, default);
        Assert.Equal(has, !key.IsEmpty);
        Assert.True(key.IsEmpty || key != test.Pseudonymiser.Token(Purpose.NhsNumber, person.NhsNumber));
    }

    [Fact]
    public void A_number_is_the_key_whatever_else_changes_and_without_one_every_field_counts()
    {
        var anna = new Person(Person.TestNhs(1), "Archer", "Anna", "1961-03-25", "F", "LS1 4AP");
        Token Of(Person person) => KeyOf(person.ToIdentity(), Link(0, Tier.CrossCheck));
        Assert.Equal(Of(anna), Of(new Person(Person.TestNhs(1))));
        var nameless = anna with { Nhs = "" };
        Assert.Equal(Of(nameless), Of(nameless with { Sex = "M", Postcode = "ls14ap" }));
        Assert.Equal(
            6,
            new[] { anna, anna with { Nhs = Person.TestNhs(2) }, nameless, nameless with { Surname = "Baker" }, nameless with { Forename = "Anne" }, nameless with { Born = "1961-03-26" } }.Select(Of).Distinct().Count());
    }

    // Its owner's links would seem to contradict the other's, or the other's to move to the owner.
    [Fact]
    public void A_number_that_the_link_itself_contradicts_is_no_key()
    {
        var anna = new Person(Person.TestNhs(1), "Archer", "Anna", "1961-03-25", "F", "LS1 4AP");
        var contradicted = Link(0, Tier.Scored, 12);
        contradicted.NhsNumber = Agreement.Disagree;
        Token Of(Person person, Decision decision) => KeyOf(person.ToIdentity(), decision);
        Assert.Equal(Of(anna with { Nhs = "" }, contradicted), Of(anna, contradicted));
        Assert.NotEqual(Of(anna, contradicted), Of(anna, Link(0, Tier.CrossCheck)));
        Assert.True(Of(anna with { Postcode = "" }, contradicted).IsEmpty);

        // Who is linked to nobody is looked for under the number.
        contradicted.Outcome = Outcome.NotAParticipant;
        Assert.Equal(Of(anna, Link(0, Tier.CrossCheck)), Of(anna, contradicted));
    }

    private Token KeyOf(PersonIdentity person, Decision decision)
    {
        using var batch = new TokenBatch(test.Pseudonymiser);
        var key = PatientKey.Add(person, in decision, PatientKey.AddNumber(person.NhsNumber, batch), batch);
        batch.Compute();
        return batch.Token(key);
    }

    private static Decision Link(int participant, Tier tier, double weight = double.NaN) =>
        new() { Outcome = Outcome.Linked, Participant = participant, Candidate = participant, Tier = tier, Weight = weight };

    private static Decision Of(Outcome outcome) => new() { Outcome = outcome, Participant = -1, Candidate = -1, Weight = double.NaN };

    // NaN is no number's equal, but here it is one more weight.
    private static void AssertEqual(LinkVerdict expected, LinkVerdict actual) =>
        Assert.Equal((expected.Finding, expected.Previous, expected.PreviousStrength.Tier, expected.PreviousStrength.Weight), (actual.Finding, actual.Previous, actual.PreviousStrength.Tier, actual.PreviousStrength.Weight));

    private LinkVerdict Judge(Decision decision) => ledger.Judge(Key, decision, Place(), isSettled: false);

    private LinkVerdict Judge(Outcome outcome) => Judge(Of(outcome));

    private LinkFindings Findings(Action judge)
    {
        judge();
        return ledger.Take();
    }

    private LinkPlace Place() => new(1, offset++, 0);
}
