using Linkage.Matching;
using Linkage.Matching.Scoring;
using Linkage.Testing;

namespace Linkage.Tests.Matching.Scoring;

/// <summary>Weights, probabilities and decisions of tier 3 over the dirty records of a made-up town.</summary>
[Collection(nameof(AllocationsCounted))]
public sealed class WeighingTests
{
    [Theory]
    [InlineData(101)]
    [InlineData(102)]
    public void A_weight_is_the_prior_and_each_fields_bits_and_what_relatives_take_off(int seed)
    {
        var town = new Population(seed, 200);
        using var test = new TestRegistry(71);
        town.Enrol(test);
        using var linker = new Linker(test.Registry, test.Pseudonymiser, MatchModel.Default, new LinkerOptions { WeighAll = true });
        var prior = Math.Log2(MatchModel.Default.ParticipantShare / (1 - MatchModel.Default.ParticipantShare) / test.Registry.ParticipantCount);
        var explained = 0;
        foreach (var record in town.Residents.Select(r => town.RecordOf(r).Record))
        {
            var decision = linker.Link(record.ToIdentity());
            var explanation = linker.Explain(record.ToIdentity());
            if (explanation is null || double.IsNaN(decision.Weight))
                continue;
            explained++;
            var about = $"{record}, seed {seed}";
            Assert.Equal(prior, explanation.PriorBits, 9);
            var running = prior;
            foreach (var step in explanation.Steps)
            {
                running += step.Bits;
                Assert.Equal(running, step.RunningBits, 9);
                var model = MatchModel.Default.Fields[(int)step.Field].Levels.FirstOrDefault(l => string.Equals(l.Level, step.Level, StringComparison.Ordinal));
                if (model is null)
                    Assert.True(string.Equals("missing", step.Level, StringComparison.Ordinal) && step.Bits == 0, about);
                else if (model.TermFrequency == 0 && step.Bits != 0)
                    Assert.Equal(model.Weight, step.Bits, 9);
            }

            Assert.Equal(explanation.Weight, running + explanation.RelativeBits, 9);
            Assert.True(explanation.RelativeBits <= 0, about);
            Assert.True(explanation.Probability is > 0 and < 1 && explanation.CandidatesScored > 0, about);
            if (decision.Candidate == explanation.Candidate)
            {
                Assert.Equal(decision.Weight, explanation.Weight, 9);
                // A candidate that an exact key named, and no block has, counts among the others in a decision only.
                Assert.Equal(decision.Probability, explanation.Probability, 0.001);
            }
        }

        Assert.True(explained > 300, $"{explained} explained, seed {seed}");
    }

    [Fact]
    public void A_higher_weight_is_never_less_probable()
    {
        const int seed = 103;
        var town = new Population(seed, 200);
        using var test = new TestRegistry(73);
        town.Enrol(test);
        using var tokens = new PersonTokens(test.Pseudonymiser);
        using var features = new PersonFeatures(test.Pseudonymiser, tokens.FewValues);
        var scorer = new CandidateScorer(test.Registry, new MatchWeights(MatchModel.Default, test.Registry.Counts), exhaustive: false, despiteNumbers: true);
        foreach (var resident in town.Residents)
        {
            tokens.Read(town.RecordOf(resident).Record.ToIdentity());
            features.ReadPatient(tokens, default);
            scorer.Score(features);
            if (scorer.Best.Participant < 0)
                continue;
            var before = 0.0;
            for (var weight = scorer.Best.Weight - 50; weight <= scorer.Best.Weight; weight += 0.25)
            {
                var probability = scorer.Probability(weight);
                Assert.True(probability >= before && probability is >= 0 and <= 1, $"weight {weight}, {resident.Id}, seed {seed}");
                before = probability;
            }

            if (scorer.Second.Participant < 0)
                continue;
            Assert.True(scorer.Second.Weight <= scorer.Best.Weight && scorer.Second.Participant != scorer.Best.Participant, resident.Id);
            // The two cannot both be the person.
            Assert.True(scorer.Probability(scorer.Best.Weight) + scorer.Probability(scorer.Second.Weight) <= 1 + 1e-9, resident.Id);
        }
    }

