using Linkage.Matching.Scoring;
using Linkage.Matching.Scoring.Training;

namespace Linkage.Tests.Matching.Scoring.Training;

public sealed class PairRivalsTests
{
    private static readonly Levels Person = Of(SurnameLevel.Exact, DateLevel.Exact);
    private static readonly Levels Father = Of(SurnameLevel.Exact, DateLevel.Differs);
    private static readonly Levels Stranger = Of(SurnameLevel.Differs, DateLevel.Differs);

    [Fact]
    public void APairIsBeatenWhenEitherSideFitsAnotherFarBetter()
    {
        var rivals = new PairRivals(BaseModel.Model, 3, 3);
        rivals.See(0, 0, Person);
        rivals.See(0, 1, Father);
        rivals.See(2, 0, Father);
        rivals.See(1, 2, Father);
        Assert.True(IsBeaten(rivals, 0, 1, Father));
        Assert.True(IsBeaten(rivals, 2, 0, Father));
        Assert.False(IsBeaten(rivals, 0, 0, Person));
        Assert.False(IsBeaten(rivals, 1, 2, Father));
        // Nothing better than a father was seen for the second participant, and that one is the father's pair itself.
        Assert.False(IsBeaten(rivals, 1, 1, Father));
        Assert.True(IsBeaten(rivals, 1, 1, Stranger));
    }

    [Fact]
    public void WherePatientsShareParticipantsOnlyThePatientsRivalsCount()
    {
        var shared = Rivals(sharedParticipants: 2);
        Assert.Equal(0.02, shared.SharedShare);
        Assert.False(shared.IsOneToOne);
        Assert.False(IsBeaten(shared, 201, 0, Father));
        Assert.True(IsBeaten(shared, 0, 1, Father));
        var single = Rivals(sharedParticipants: 0);
        Assert.Equal(0, single.SharedShare);
        Assert.True(single.IsOneToOne);
        Assert.True(IsBeaten(single, 201, 0, Father));

        // Each of a hundred participants has a patient, and some a second one that fits as well; the last patient is a father.
        static PairRivals Rivals(int sharedParticipants)
        {
            var rivals = new PairRivals(BaseModel.Model, 202, 100);
            for (var person = 0; person < 100; person++)
                rivals.See(person, person, Person);
            for (var person = 0; person < sharedParticipants; person++)
                rivals.See(100 + person, person, Person);
            rivals.See(201, 0, Father);
            return rivals;
        }
    }

    [Fact]
    public void ASettledPatientBeatsAllOthersOfTheParticipant()
    {
        var rivals = new PairRivals(BaseModel.Model, 2, 200);
        for (var participant = 0; participant < 200; participant++)
            rivals.SeeSettled(participant);
        rivals.See(0, 0, Person);
        Assert.True(IsBeaten(rivals, 0, 0, Person));
        // Three in two hundred have two settled patients: then another one may be theirs, too.
        for (var participant = 0; participant < 3; participant++)
            rivals.SeeSettled(participant);
        Assert.Equal(0.015, rivals.SharedShare);
        Assert.False(IsBeaten(rivals, 0, 0, Person));
    }

    [Fact]
    public void WithinTheMarginNobodyIsBeaten()
    {
        var rivals = new PairRivals(BaseModel.Model with { MarginBits = 50 }, 1, 2);
        rivals.See(0, 0, Person);
        Assert.False(IsBeaten(rivals, 0, 1, Father));
    }

    [Fact]
    public void SeeingAPairAgainChangesNothing()
    {
        var rivals = new PairRivals(BaseModel.Model, 1, 2);
        for (var n = 0; n < 3; n++)
            rivals.See(0, 0, Person);
        Assert.Equal(double.NegativeInfinity, rivals.Best(0, 0));
        rivals.See(0, 1, Stranger);
        rivals.See(0, 0, Person);
        Assert.True(rivals.Best(0, 0) < 0);
        Assert.True(rivals.Best(0, 1) > 0);
    }

