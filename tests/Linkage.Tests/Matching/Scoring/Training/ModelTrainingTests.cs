using System.Globalization;
using System.Text;
using Linkage.Matching.Scoring;
using Linkage.Matching.Scoring.Training;

namespace Linkage.Tests.Matching.Scoring.Training;

public sealed class ModelTrainingTests
{
    private const int People = 14_000;
    private const int Few = 6_000;
    private const int RandomPairs = 600_000;

    // A level of 100 in 5,000 pairs has a standard error of 0.002; families and chance add to it.
    private const double Tolerance = 0.018;

    [Theory]
    [InlineData(101, 0.3, 0)]
    [InlineData(102, 1, 0)]
    [InlineData(103, 3, 0)]
    [InlineData(104, 1, 0.9)]
    public void AveragedSessionsRecoverTheTrueErrorRates(int seed, double dirt, double numbers)
    {
        var people = new SimulatedPeople(seed, People, dirt: dirt, numbers: numbers);
        var result = Train(people, people.Sessions());
        var (error, where) = LargestError(result.Model, people.Truth());
        Assert.True(error < Tolerance, $"seed {seed}: off by {error} at {where}");
        Assert.All(result.Sessions, s => Assert.Equal(SessionOutcome.Used, s.Outcome));
        Assert.Equal(numbers == 0 ? FieldOutcome.TooFewMatches : FieldOutcome.Estimated, result.Fields[(int)MatchField.NhsNumber].Outcome);
        foreach (var session in result.Sessions)
        {
            // Each session finds at most the pairs there are, and not much fewer than its block lets in.
            var pairs = people.Truth().Pairs;
            Assert.True(session.Matches < 1.05 * pairs && session.Matches > 0.3 * pairs, $"seed {seed}: {session.Name} finds {session.Matches} of {pairs}");
        }
    }

    // Duplicates must not beat each other: the record with more errors is the person still.
    [Fact]
    public void PatientsThatAreOnePersonAreNotEachOthersRivals()
    {
        const int Seed = 105;
        var people = new SimulatedPeople(Seed, People, dirt: 3, twice: 0.5);
        var model = Train(people, people.Sessions()).Model;
        var (moved, truth) = (Differs(model, MatchField.Postcode).M, Share(people.Truth(), MatchField.Postcode, (int)PostcodeLevel.Differs));
        Assert.True(Math.Abs(moved - truth) < Tolerance, $"seed {Seed}: {moved} have moved, truth {truth}");
    }

    // The bad optimum of one run over all blocks: what the blocks have in common is taken for "one person".
    [Theory]
    [InlineData(201)]
    [InlineData(202)]
    public void OneRunOnTheUnionOfTheBlocksFallsIntoABadOptimumAndAveragedSessionsDoNot(int seed)
    {
        var people = new SimulatedPeople(seed, People, dirt: 3);
        var truth = people.Truth();
        var averaged = LargestError(Train(people, people.Sessions()).Model, truth);
        var union = LargestError(Train(people, people.Union(knowRivals: true)).Model, truth);
        var textbook = LargestError(Train(people, people.Union(knowRivals: false)).Model, truth);
        Assert.True(averaged.Error < Tolerance, $"seed {seed}: averaged sessions off by {averaged}");
        Assert.True(union.Error > 5 * Tolerance, $"seed {seed}: union off by {union}");
        Assert.True(textbook.Error > 0.5, $"seed {seed}: union without rivals off by {textbook}");
    }

    // Without rivals, fathers are taken for sons with a wrong date of birth.
    [Fact]
    public void RivalsTellFathersFromSonsOfTheirName()
    {
        const int Seed = 301;
        var people = new SimulatedPeople(Seed, People);
        var sessions = people.Sessions();
        var without = sessions.Select(s => s with { Counts = WithoutRivals(s.Counts) }).ToList();
        var truth = Share(people.Truth(), MatchField.DateOfBirth, (int)DateLevel.Differs);
        var known = Differs(Train(people, sessions).Model, MatchField.DateOfBirth).M;
        var unknown = Differs(Train(people, without).Model, MatchField.DateOfBirth).M;
        Assert.True(Math.Abs(known - truth) < 0.01, $"seed {Seed}: {known}, truth {truth}");
        Assert.True(unknown > truth + 0.03, $"seed {Seed}: {unknown} without rivals, truth {truth}");
    }