    [Theory]
    [InlineData(105)]
    [InlineData(106)]
    public void The_order_of_participants_changes_nothing(int seed)
    {
        var town = new Population(seed, 200);
        var enrolled = town.Residents.Where(r => r.IsParticipant).ToList();
        var shuffled = enrolled.ToArray();
        new Random(seed).Shuffle(shuffled);
        using TestRegistry one = new(79), other = new(79);
        foreach (var resident in enrolled)
            one.Add(resident.Id, resident.Truth with { Nhs = "" }, resident.Withdrew ? "withdrawn" : "given");
        foreach (var resident in shuffled)
            other.Add(resident.Id, resident.Truth with { Nhs = "" }, resident.Withdrew ? "withdrawn" : "given");
        using Linker there = new(one.Registry, one.Pseudonymiser, MatchModel.Default), back = new(other.Registry, other.Pseudonymiser, MatchModel.Default);
        foreach (var record in town.Residents.Select(r => town.RecordOf(r).Record))
        {
            var (a, b) = (there.Link(record.ToIdentity()), back.Link(record.ToIdentity()));
            Assert.True(
                (a.Outcome, a.Tier, a.Participant, a.Candidate) == (b.Outcome, b.Tier, b.Participant, b.Candidate) && (double.IsNaN(a.Weight) ? double.IsNaN(b.Weight) : a.Weight == b.Weight),
                $"{record}, seed {seed}: {a.Outcome} and {b.Outcome}");
        }
    }

    [Theory]
    [InlineData(107)]
    [InlineData(108)]
    [InlineData(109)]
    public void With_all_tiers_nobody_who_withdrew_and_no_relative_gets_a_link(int seed)
    {
        var town = new Population(seed, 500);
        using var test = new TestRegistry((byte)seed);
        town.Enrol(test);
        using var linker = new Linker(test.Registry, test.Pseudonymiser, MatchModel.Default);
        var identity = new Linkage.Identity.PersonIdentity();
        int scored = 0, wrong = 0;
        foreach (var resident in town.Residents)
        {
            var (record, _) = town.RecordOf(resident);
            record.Fill(identity);
            var decision = linker.Link(identity);
            if (decision.Outcome != Outcome.Linked)
                continue;
            var id = test.Id(decision.Participant);
            Assert.False(town.Residents.Any(r => r.Withdrew && string.Equals(r.Id, id, StringComparison.Ordinal)), $"who withdrew: {resident.Id}, seed {seed}");
            scored += decision.Tier == Tier.Scored ? 1 : 0;
            wrong += resident.IsParticipant && string.Equals(resident.Id, id, StringComparison.Ordinal) ? 0 : 1;
        }

        Assert.True(scored > 20, $"{scored} links of tier 3, seed {seed}");
        // Records of this town have up to five errors each, and thirteen names a sex and twenty-four surnames for 1,500 people.
        Assert.True(wrong == 0, $"{wrong} of {scored} links of tier 3 to somebody else, seed {seed}");
    }

    [Fact]
    public void Scoring_a_patient_allocates_nothing()
    {
        const int seed = 110;
        var town = new Population(seed, 150);
        using var test = new TestRegistry(83);
        town.Enrol(test);
        var people = town.Residents.Select(r => town.RecordOf(r).Record.ToIdentity()).ToArray();
        foreach (var options in new[] { new LinkerOptions(), new LinkerOptions { WeighAll = true }, new LinkerOptions { Exhaustive = true } })
        {
            using var linker = new Linker(test.Registry, test.Pseudonymiser, MatchModel.Default, options);
            var linked = 0;
            Assert.Equal(0, Allocations.Least(() =>
            {
                foreach (var person in people)
                    linked += linker.Link(person).Outcome == Outcome.Linked ? 1 : 0;
            }));
            Assert.True(linked > 0 && linker.Scored.Patients > 0, $"seed {seed}");
        }
    }

    [Fact]
    public void Who_is_compared_with_everybody_is_counted_once()
    {
        using var test = new TestRegistry(84);
        var anna = new Person("", "Heslington", "Anna", "1951-02-03", "F", "YO10 5DD");
        for (var i = 0; i < 50; i++)
            test.With($"p{i:D2}", anna with { Surname = $"Surname{(char)('a' + (i % 26))}{(char)('a' + (i / 26))}", Forename = "Bertha", Born = $"19{40 + (i % 40)}-0{1 + (i % 9)}-15", Postcode = "LS1 4AP" });
        test.With("anna", anna);
        // Found by an exact key, weighed afterwards: the candidate is named, and met again among all.
        var weighed = new[] { false, true }.Select(exhaustive =>
        {
            using var linker = new Linker(test.Registry, test.Pseudonymiser, MatchModel.Default, new LinkerOptions { WeighAll = true, Exhaustive = exhaustive });
            var decision = linker.Link(anna.ToIdentity());
            Assert.Equal((Outcome.Linked, Tier.ExactKeys), (decision.Outcome, decision.Tier));
            return decision;
        }).ToArray();
        Assert.Equal(weighed[0].Weight, weighed[1].Weight);
        Assert.InRange(weighed[1].Probability, 0.98, 1);
        Assert.Equal(weighed[0].Probability, weighed[1].Probability, 1e-4);
    }
}