    [Fact]
    public void RandomPairsHaveTheBestAndSecondOfAll()
    {
        const int Seed = 17;
        var random = new Random(Seed);
        var seen = new Dictionary<(int, int), Levels>();
        var rivals = new PairRivals(BaseModel.Model, 6, 6);
        for (var n = 0; n < 60; n++)
        {
            var pair = (random.Next(6), random.Next(6));
            if (!seen.TryGetValue(pair, out var levels))
                seen.Add(pair, levels = Of((SurnameLevel)random.Next(8), (DateLevel)random.Next(8)));
            rivals.See(pair.Item1, pair.Item2, levels);
        }
        foreach (var patient in Enumerable.Range(0, 6))
        {
            foreach (var participant in Enumerable.Range(0, 6))
            {
                var others = seen.Where(s => s.Key != (patient, participant) && (s.Key.Item1 == patient || (rivals.IsOneToOne && s.Key.Item2 == participant)));
                var best = others.Select(o => Weight(o.Value)).DefaultIfEmpty(double.NegativeInfinity).Max();
                Assert.True(best.Equals(rivals.Best(patient, participant)) || Math.Abs(best - rivals.Best(patient, participant)) < 1e-9, $"seed {Seed}: {patient}, {participant}");
            }
        }
    }

    [Fact]
    public void CountsKeepBeatenPairsApart()
    {
        var rivals = new PairRivals(BaseModel.Model, 2, 2);
        rivals.See(0, 0, Person);
        var counts = new PatternCounts(rivals);
        counts.Add(0, 1, Father);
        counts.Add(1, 1, Father);
        counts.Add(1, 1, Father);
        counts.Add(1, 0, Stranger);
        Assert.Equal(4, counts.Pairs);
        Assert.Equal([(2L, 1.0), (1L, 0.0)], counts.Patterns.Where(p => p.Levels.Pattern == Father.Pattern).Select(p => (p.Pairs, p.PersonShare)));
        foreach (var pattern in counts.Patterns)
            Assert.InRange(pattern.OtherShare, 0.2, 0.8);
        Assert.Throws<InvalidOperationException>(() => new PatternCounts().Add(0, 0, Person));
    }

    [Fact]
    public void RivalsOfStrangersSayHowManyHaveAHeavierOne()
    {
        var weights = new RivalWeights();
        Assert.Equal(0.5, weights.ShareAbove(0));
        foreach (var weight in new[] { double.NegativeInfinity, -3, 2.5, 10, 1e6 })
            weights.Add(weight);
        Assert.Equal(4.5 / 6, weights.ShareAbove(-20));
        Assert.Equal(3.5 / 6, weights.ShareAbove(-1));
        Assert.Equal(2.5 / 6, weights.ShareAbove(2.7));
        Assert.Equal(1.5 / 6, weights.ShareAbove(50));
        Assert.Equal(0.5 / 6, weights.ShareAbove(1e7));
    }

    [Fact]
    public void ALevelThatAFieldDoesNotHaveIsRefused()
    {
        foreach (var field in Enum.GetValues<MatchField>())
        {
            Levels levels = default;
            levels[(int)field] = (byte)(MatchLevels.Of(field).Length - 1);
            new PatternCounts().Add(levels);
            levels[(int)field] = (byte)(MatchLevels.Of(field).Length);
            var e = Assert.Throws<ArgumentOutOfRangeException>(() => new PatternCounts().Add(levels));
            Assert.Contains(MatchLevels.Name(field), e.Message, StringComparison.Ordinal);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => new PatternCounts().Add(Person, 0));
    }

    private static bool IsBeaten(PairRivals rivals, int patient, int participant, Levels levels) => rivals.IsBeaten(levels, rivals.Best(patient, participant));

    private static double Weight(Levels levels)
    {
        var weight = 0d;
        foreach (var field in BaseModel.Model.Fields)
            weight += levels[(int)field.Field] == 0 ? 0 : field.Levels[levels[(int)field.Field] - 1].Weight;
        return weight;
    }

    private static Levels Of(SurnameLevel surname, DateLevel date)
    {
        Levels levels = default;
        levels[(int)MatchField.Surname] = (byte)surname;
        levels[(int)MatchField.DateOfBirth] = (byte)date;
        return levels;
    }
}