    [Theory]
    [InlineData(401, 0)]
    [InlineData(402, 0.9)]
    public void FilesOfDifferentPeopleGiveNoModel(int seed, double numbers)
    {
        var people = new SimulatedPeople(seed, People, overlap: false, numbers: numbers);
        var e = Assert.Throws<TrainingException>(() => Train(people, people.Sessions()));
        Assert.StartsWith("No model can be estimated: none of 4 blocking sessions finds 100 pairs of one person that it is sure of", e.Message, StringComparison.Ordinal);
        Assert.Equal(["surname", "forename", "date of birth", "postcode"], e.Sessions.Select(s => s.Name));
        Assert.All(e.Sessions, s => Assert.NotEqual(SessionOutcome.Used, s.Outcome));
        Assert.All(e.Sessions, s => Assert.True(s.Certainty < 0.65, $"seed {seed}: {s}"));
    }

    [Fact]
    public void TooFewPeopleGiveNoModel()
    {
        const int Seed = 403;
        var people = new SimulatedPeople(Seed, 200);
        var e = Assert.Throws<TrainingException>(() => Train(people, people.Sessions()));
        Assert.All(e.Sessions, s => Assert.Equal(SessionOutcome.TooFewMatches, s.Outcome));
        Assert.Throws<TrainingException>(() => Train(people, []));
    }

    [Fact]
    public void WhatIsNotEstimatedIsTheBaseModels()
    {
        const int Seed = 501;
        var people = new SimulatedPeople(Seed, Few);
        var original = BaseModel.Model with { ParticipantShare = 0.3, RelativeShare = 0.1, AcceptProbability = 0.99, ReviewProbability = 0.4, MarginBits = 5 };
        var model = Train(people, people.Sessions(), original).Model;
        Assert.Equal(("trained-1", "From a test."), (model.Version, model.Description));
        Assert.Equal(
            (original.ParticipantShare, original.RelativeShare, original.AcceptProbability, original.ReviewProbability, original.MarginBits),
            (model.ParticipantShare, model.RelativeShare, model.AcceptProbability, model.ReviewProbability, model.MarginBits));
        foreach (var (before, after) in original.Fields.Zip(model.Fields))
        {
            Assert.Equal(before.Field, after.Field);
            Assert.Equal(before.Levels.Select(l => (l.Level, l.R, l.TermFrequency)), after.Levels.Select(l => (l.Level, l.R, l.TermFrequency)));
            // Nobody has a number here.
            Assert.Equal(before.Field == MatchField.NhsNumber, before.Levels.SequenceEqual(after.Levels));
        }
        // "Swapped" never occurs here, and stays possible.
        var swapped = model.Fields[(int)MatchField.Surname].Levels[(int)SurnameLevel.Swapped - 1];
        Assert.InRange(swapped.M, 1e-6, 1e-3);
        Assert.InRange(swapped.U, 1e-8, 1e-5);
    }

    // 0.3 of the patients are participants: the model takes that over. Nobody knows how many patients a session has, or all of them are participants: it does not.
    [Fact]
    public void TheShareOfParticipantsIsLoweredToTheEstimateAndNotRaised()
    {
        const int Seed = 505;
        var people = new SimulatedPeople(Seed, People, shareKept: 0.3);
        var sessions = people.Sessions();
        var known = Train(people, [.. sessions.Select(s => s with { Patients = people.Patients })]);
        var share = (double)people.Truth().Pairs / people.Patients;
        Assert.True(Math.Abs(known.Model.ParticipantShare - share) < 0.03, $"seed {Seed}: {known.Model.ParticipantShare}, truth {share}");
        Assert.Equal(known.ParticipantShare!.Value, known.Model.ParticipantShare, 0.0001);
        var fewer = Train(people, [.. sessions.Select(s => s with { Patients = people.Patients / 3 })]);
        Assert.True(fewer.ParticipantShare > 0.8);
        Assert.Equal(BaseModel.Model.ParticipantShare, fewer.Model.ParticipantShare);
        var unknown = Train(people, sessions);
        Assert.Null(unknown.ParticipantShare);
        Assert.Equal(BaseModel.Model.ParticipantShare, unknown.Model.ParticipantShare);
    }

