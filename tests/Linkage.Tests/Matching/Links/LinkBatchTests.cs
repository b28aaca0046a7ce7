using Linkage.Matching;
using Linkage.Matching.Links;
using Linkage.Pseudonyms;
using Linkage.Testing;

namespace Linkage.Tests.Matching.Links;

public sealed class LinkBatchTests : IDisposable
{
    private const int Participants = 6;
    private readonly TestRegistry test = new();

    public LinkBatchTests()
    {
        for (var i = 0; i < Participants; i++)
            test.Add($"p{i}", new Person(Person.TestNhs(i), Born: $"196{i}-01-02"), consent: i == 2 ? "withdrawn" : "");
    }

    public void Dispose() => test.Dispose();

    [Theory]
    [InlineData(20_261_122, 1)]
    [InlineData(20_261_123, 40)]
    [InlineData(20_261_124, 2_000)]
    public void A_batch_is_judged_as_its_patients_one_by_one(int seed, int patients)
    {
        var random = new Random(seed);
        var (together, alone) = (new LinkLedger(test.Registry), new LinkLedger(test.Registry));
        var batch = new LinkBatch();
        var source = 0UL;
        for (var step = 0; step < 12; step++)
        {
            batch.Begin(random.Next(patients + 1));
            var decisions = new Decision[batch.Count];
            for (var i = 0; i < decisions.Length; i++)
                (batch.Keys[i], decisions[i]) = (KeyOf(random, 3 * patients), Some(random));
            // Read again for some tables, what an earlier batch found there or not.
            var isSettled = step % 4 == 3;
            source += isSettled ? 0UL : 1;
            var place = new LinkPlace(source, step, 5);
            together.Judge(batch, decisions, place, isSettled);
            for (var i = 0; i < decisions.Length; i++)
            {
                var expected = alone.Judge(batch.Keys[i], in decisions[i], place with { Patient = 5 + i }, isSettled);
                Assert.True(Same(expected, batch.Verdicts[i]), $"seed {seed}, step {step}, patient {i}: {expected.Finding}, not {batch.Verdicts[i].Finding}");
            }
        }

        Assert.Equal(alone.Count, together.Count);
        Assert.Equal(ByPatient(alone.Take().ToArray()), ByPatient(together.Take().ToArray()));
    }

    [Fact]
    public void A_batch_may_be_judged_twice_and_an_empty_one_says_nothing()
    {
        var ledger = new LinkLedger(test.Registry);
        var batch = new LinkBatch();
        batch.Begin(0);
        ledger.Judge(batch, [], default, isSettled: false);
        Assert.True(batch.Verdicts.IsEmpty);

        batch.Begin(2);
        batch.Keys[1] = new Token(1, 1);
        Decision[] decisions = [Link(0, Tier.CrossCheck), Link(1, Tier.CrossCheck)];
        ledger.Judge(batch, decisions, default, isSettled: false);
        Assert.Equal([LinkFinding.Untracked, LinkFinding.New], batch.Verdicts.ToArray().Select(v => v.Finding));
        ledger.Judge(batch, decisions, default, isSettled: false);
        Assert.Equal([LinkFinding.Untracked, LinkFinding.Confirmed], batch.Verdicts.ToArray().Select(v => v.Finding));

        // A batch before leaves no key behind.
        batch.Begin(2);
        Assert.True(batch.Keys[1].IsEmpty);
        Assert.Throws<ArgumentException>(() => ledger.Judge(batch, new Decision[3], default, isSettled: false));
    }

    // Each finding says what it found before it: in the order of the records of one patient, that must be what the last one to set the link left.
    [Fact]
    public void Lanes_that_judge_side_by_side_lose_nothing_and_keep_the_order_of_each_patient()
    {
        const int Lanes = 4;
        const int Seed = 1_963;
        var ledger = new LinkLedger(test.Registry);
        var found = new long[Lanes];
        Parallel.For(0, Lanes, new ParallelOptions { MaxDegreeOfParallelism = Lanes }, lane =>
        {
            var random = new Random(Seed + lane);
            var batch = new LinkBatch();
            var decisions = new Decision[100];
            for (var step = 0; step < 300; step++)
            {
                batch.Begin(decisions.Length);
                for (var i = 0; i < decisions.Length; i++)
                    (batch.Keys[i], decisions[i]) = (KeyOf(random, 4_000), Some(random));
                ledger.Judge(batch, decisions, new LinkPlace((ulong)lane, step, 0), isSettled: false);
                foreach (var verdict in batch.Verdicts)
                    found[lane] += verdict.Finding is LinkFinding.None or LinkFinding.Untracked or LinkFinding.Confirmed ? 0 : 1;
            }
        });

        var records = ledger.Take().ToArray();
        Assert.Equal(found.Sum(), records.Length);
        var links = new Dictionary<Token, (ulong Participant, LinkStrength Strength)>();
        foreach (var record in records)
        {
            var known = links.TryGetValue(record.Key, out var link);
            Assert.Equal(!known, record.Finding == LinkFinding.New);
            Assert.True(!known || (record.Previous == link.Participant && record.PreviousStrength.Equals(link.Strength)), $"seed {Seed}: a {record.Finding} that refers to another link than the last");
            if (record.SetsLink)
                links[record.Key] = (record.Participant, record.Strength);
        }

        Assert.Equal(ledger.Count, links.Count);
    }

