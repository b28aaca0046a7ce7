using Linkage.Matching;

namespace Linkage.Tests.Matching;

public sealed class RivalTests : IDisposable
{
    private static readonly Person Anna = new(Person.TestNhs(1), "Archer", "Anna", "1961-03-25", "F", "LS1 4AP");
    private static readonly Person Bill = new(Person.TestNhs(2), "Baker", "Bill", "1970-06-07", "M", "S1 2HE");
    private static readonly Person Stranger = new(Person.TestNhs(3), "Cook", "Carl", "1980-06-07", "M", "S1 2HE");
    private readonly TestRegistry test = new();

    public RivalTests() => test.With("p1", Anna).With("p2", Bill);

    public void Dispose() => test.Dispose();

    [Fact]
    public void Two_patients_that_claim_one_participant_both_go_to_review()
    {
        var decisions = Settle(Anna, Bill, Anna with { Nhs = "" }, Stranger);
        Assert.Equal([Outcome.Rivals, Outcome.Linked, Outcome.Rivals, Outcome.NotAParticipant], decisions.Select(d => d.Outcome));
        Assert.Equal([-1, 1, -1, -1], decisions.Select(d => d.Participant));
        Assert.Equal([0, 1, 0, -1], decisions.Select(d => d.Candidate));
    }

    [Fact]
    public void One_person_listed_twice_keeps_the_link()
    {
        var decisions = Settle(Anna, Anna with { Surname = "Former" }, Bill with { Born = "1970-06" }, Bill with { Born = "1970-06" });
        Assert.All(decisions, d => Assert.Equal(Outcome.Linked, d.Outcome));
        Assert.Equal([0, 0, 1, 1], decisions.Select(d => d.Participant));
    }

    [Fact]
    public void One_number_with_two_dates_of_birth_is_not_plainly_one_person()
    {
        Assert.All(Settle(Anna, Anna with { Born = "1961-03-26" }), d => Assert.Equal(Outcome.Rivals, d.Outcome));
        Assert.All(Settle(Bill with { Born = "1970-06" }, Bill with { Born = "1970" }, Bill with { Born = "" }), d => Assert.Equal(Outcome.Rivals, d.Outcome));
    }

    [Fact]
    public void A_third_claim_makes_rivals_of_the_two_that_were_one_person()
    {
        Assert.All(Settle(Anna, Anna, Anna with { Nhs = "" }), d => Assert.Equal(Outcome.Rivals, d.Outcome));
        Assert.All(Settle(Anna with { Nhs = "" }, Anna, Anna), d => Assert.Equal(Outcome.Rivals, d.Outcome));
    }

    [Fact]
    public void Without_numbers_two_of_the_same_are_rivals() =>
        Assert.All(Settle(Anna with { Nhs = "" }, Anna with { Nhs = "" }), d => Assert.Equal(Outcome.Rivals, d.Outcome));

    [Fact]
    public void A_batch_knows_nothing_of_the_one_before()
    {
        using var linker = new Linker(test.Registry, test.Pseudonymiser);
        foreach (var size in new[] { 1, 300, 2, 0, 1 })
        {
            linker.BeginBatch(size);
            var decisions = new Decision[size];
            for (var i = 0; i < size; i++)
                decisions[i] = linker.Link(i, (i == 0 ? Anna : Stranger).ToIdentity());
            linker.SettleRivals(decisions);
            Assert.Equal(size == 0 ? 0 : 1, decisions.Count(d => d.Outcome == Outcome.Linked));
        }
    }

    [Fact]
    public void Wrong_sizes_are_refused()
    {
        using var linker = new Linker(test.Registry, test.Pseudonymiser);
        linker.BeginBatch(2);
        Assert.Throws<ArgumentOutOfRangeException>(() => linker.Link(2, Anna.ToIdentity()));
        Assert.Throws<ArgumentException>(() => linker.SettleRivals(new Decision[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => linker.BeginBatch(-1));
    }

    [Fact]
    public void Rivals_are_those_that_a_count_by_participant_finds()
    {
        const int seed = 42;
        var random = new Random(seed);
        using var many = new TestRegistry();
        var people = Enumerable.Range(0, 200).Select(i => new Person(Person.TestNhs(i), "S" + (char)('A' + (i % 26)), "Ann", "1961-03-25", "F", "LS1 4AP")).ToArray();
        for (var i = 0; i < people.Length; i++)
            many.With($"p{i:D3}", people[i]);
        using var linker = new Linker(many.Registry, many.Pseudonymiser);
        for (var round = 0; round < 50; round++)
        {
            var batch = Enumerable.Range(0, random.Next(1, 300)).Select(_ => (Person: random.Next(people.Length), Variant: random.Next(2))).ToArray();
            linker.BeginBatch(batch.Length);
            var decisions = new Decision[batch.Length];
            for (var i = 0; i < batch.Length; i++)
                decisions[i] = linker.Link(i, (batch[i].Variant == 0 ? people[batch[i].Person] : people[batch[i].Person] with { Born = "1961-03-26" }).ToIdentity());
            linker.SettleRivals(decisions);
            for (var i = 0; i < batch.Length; i++)
            {
                var contested = batch.Any(other => other.Person == batch[i].Person && other.Variant != batch[i].Variant);
                Assert.True((decisions[i].Outcome == Outcome.Rivals) == contested, $"patient {i} of round {round}, seed {seed}");
                Assert.Equal(contested ? -1 : batch[i].Person, decisions[i].Participant);
            }
        }
    }

    [Fact]
    public void Patients_linked_by_several_linkers_are_settled_as_by_one()
    {
        const int seed = 43;
        var random = new Random(seed);
        Person[] variants = [Anna, Anna with { Nhs = "" }, Anna with { Born = "1961-03-26" }, Bill, Bill with { Nhs = "" }, Bill with { Born = "1970-06" }, Stranger];
        using var key = test.Pseudonymiser.Clone();
        using Linker one = new(test.Registry, test.Pseudonymiser), other = new(test.Registry, key);
        for (var round = 0; round < 200; round++)
        {
            var batch = Enumerable.Range(0, random.Next(1, 6)).Select(_ => variants[random.Next(variants.Length)]).ToArray();
            var claims = new RivalClaim[batch.Length];
            var decisions = new Decision[batch.Length];
            for (var i = batch.Length - 1; i >= 0; i--)
            {
                var linker = i % 2 == 0 ? one : other;
                decisions[i] = linker.Link(batch[i].ToIdentity());
                claims[i] = linker.Claim;
            }

            other.SettleClaims(decisions, claims);
            Assert.True(Settle(batch).Select(d => (d.Outcome, d.Participant)).SequenceEqual(decisions.Select(d => (d.Outcome, d.Participant))), $"round {round}, seed {seed}");
        }

        Assert.Throws<ArgumentException>(() => one.SettleClaims(new Decision[2], new RivalClaim[1]));
        Assert.Equal("RivalClaim(redacted)", one.Claim.ToString());
    }

    private Decision[] Settle(params Person[] patients)
    {
        using var linker = new Linker(test.Registry, test.Pseudonymiser);
        linker.BeginBatch(patients.Length);
        var decisions = new Decision[patients.Length];
        for (var i = 0; i < patients.Length; i++)
            decisions[i] = linker.Link(i, patients[i].ToIdentity());
        linker.SettleRivals(decisions);
        return decisions;
    }
}