    [Fact]
    public void FixedFieldsTellPeopleApartAndAreNotLearned()
    {
        const int Seed = 506;
        var people = new SimulatedPeople(Seed, Few, numbers: 0.9);
        var sessions = people.Sessions();
        var learned = Train(people, sessions);
        var stood = Train(people, [.. sessions.Select(s => s with { Fixed = [MatchField.NhsNumber] })]);
        Assert.Equal(FieldOutcome.Estimated, learned.Fields[(int)MatchField.NhsNumber].Outcome);
        Assert.Equal((FieldOutcome.TooFewMatches, 0), (stood.Fields[(int)MatchField.NhsNumber].Outcome, stood.Fields[(int)MatchField.NhsNumber].Sessions));
        Assert.Equal(BaseModel.Model.Fields[(int)MatchField.NhsNumber].Levels, stood.Model.Fields[(int)MatchField.NhsNumber].Levels);
        var without = Train(people, [.. sessions.Select(s => s with { BlockedOn = [.. s.BlockedOn, MatchField.NhsNumber] })]);
        foreach (var (certain, less) in stood.Sessions.Zip(without.Sessions))
            Assert.True(certain.Certainty > less.Certainty, $"seed {Seed}: {certain.Name} {certain.Certainty}, without numbers {less.Certainty}");
    }

    // A forename block has no exchanged names; the other sessions say how often they are.
    [Fact]
    public void ALevelThatABlockCannotHaveIsLearnedFromTheOthers()
    {
        const int Seed = 507;
        var people = new SimulatedPeople(Seed, Few);
        var sessions = people.Sessions();
        var (close, forename) = ((int)SurnameLevel.Close, 1);
        var without = sessions.Select((s, i) => i == forename ? s with { Counts = Only(s.Counts, l => l[(int)MatchField.Surname] != close) } : s).ToList();
        var naive = Train(people, without).Model.Fields[(int)MatchField.Surname].Levels;
        without[forename] = without[forename] with { Impossible = [(MatchField.Surname, close)] };
        var told = Train(people, without).Model.Fields[(int)MatchField.Surname].Levels;
        var truth = Share(people.Truth(), MatchField.Surname, close);
        Assert.True(naive[close - 1].M < 0.8 * truth, $"seed {Seed}: {naive[close - 1].M}, truth {truth}");
        Assert.True(Math.Abs(told[close - 1].M - truth) < 0.012, $"seed {Seed}: {told[close - 1].M}, truth {truth}");
        Assert.Equal(1, told.Sum(l => l.M), 0.001);
    }

    [Fact]
    public void AFieldOfWhichADifferenceWouldSpeakForOnePersonIsLeftAlone()
    {
        const int Seed = 502;
        var people = new SimulatedPeople(Seed, Few);
        var sessions = people.Sessions().Select(s => s with { Counts = OtherSex(s.Counts) }).ToList();
        var result = Train(people, sessions);
        Assert.Equal(FieldOutcome.Reversed, result.Fields[(int)MatchField.Sex].Outcome);
        Assert.Equal(BaseModel.Model.Fields[(int)MatchField.Sex].Levels, result.Model.Fields[(int)MatchField.Sex].Levels);
        Assert.Equal(FieldOutcome.Estimated, result.Fields[(int)MatchField.Surname].Outcome);
    }

