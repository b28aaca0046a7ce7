using Linkage.Matching;
using Linkage.Matching.Scoring;

namespace Linkage.Tests.Matching.Clerk;

/// <summary>More than one answer, and answers that must not be given.</summary>
[Collection(nameof(ClerkDesk))]
public sealed class DoubtTests(ClerkDesk desk)
{
    public static TheoryData<int> Everywhere => ClerkDesk.Everywhere;

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Who_withdrew_is_neither_linked_nor_named(int among)
    {
        var gone = ClerkDesk.Gone;
        foreach (var patient in new[]
        {
            gone, gone with { Surname = "Ravenswerth" }, gone with { Forename = "Ravensworth", Surname = "Beatrix" }, gone with { Born = "1962-09-06" }, gone with { Postcode = "" }, gone with { Surname = "Brown" },
            gone with { Forename = "Bea", Born = "1962-05-09" }, gone with { Forename = "" }, gone with { Born = "" }, gone with { Forename = "Xanthe" }, gone with { Born = "1932-09-05" },
        })
        {
            var decision = desk.Decide(among, patient);
            Assert.True(decision.Outcome != Outcome.Linked && decision.Participant < 0, desk.About(among, in decision, patient));
            Assert.True(decision.Candidate < 0 || !string.Equals("gone", desk[among].Id(decision.Candidate), StringComparison.Ordinal), desk.About(among, in decision, patient));
            var explanation = desk.Explain(among, patient);
            Assert.True(explanation is null || !string.Equals("gone", desk[among].Id(explanation.Candidate), StringComparison.Ordinal), desk.About(among, in decision, patient));
        }

        Assert.Equal(Outcome.Withdrawn, desk.Decide(among, gone with { Surname = "Ravenswerth" }).Outcome);
        using var linker = ClerkDesk.Linker(desk[among], new LinkerOptions { WeighAll = true, Exhaustive = true });
        Assert.Equal((Outcome.Withdrawn, -1), (linker.Link(gone.ToIdentity()).Outcome, linker.Link(gone.ToIdentity()).Candidate));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Two_participants_who_fit_alike_go_to_review(int among)
    {
        var alike = ClerkDesk.Alike;
        foreach (var patient in new[] { alike, alike with { Surname = "Farndall" }, alike with { Born = "1951-05-28" }, alike with { Surname = "Cuthbert", Forename = "Farndale" } })
        {
            var decision = desk.Refuses(among, patient);
            Assert.Equal(Outcome.Ambiguous, decision.Outcome);
            Assert.True(Math.Abs(decision.Weight - decision.RunnerUpWeight) < 0.01, desk.About(among, in decision, patient));
            // The first of two equals.
            Assert.Equal("alike-1", desk[among].Id(decision.Candidate));
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void A_runner_up_within_the_margin_goes_to_review_and_one_beyond_it_does_not(int among)
    {
        using var registry = new TestRegistry(19);
        var margin = MatchModel.Default.MarginBits;
        registry.Add("p1", ClerkDesk.Whole).Add("p2", ClerkDesk.Whole with { Surname = "Hoslington" }).Add("q1", ClerkDesk.Joan).Add("q2", ClerkDesk.Joan with { Born = "1932-09-08" });
        Surroundings.All[among].Enrol(registry);
        using var linker = ClerkDesk.Linker(registry);
        // One letter from either.
        var between = linker.Link((ClerkDesk.Whole with { Surname = "Huslington" }).ToIdentity());
        Assert.Equal(Outcome.Ambiguous, between.Outcome);
        Assert.InRange(between.Weight - between.RunnerUpWeight, 0, margin);
        // A namesake at the address, of another age.
        using var weighing = ClerkDesk.Linker(registry, new LinkerOptions { WeighAll = true });
        var one = weighing.Link(ClerkDesk.Joan.ToIdentity());
        Assert.True(one.Weight - one.RunnerUpWeight >= margin, $"{one.Weight:F2} and {one.RunnerUpWeight:F2} among {Surroundings.All[among]}");
        Assert.Equal("q1", registry.Id(one.Participant));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Two_patients_of_one_batch_who_claim_one_participant_go_to_review(int among)
    {
        using var linker = ClerkDesk.Linker(desk[among]);
        Person[] batch = [ClerkDesk.Whole with { Surname = "Heslingten" }, ClerkDesk.Joan, ClerkDesk.Whole with { Born = "1955-10-14" }, ClerkDesk.Paul with { Postcode = "TR18 4AB" }];
        linker.BeginBatch(batch.Length);
        var decisions = new Decision[batch.Length];
        for (var i = 0; i < batch.Length; i++)
            decisions[i] = linker.Link(i, batch[i].ToIdentity());
        Assert.All(decisions, d => Assert.Equal(Outcome.Linked, d.Outcome));
        linker.SettleRivals(decisions);
        Assert.Equal([Outcome.Rivals, Outcome.Linked, Outcome.Rivals, Outcome.Linked], decisions.Select(d => d.Outcome));
        Assert.Equal(-1, decisions[0].Participant);
        Assert.Equal("whole", desk[among].Id(decisions[2].Candidate));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void A_stranger_is_nobody(int among)
    {
        foreach (var stranger in new[]
        {
            new Person("", "Quackenbush", "Thaddeus", "1971-01-29", "M", "TR18 4AB"), new Person("", "Quackenbush", "Gwendolen", "1971-01-29", "F", "TR18 4AB"),
            new Person("", "Heslington", "Thaddeus", "1971-01-29", "M", "TR18 4AB"), new Person("", "Quackenbush", "Thaddeus", "1955-10-13", "F", "TR18 4AB"),
            new Person("", "Quackenbush", "Thaddeus", "1971-01-29", "F", "YO8 9TU"),
        })
        {
            Assert.Equal(Outcome.NotAParticipant, desk.Refuses(among, stranger).Outcome);
        }

        Assert.Equal(Outcome.Unidentifiable, desk.Refuses(among, new Person(Sex: "F", Born: "1955")).Outcome);
    }
}
