using Linkage.Matching.Scoring;
using Linkage.Matching.Scoring.Training;

namespace Linkage.Tests.Matching.Scoring.Training;

/// <summary>
/// A population in families, and two recordings of parts of it with known error rates: the identifiers are numbers, an error is a number beside the true one.
/// Families share surname and postcode, some siblings are twins, some sons have their father's name.
/// </summary>
internal sealed class SimulatedPeople
{
    private const int Surnames = 3000;
    private const int Forenames = 400;
    private const int Days = 29_000;

    private readonly Random _random;
    private readonly double _dirt;
    private readonly List<Identity> _people = [];

    private readonly List<(Identity Identity, int Person)> _patients = [];
    private readonly List<(Identity Identity, int Person)> _participants = [];

    /// <param name="seed">Same seed, same people.</param>
    /// <param name="people">At least so many.</param>
    /// <param name="shareKept">Share of the people in each of the two files, drawn independently.</param>
    /// <param name="dirt">Scales the error rates of the patients.</param>
    /// <param name="numbers">Share of records with an NHS number.</param>
    /// <param name="twice">Share of the patients who are recorded a second time, with errors of their own.</param>
    /// <param name="overlap">False: nobody is in both files.</param>
    public SimulatedPeople(int seed, int people, double shareKept = 0.6, double dirt = 1, double numbers = 0, double twice = 0, bool overlap = true)
    {
        _random = new Random(seed);
        _dirt = dirt;
        while (_people.Count < people)
            AddFamily();
        for (var person = 0; person < _people.Count; person++)
        {
            var identity = _people[person] with { Number = person + 1 };
            var isPatient = _random.NextDouble() < shareKept;
            for (var records = !isPatient ? 0 : _random.NextDouble() < twice ? 2 : 1; records > 0; records--)
                _patients.Add((Recorded(identity) with { Number = _random.NextDouble() < numbers ? Number(person) : 0 }, person));
            if (overlap ? _random.NextDouble() < shareKept : !isPatient)
                _participants.Add((identity with { Number = _random.NextDouble() < numbers ? person + 1 : 0 }, person));
        }
    }

    public int Patients => _patients.Count;

    /// <summary>Patterns of the pairs that are one person: the truth that training does not see.</summary>
    public PatternCounts Truth()
    {
        var byPerson = _participants.ToDictionary(p => p.Person, p => p.Identity);
        var counts = new PatternCounts();
        foreach (var (identity, person) in _patients)
        {
            if (byPerson.TryGetValue(person, out var other))
                counts.Add(Compare(identity, other));
        }
        return counts;
    }

    public RandomPairs Random(int pairs)
    {
        var counts = new PatternCounts();
        for (var i = 0; i < pairs; i++)
            counts.Add(Compare(_patients[_random.Next(_patients.Count)].Identity, _participants[_random.Next(_participants.Count)].Identity));
        return new RandomPairs(counts, _participants.Count);
    }

    public IReadOnlyList<TrainingSession> Sessions() =>
    [
        .. Counted(
            knowRivals: true,
            ("surname", [MatchField.Surname], [i => i.Surname]),
            ("forename", [MatchField.Forename, MatchField.Sex], [i => i.Forename]),
            ("date of birth", [MatchField.DateOfBirth], [i => i.DateOfBirth]),
            ("postcode", [MatchField.Postcode], [i => i.Postcode])),
    ];

    /// <summary>Every pair that any of the blocks has, once: how not to do it.</summary>
    public IReadOnlyList<TrainingSession> Union(bool knowRivals) =>
        Counted(knowRivals, ("union", [], [i => i.Surname, i => i.Forename, i => i.DateOfBirth, i => i.Postcode]));

    private List<TrainingSession> Counted(bool knowRivals, params (string Name, MatchField[] BlockedOn, Func<Identity, object>[] Keys)[] blocks)
    {
        var pairs = blocks.Select(b => Pairs(b.Keys)).ToList();
        var rivals = new PairRivals(BaseModel.Model, _patients.Count, _participants.Count);
        foreach (var (patient, participant, levels) in pairs.SelectMany(p => p))
            rivals.See(patient, participant, levels);
        var sessions = new List<TrainingSession>();
        foreach (var (block, compared) in blocks.Zip(pairs))
        {
            var counts = new PatternCounts(knowRivals ? rivals : null);
            foreach (var (patient, participant, levels) in compared)
            {
                if (knowRivals)
                    counts.Add(patient, participant, levels);
                else
                    counts.Add(levels);
            }
            sessions.Add(new TrainingSession(block.Name, block.BlockedOn, counts));
        }
        return sessions;
    }