    [Fact]
    public void TheSameCountsGiveTheSameModelInWhateverOrderTheyCame()
    {
        const int Seed = 503;
        var people = new SimulatedPeople(Seed, Few);
        var random = people.Random(RandomPairs);
        var sessions = people.Sessions().Select(s => s with { Counts = WithoutRivals(s.Counts) }).ToList();
        var first = Bytes(ModelTraining.Estimate(BaseModel.Model, "a", "", random, sessions).Model);
        Assert.Equal(first, Bytes(ModelTraining.Estimate(BaseModel.Model, "a", "", random, sessions).Model));
        var shuffled = sessions.Select(s => s with { Counts = Shuffled(s.Counts, new Random(Seed)) }).ToList();
        var other = random with { Counts = Shuffled(random.Counts, new Random(Seed)) };
        Assert.Equal(first, Bytes(ModelTraining.Estimate(BaseModel.Model, "a", "", other, shuffled).Model));
    }

    [Fact]
    public void ATrainedModelIsAFileLikeAnyOther()
    {
        const int Seed = 504;
        var people = new SimulatedPeople(Seed, Few, numbers: 0.5);
        var sessions = people.Sessions();
        var text = Bytes(Train(people, sessions).Model);
        Assert.Equal(text, Bytes(MatchModel.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "trained")));
        // Four digits are all that is claimed.
        Assert.DoesNotMatch(@"""[mu]"": \d\.\d*[1-9]\d{4,}", text);
        Assert.Throws<MatchModelException>(() => ModelTraining.Estimate(BaseModel.Model, "no spaces", "", people.Random(1000), sessions));
    }

    private static TrainingResult Train(SimulatedPeople people, IReadOnlyList<TrainingSession> sessions, MatchModel? original = null) =>
        ModelTraining.Estimate(original ?? BaseModel.Model, "trained-1", "From a test.", people.Random(RandomPairs), sessions);

    private static LevelModel Differs(MatchModel model, MatchField field) => model.Fields[(int)field].Levels[^1];

    private static (double Error, string Where) LargestError(MatchModel model, PatternCounts truth)
    {
        (double, string) largest = (0, "");
        foreach (var field in model.Fields)
        {
            if (truth.Patterns.All(p => p.Levels[(int)field.Field] == 0))
                continue;
            for (var level = 1; level <= field.Levels.Count; level++)
            {
                var (m, share) = (field.Levels[level - 1].M, Share(truth, field.Field, level));
                if (Math.Abs(m - share) > largest.Item1)
                    largest = (Math.Abs(m - share), string.Create(CultureInfo.InvariantCulture, $"{field.Field} {field.Levels[level - 1].Level}: {m}, truth {share}"));
            }
        }
        return largest;
    }

    private static double Share(PatternCounts counts, MatchField field, int level) =>
        (double)counts.Patterns.Where(p => p.Levels[(int)field] == level).Sum(p => p.Pairs) / counts.Patterns.Where(p => p.Levels[(int)field] != 0).Sum(p => p.Pairs);

    private static PatternCounts WithoutRivals(PatternCounts counts) => Changed(counts.Patterns, l => l);

    private static PatternCounts Shuffled(PatternCounts counts, Random random) => Changed(counts.Patterns.OrderBy(_ => random.Next()), l => l);

    private static PatternCounts OtherSex(PatternCounts counts) => Changed(counts.Patterns, levels =>
    {
        levels[(int)MatchField.Sex] = (byte)(3 - levels[(int)MatchField.Sex]);
        return levels;
    });

    private static PatternCounts Changed(IEnumerable<CountedPattern> patterns, Func<Levels, Levels> change)
    {
        var changed = new PatternCounts();
        foreach (var pattern in patterns)
            changed.Add(change(pattern.Levels), pattern.Pairs);
        return changed;
    }

    private static PatternCounts Only(PatternCounts counts, Func<Levels, bool> kept) => Changed(counts.Patterns.Where(p => kept(p.Levels)), l => l);

    private static string Bytes(MatchModel model)
    {
        using var stream = new MemoryStream();
        model.Write(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