    [Fact]
    public void Judging_a_batch_of_confirmed_links_allocates_nothing()
    {
        var ledger = new LinkLedger(test.Registry);
        var batch = new LinkBatch();
        var decisions = new Decision[50];
        void Judge()
        {
            batch.Begin(decisions.Length);
            for (var i = 0; i < decisions.Length; i++)
                (batch.Keys[i], decisions[i]) = (new Token(unchecked((ulong)(i + 1) * 0x9E3779B97F4A7C15), (ulong)i), Link(i % 2, Tier.CrossCheck));
            ledger.Judge(batch, decisions, default, isSettled: false);
        }

        Judge();
        Assert.Equal(0, Allocations.Least(Judge));
        Assert.Equal(decisions.Length, ledger.Count);
    }

    // More than a chunk of each stripe holds, of findings and of links.
    [Fact]
    public void Findings_given_back_leave_those_of_the_next_flush_right()
    {
        const int Patients = 16 * (LinkStripe.ChunkSize + 500);
        var ledger = new LinkLedger(test.Registry);
        var random = new Random(5);
        var keys = Enumerable.Range(0, Patients).Select(_ => new Token((ulong)random.NextInt64() << 1, (ulong)random.NextInt64())).ToArray();
        var batch = new LinkBatch();
        for (var flush = 0; flush < 3; flush++)
        {
            var tier = (Tier)((int)Tier.Scored - flush);
            batch.Begin(Patients);
            keys.CopyTo(batch.Keys);
            ledger.Judge(batch, Enumerable.Repeat(Link(1, tier, 8), Patients).ToArray(), new LinkPlace(9, flush, 0), isSettled: false);
            var findings = ledger.Take();
            var records = findings.ToArray();
            findings.GiveBack();
            findings.GiveBack();
            Assert.Throws<InvalidOperationException>(() => findings.ToArray());
            Assert.Equal(Patients, findings.Count);
            Assert.Equal(Enumerable.Range(0, Patients), records.Select(r => r.Place.Patient).Order());
            Assert.All(records, r => Assert.Equal((keys[r.Place.Patient], flush == 0 ? LinkFinding.New : LinkFinding.Strengthened, tier, (long)flush), (r.Key, r.Finding, r.Strength.Tier, r.Place.Offset)));
        }

        Assert.Equal(Patients, ledger.Count);
        Assert.Equal(0, ledger.Take().Count);
    }

    // Keys of one half that all agree: they meet in one place, and are told apart by the other half.
    private static Token KeyOf(Random random, int different) =>
        random.Next(10) == 0 ? default : new Token(unchecked((ulong)(random.Next(different) + 1) * 0x9E3779B97F4A7C15), (ulong)random.Next(3));

    private static Decision Some(Random random) => random.Next(6) switch
    {
        0 => new Decision { Outcome = (Outcome)random.Next(1, 6), Participant = -1, Candidate = -1, Weight = double.NaN },
        1 => Link(random.Next(Participants), Tier.Scored, random.Next(40)),
        2 => Link(random.Next(Participants), Tier.CrossCheck),
        _ => Link(random.Next(Participants), Tier.ExactKeys),
    };

    private static Decision Link(int participant, Tier tier, double weight = double.NaN) =>
        new() { Outcome = Outcome.Linked, Participant = participant, Candidate = participant, Tier = tier, Weight = weight };

    // NaN is no number's equal, but here it is one more weight.
    private static bool Same(LinkVerdict a, LinkVerdict b) =>
        (a.Finding, a.Previous, a.PreviousStrength.Tier) == (b.Finding, b.Previous, b.PreviousStrength.Tier) && a.PreviousStrength.Weight.Equals(b.PreviousStrength.Weight);

    private static List<(ulong, ulong, string)> ByPatient(LinkRecord[] records) =>
        [.. records.GroupBy(static r => r.Key).Select(static g => (g.Key.High, g.Key.Low, string.Join(' ', g.Select(static r => (r.Place, r.Finding, r.Participant, r.Strength, r.Previous, r.PreviousStrength))))).Order()];
}