    private List<(int Patient, int Participant, Levels Levels)> Pairs(IReadOnlyList<Func<Identity, object>> keys)
    {
        var blocks = keys.Select(key => Enumerable.Range(0, _participants.Count).ToLookup(i => key(_participants[i].Identity))).ToList();
        var pairs = new List<(int, int, Levels)>();
        for (var patient = 0; patient < _patients.Count; patient++)
        {
            var identity = _patients[patient].Identity;
            var candidates = keys.Zip(blocks).SelectMany(b => b.Second[b.First(identity)]);
            foreach (var participant in keys.Count == 1 ? candidates : candidates.Distinct())
                pairs.Add((patient, participant, Compare(identity, _participants[participant].Identity)));
        }
        return pairs;
    }

    private void AddFamily()
    {
        var surname = Common(Surnames);
        // Fifteen homes a unit.
        var postcode = _random.Next(1 + (_people.Count / 35) + 50);
        var father = new Identity(Value.Of(surname), Value.Of(Forename(0)), Value.Of(Born(1940, 1975)), 0, Value.Of(postcode), 0);
        var mother = father with { Surname = Value.Of(_random.NextDouble() < 0.7 ? surname : Common(Surnames)), Forename = Value.Of(Forename(1)), DateOfBirth = Value.Of(Born(1940, 1975)), Sex = 1 };
        _people.Add(father);
        if (_random.NextDouble() < 0.6)
            _people.Add(mother);
        var children = _random.Next(4);
        for (var child = 0; child < children; child++)
        {
            var sex = _random.Next(2);
            var born = Value.Of(Born(1975, 2005));
            var named = sex == 0 && _random.NextDouble() < 0.08 ? father.Forename : Value.Of(Forename(sex));
            _people.Add(father with { Forename = named, DateOfBirth = born, Sex = sex });
            if (_random.NextDouble() < 0.03)
                _people.Add(father with { Forename = Value.Of(Forename(sex)), DateOfBirth = born, Sex = sex });
        }
    }

    // The error rates of the patients; participants are recorded without.
    private Identity Recorded(Identity identity)
    {
        if (Chance(0.06))
            identity = identity with { Surname = Slip(identity.Surname) };
        else if (Chance(0.05))
            identity = identity with { Surname = Value.Of(Common(Surnames)) };
        if (Chance(0.07))
            identity = identity with { Forename = Slip(identity.Forename) };
        else if (Chance(0.04))
            identity = identity with { Forename = Value.Of(Forename(identity.Sex)) };
        if (Chance(0.04))
            identity = identity with { DateOfBirth = Slip(identity.DateOfBirth) };
        else if (Chance(0.02))
            identity = identity with { DateOfBirth = Value.Of(_random.Next(Days)) };
        if (Chance(0.01))
            identity = identity with { Sex = 1 - identity.Sex };
        if (Chance(0.2))
            identity = identity with { Postcode = Value.Of(_random.Next(Surnames)) };
        else if (Chance(0.04))
            identity = identity with { Postcode = Slip(identity.Postcode) };
        return identity;
    }

    private int Number(int person) => Chance(0.03) ? -person - 1 : person + 1;

    private bool Chance(double rate) => _random.NextDouble() < rate * _dirt;

    private Value Slip(Value value) => value with { Slip = 1 + _random.Next(50) };

    private int Forename(int sex) => (2 * Common(Forenames)) + sex;

    private int Born(int from, int until) => _random.Next((from - 1930) * 365, (until - 1930) * 365);

    // A few values are common, most are rare.
    private int Common(int values) => (int)(values * Math.Pow(_random.NextDouble(), 3));

    private static Levels Compare(Identity a, Identity b)
    {
        Levels levels = default;
        levels[(int)MatchField.Surname] = (byte)Level(a.Surname, b.Surname, SurnameLevel.Exact, SurnameLevel.Close, SurnameLevel.Differs);
        levels[(int)MatchField.Forename] = (byte)Level(a.Forename, b.Forename, ForenameLevel.Exact, ForenameLevel.Close, ForenameLevel.Differs);
        levels[(int)MatchField.DateOfBirth] = (byte)Level(a.DateOfBirth, b.DateOfBirth, DateLevel.Exact, DateLevel.Typo, DateLevel.Differs);
        levels[(int)MatchField.Sex] = (byte)(a.Sex == b.Sex ? SexLevel.Exact : SexLevel.Differs);
        levels[(int)MatchField.Postcode] = (byte)Level(a.Postcode, b.Postcode, PostcodeLevel.Exact, PostcodeLevel.Typo, PostcodeLevel.Differs);
        if (a.Number != 0 && b.Number != 0)
            levels[(int)MatchField.NhsNumber] = (byte)(a.Number == b.Number ? NhsNumberLevel.Exact : NhsNumberLevel.Differs);
        return levels;
    }

    private static T Level<T>(Value a, Value b, T exact, T slip, T differs) => a == b ? exact : a.True == b.True ? slip : differs;

    private readonly record struct Value(int True, int Slip)
    {
        public static Value Of(int value) => new(value, 0);
    }

    private sealed record Identity(Value Surname, Value Forename, Value DateOfBirth, int Sex, Value Postcode, int Number);
}
