using System.Text;
using Linkage.Matching;
using Linkage.Matching.Scoring;
using Linkage.Matching.Scoring.Training;

namespace Linkage.Tests.Matching.Scoring.Training;

public sealed class TrainingPairsTests
{
    [Theory]
    [InlineData(601)]
    [InlineData(602)]
    public void TheErrorRatesOfMistypedPeopleAreRecovered(int seed)
    {
        using var people = new MistypedPeople(seed, 7_000);
        var data = people.Compare();
        var result = ModelTraining.Estimate(BaseModel.Model, "t", "", data.Random, data.Sessions);
        Assert.Equal((people.Patients, 0), (data.Patients, data.Settled));
        Assert.All(result.Sessions, s => Assert.True(s.Outcome == SessionOutcome.Used, $"seed {seed}: {s}"));
        foreach (var field in result.Model.Fields.Where(f => f.Field != MatchField.NhsNumber))
        {
            var truth = (double)people.Equal[(int)field.Field] / people.Pairs;
            Assert.True(Math.Abs(field.Levels[0].M - truth) < 0.02, $"seed {seed}: equal {field.Field} {field.Levels[0].M}, truth {truth}");
        }
        var swapped = (double)people.SwappedDates / people.Pairs;
        var estimate = result.Model.Fields[(int)MatchField.DateOfBirth].Levels[(int)DateLevel.Swapped - 1].M;
        Assert.True(Math.Abs(estimate - swapped) < 0.008, $"seed {seed}: swapped dates {estimate}, truth {swapped}");
        var share = (double)people.Pairs / people.Patients;
        Assert.True(Math.Abs(result.ParticipantShare!.Value - share) < 0.05, $"seed {seed}: participants {result.ParticipantShare}, truth {share}");
        // Numbers are the base model's: nobody has one.
        Assert.Equal(BaseModel.Model.Fields[(int)MatchField.NhsNumber].Levels, result.Model.Fields[(int)MatchField.NhsNumber].Levels);
    }

    [Fact]
    public void SessionsAreOfPatientsThatReachTierThree()
    {
        const int Seed = 603;
        using var people = new MistypedPeople(Seed, 3_000, ukPostcodes: true, numbers: 0.8);
        var data = people.Compare();
        Assert.True(data.Settled > people.Pairs / 2 && data.Settled <= people.Pairs + 20, $"seed {Seed}: {data.Settled} settled of {people.Pairs}");
        foreach (var session in data.Sessions)
        {
            // Equal numbers are settled, and so are records without an error; with the number they are one in twenty of the pairs.
            Assert.DoesNotContain(session.Counts.Patterns, p => p.Levels[(int)MatchField.NhsNumber] == (byte)NhsNumberLevel.Exact);
            Assert.Equal([MatchField.NhsNumber], session.Fixed);
            Assert.Equal(data.Patients - data.Settled, session.Patients);
            var perfect = session.Counts.Patterns.Where(p => Enumerable.Range(0, 5).All(f => p.Levels[f] == 1)).Sum(p => p.Pairs);
            Assert.True(perfect < people.Pairs / 50, $"seed {Seed}: {session.Name} has {perfect} pairs without an error");
        }
        // Random pairs are of everybody.
        var draws = Math.Min(128, (people.Registry.Registry.ParticipantCount + 3) / 4);
        Assert.Equal((long)people.Patients * draws, data.Random.Counts.Pairs);
    }

    [Fact]
    public void SameSeedSamePairs()
    {
        const int Seed = 604;
        using var people = new MistypedPeople(Seed, 2_000);
        var few = new TrainingPairsOptions { MaxPairs = 1_500, RandomParticipants = 20 };
        var first = Text(people.Compare(seed: 5, few));
        Assert.Equal(first, Text(people.Compare(seed: 5, few)));
        Assert.NotEqual(first, Text(people.Compare(seed: 6, few)));
    }

    [Fact]
    public void TooManyPairsAreThoseOfAShareOfThePatients()
    {
        const int Seed = 605;
        using var people = new MistypedPeople(Seed, 2_000);
        var all = people.Compare();
        var some = people.Compare(options: new TrainingPairsOptions { MaxPairs = 1_500 });
        Assert.InRange(some.Random.Counts.Pairs, 1, 1_500);
        foreach (var (whole, part) in all.Sessions.Zip(some.Sessions))
        {
            Assert.Equal(people.Patients, whole.Patients);
            Assert.InRange(part.Counts.Pairs, 1, 1_500);
            // As many as their patients are of all, give or take a quarter.
            var expected = whole.Counts.Pairs * part.Patients / whole.Patients;
            Assert.True(Math.Abs(part.Counts.Pairs - expected) < 0.25 * expected, $"seed {Seed}: {part.Name} has {part.Counts.Pairs}, expected {expected}");
        }
    }

