using System.Reflection;
using Linkage.Identity;
using Linkage.Matching;
using Linkage.Matching.Scoring;
using Linkage.Pseudonyms;
using Linkage.Testing;

namespace Linkage.Tests.Matching;

/// <summary>A batch whose numbers are hashed and looked up together has the decisions of patients taken one by one.</summary>
[Collection(nameof(AllocationsCounted))]
public class BatchLinkingTests
{
    [Theory]
    [InlineData(401, false, false)]
    [InlineData(402, true, false)]
    [InlineData(403, true, true)]
    public void Numbers_found_together_change_no_decision(int seed, bool weighs, bool weighAll)
    {
        var town = new Population(seed, 300);
        using var test = new TestRegistry();
        town.Enrol(test);
        var model = weighs ? MatchModel.Default : null;
        var options = new LinkerOptions { WeighAll = weighAll };
        using Linker alone = new(test.Registry, test.Pseudonymiser, model, options), together = new(test.Registry, test.Pseudonymiser, model, options);
        var random = new Random(seed);
        int crossChecked = 0, rivals = 0, others = 0;
        // Sizes around the lanes of the hash, and everybody twice in one batch.
        foreach (var size in new[] { 0, 1, 15, 16, 17, 33, 2 * town.Residents.Count })
        {
            var people = Enumerable.Range(0, size).Select(i => town.RecordOf(town.Residents[size > town.Residents.Count ? i % town.Residents.Count : random.Next(town.Residents.Count)]).Record.ToIdentity()).ToArray();
            var expected = new Decision[size];
            alone.BeginBatch(size);
            for (var i = 0; i < size; i++)
                expected[i] = alone.Link(i, people[i]);
            alone.SettleRivals(expected);

            var found = new Decision[size];
            Begin(together, people);
            for (var i = 0; i < size; i++)
            {
                if (together.TryCrossCheck(i, out found[i]))
                    crossChecked++;
                else
                    found[i] = together.Link(i, people[i]);
            }

            together.SettleRivals(found);
            for (var i = 0; i < size; i++)
            {
                Assert.True(Same(in expected[i], in found[i]), $"patient {i} of {size}, seed {seed}: {expected[i].Outcome} by {expected[i].Tier}, and {found[i].Outcome} by {found[i].Tier}");
                rivals += found[i].Outcome == Outcome.Rivals ? 1 : 0;
                others += found[i].Tier != Tier.CrossCheck ? 1 : 0;
            }
        }

        // The town must have them all. What is weighed even if decided needs names.
        Assert.True(weighAll ? crossChecked == 0 : crossChecked > 150, $"{crossChecked} by number and date, seed {seed}");
        Assert.True(rivals > 10 && others > 100, $"{rivals} rivals, {others} not by number, seed {seed}");
    }

    [Fact]
    public void A_patient_who_was_not_announced_is_linked_and_one_behind_the_batch_refused()
    {
        var anna = new Person(Person.TestNhs(1), "Archer", "Anna", "1961-03-25", "F", "LS1 4AP");
        using var test = new TestRegistry().With("p1", anna);
        using var linker = new Linker(test.Registry, test.Pseudonymiser);
        linker.BeginBatch(2);
        Assert.False(linker.TryCrossCheck(0, out _));
        Assert.Equal(Outcome.Linked, linker.Link(0, anna.ToIdentity()).Outcome);
        Assert.Throws<ArgumentOutOfRangeException>(() => linker.AddNumber(2, default, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => linker.TryCrossCheck(2, out _));

        // What a batch knew is not known to the next.
        Begin(linker, [anna.ToIdentity(), anna.ToIdentity()]);
        Assert.True(linker.TryCrossCheck(1, out var decision));
        Assert.Equal((Outcome.Linked, Tier.CrossCheck), (decision.Outcome, decision.Tier));
        linker.BeginBatch(2);
        Assert.False(linker.TryCrossCheck(1, out _));
        Assert.Equal(Outcome.Unidentifiable, linker.Link(1, new PersonIdentity()).Outcome);
    }

    [Fact]
    public void Neither_a_shared_number_nor_a_part_of_a_date_is_settled_without_names()
    {
        var anna = new Person(Person.TestNhs(1), "Archer", "Anna", "1961-03-25", "F", "LS1 4AP");
        var shared = new Person(Person.TestNhs(2), "Baker", "Bea", "1950-01-02", "F", "M1 1AE");
        using var test = new TestRegistry().With("p1", anna).With("p2", shared).With("p3", shared with { Forename = "Bob", Sex = "M" });
        using var linker = new Linker(test.Registry, test.Pseudonymiser);
        Person[] undecided = [anna with { Born = "1961-03" }, anna with { Born = "" }, anna with { Born = "1961-03-26" }, anna with { Nhs = "" }, anna with { Nhs = Person.TestNhs(3) }, shared];
        Begin(linker, [.. undecided.Select(p => p.ToIdentity())]);
        for (var i = 0; i < undecided.Length; i++)
            Assert.False(linker.TryCrossCheck(i, out _), $"patient {i}");
    }

    [Fact]
    public void A_batch_allocates_nothing_and_leaves_nothing_behind()
    {
        var town = new Population(404, 100);
        using var test = new TestRegistry();
        town.Enrol(test);
        using var linker = new Linker(test.Registry, test.Pseudonymiser, MatchModel.Default);
        var people = town.Residents.Select(r => town.RecordOf(r).Record.ToIdentity()).ToArray();
        var decisions = new Decision[people.Length];
        Assert.Equal(0, Allocations.Least(() =>
        {
            Begin(linker, people);
            for (var i = 0; i < people.Length; i++)
            {
                if (!linker.TryCrossCheck(i, out decisions[i]))
                    decisions[i] = linker.Link(i, people[i]);
            }

            linker.SettleRivals(decisions);
        }));

        foreach (var end in new Action[] { linker.Forget, () => linker.SettleRivals(decisions), linker.Dispose })
        {
            Begin(linker, people);
            var tokens = Field<Token[]>(Field<BatchNumbers>(linker, "numbers"), "numbers");
            var dates = Field<ulong[]>(Field<BatchNumbers>(linker, "numbers"), "dates");
            Assert.Contains(tokens, t => !t.IsEmpty);
            Assert.Contains(dates, d => d != 0);
            end();
            Assert.All(tokens, t => Assert.True(t.IsEmpty));
            Assert.All(dates, d => Assert.Equal(0UL, d));
        }
    }

    private static void Begin(Linker linker, PersonIdentity[] people)
    {
        linker.BeginBatch(people.Length);
        for (var i = 0; i < people.Length; i++)
            linker.AddNumber(i, people[i].NhsNumber, people[i].DateOfBirth);
        linker.FindNumbers();
    }

    // Not weighed is no number, and NaN.
    private static bool Same(in Decision a, in Decision b) =>
        (a.Outcome, a.Tier, a.Participant, a.Candidate) == (b.Outcome, b.Tier, b.Participant, b.Candidate)
        && (a.NhsNumber, a.DateOfBirth, a.Surname, a.Forename, a.Sex, a.Postcode) == (b.NhsNumber, b.DateOfBirth, b.Surname, b.Forename, b.Sex, b.Postcode)
        && a.Weight.Equals(b.Weight) && a.RunnerUpWeight.Equals(b.RunnerUpWeight) && a.Probability.Equals(b.Probability);

    private static T Field<T>(object of, string name) => (T)of.GetType().GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(of)!;
}