    [Fact]
    public void ParticipantsWhoWithdrewAreInNoPair()
    {
        const int Seed = 606;
        using var people = new MistypedPeople(Seed, 1_000, consent: "withdrawn");
        var data = people.Compare();
        Assert.Equal(0, data.Random.Counts.Pairs);
        Assert.All(data.Sessions, s => Assert.Equal(0, s.Counts.Pairs));
        Assert.Throws<TrainingException>(() => ModelTraining.Estimate(BaseModel.Model, "t", "", data.Random, data.Sessions));
    }

    [Fact]
    public void BlocksThatAreTooLargeArePassedOverAndCounted()
    {
        const int Seed = 607;
        using var people = new MistypedPeople(Seed, 1_000);
        Assert.Equal(0, people.Compare().PassedOver);
        var data = people.Compare(options: new TrainingPairsOptions { LargestBlock = 4 });
        Assert.True(data.PassedOver > 100, $"seed {Seed}: {data.PassedOver}");
        // Names have large blocks, dates have not.
        Assert.All(data.Sessions, s => Assert.True(s.Counts.Pairs <= 4 * people.Patients));
        Assert.Equal(people.Compare().Sessions[2].Counts.Pairs, data.Sessions[2].Counts.Pairs);
    }

    [Fact]
    public void AFormerNameAgreesLikeAPresentOne()
    {
        using var registry = new TestRegistry();
        var present = new Person(Surname: "Thornwick", Forename: "Adabella", Born: "1961-03-25", Postcode: "6236");
        registry.With("S1", present, present with { Surname = "Crofthurst", Postcode = "9457" });
        registry.With("S2", new Person(Surname: "Meredenby", Forename: "Bobadil", Born: "1970-06-07", Postcode: "6236"));
        using var pairs = new TrainingPairs(registry.Registry, registry.Pseudonymiser, BaseModel.Model, 1);
        pairs.Add((present with { Surname = "Crofthurst" }).ToIdentity());
        var data = pairs.Finish();
        Assert.Equal(["surname", "forename", "date of birth", "postcode"], data.Sessions.Select(s => s.Name));
        Assert.Equal([1L, 1L, 1L, 2L], data.Sessions.Select(s => s.Counts.Pairs));
        foreach (var session in data.Sessions)
        {
            var person = session.Counts.Patterns.Single(p => p.Levels[(int)MatchField.DateOfBirth] == (byte)DateLevel.Exact);
            Assert.Equal(
                ((byte)SurnameLevel.Exact, (byte)ForenameLevel.Exact, (byte)PostcodeLevel.Exact),
                (person.Levels[(int)MatchField.Surname], person.Levels[(int)MatchField.Forename], person.Levels[(int)MatchField.Postcode]));
        }
    }

    [Fact]
    public void AnotherKeyIsRefused()
    {
        using var registry = new TestRegistry();
        registry.With("S1", new Person(Surname: "Thornwick", Forename: "Adabella", Born: "1961-03-25"));
        using var ring = TestRegistry.Ring(8);
        using var other = ring.Pseudonymiser(1);
        Assert.Throws<RegistryException>(() => new TrainingPairs(registry.Registry, other, BaseModel.Model, 1));
    }

    [Fact]
    public void ASampleHasAllPairsOfEachPatientItTakes()
    {
        const int Seed = 608;
        var random = new Random(Seed);
        var draws = Enumerable.Range(0, 500).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue)).ToArray();
        var sample = new PairSample(300, n => draws[n]);
        Assert.Equal(1, sample.Share);
        var all = new List<(int, int)>();
        for (var patient = 0; patient < draws.Length; patient++)
        {
            for (var pair = random.Next(5); pair > 0; pair--)
            {
                all.Add((patient, pair));
                if (sample.Takes(patient))
                    sample.Add(patient, pair, default);
            }
            sample.Trim();
        }
        Assert.InRange(sample.Pairs.Count, 1, 300);
        Assert.InRange(sample.Share, 0.1, 0.5);
        Assert.Equal(all.Where(p => sample.Takes(p.Item1)), sample.Pairs.Select(p => (p.Patient, p.Participant)));
    }

    private static string Text(TrainingData data)
    {
        var text = new StringBuilder();
        foreach (var counts in data.Sessions.Select(s => s.Counts).Prepend(data.Random.Counts))
        {
            foreach (var pattern in counts.Patterns)
                text.Append($"{pattern.Levels.Pattern:x} {pattern.Pairs} {pattern.PersonShare} {pattern.OtherShare}\n");
            text.Append('\n');
        }
        return text.ToString();
    }
}
