using Linkage.Matching.Scoring;
using Linkage.Matching.Scoring.Training;

namespace Linkage.Tests.Matching.Scoring.Training;

/// <summary>
/// People with names of made-up syllables, in a registry and as patients of whom some are participants; the patients are mistyped at known rates, and what was done to whom is
/// counted. Postcodes are codes of no UK shape, unless asked for: then no exact key settles anybody.
/// </summary>
internal sealed class MistypedPeople : IDisposable
{
    private static readonly string[] Syllables = [.. "b br c d dr f g gl h j k kr l m n p pl r s sk t tr v w".Split(' ').SelectMany(c => "a e i o u ai ou".Split(' ').Select(v => c + v))];
    private static readonly string[] Ends = "ck ld m n nd r rn s st t th x".Split(' ');

    private readonly Random _random;
    private readonly bool _ukPostcodes;
    private readonly string[] _surnames;
    private readonly string[] _forenames;
    private readonly List<Person> _patients = [];

    public MistypedPeople(int seed, int people, bool ukPostcodes = false, double numbers = 0, string consent = "")
    {
        _random = new Random(seed);
        _ukPostcodes = ukPostcodes;
        _surnames = Names(700);
        _forenames = Names(200);
        for (var person = 0; person < people; person++)
        {
            var truth = new Person(
                _random.NextDouble() < numbers ? Person.TestNhs(person) : "", Any(_surnames), Any(_forenames), Date(), _random.Next(2) == 0 ? "F" : "M", Code());
            var isParticipant = _random.NextDouble() < 0.6;
            if (isParticipant)
                Registry.Add($"S{person}", truth, consent);
            if (_random.NextDouble() >= 0.6)
                continue;
            var record = Recorded(truth);
            _patients.Add(record);
            if (isParticipant)
                Count(truth, record);
        }
    }

    public TestRegistry Registry { get; } = new();

    public int Patients => _patients.Count;

    /// <summary>Pairs of one person.</summary>
    public int Pairs { get; private set; }

    /// <summary>Pairs of one person that are equal in a field, of the first five.</summary>
    public int[] Equal { get; } = new int[5];

    /// <summary>Pairs of one person with day and month exchanged.</summary>
    public int SwappedDates { get; private set; }

    public TrainingData Compare(int seed = 1, TrainingPairsOptions? options = null)
    {
        using var pairs = new TrainingPairs(Registry.Registry, Registry.Pseudonymiser, BaseModel.Model, seed, options);
        foreach (var patient in _patients)
            pairs.Add(patient.ToIdentity());
        return pairs.Finish();
    }

    public void Dispose() => Registry.Dispose();

    private void Count(Person truth, Person record)
    {
        Pairs++;
        Equal[(int)MatchField.Surname] += truth.Surname == record.Surname ? 1 : 0;
        Equal[(int)MatchField.Forename] += truth.Forename == record.Forename ? 1 : 0;
        Equal[(int)MatchField.DateOfBirth] += truth.Born == record.Born ? 1 : 0;
        Equal[(int)MatchField.Sex] += truth.Sex == record.Sex ? 1 : 0;
        Equal[(int)MatchField.Postcode] += truth.Postcode == record.Postcode ? 1 : 0;
        SwappedDates += record.Born != truth.Born && record.Born == Swapped(truth.Born) ? 1 : 0;
    }

    private Person Recorded(Person person)
    {
        if (Chance(0.1))
            person = person with { Surname = Mistyped(person.Surname) };
        else if (Chance(0.06))
            person = person with { Surname = Any(_surnames) };
        if (Chance(0.08))
            person = person with { Forename = Mistyped(person.Forename) };
        else if (Chance(0.04))
            person = person with { Forename = Any(_forenames) };
        if (Chance(0.04))
            person = person with { Born = person.Born[..3] + (char)('0' + ((person.Born[3] - '0' + 1) % 10)) + person.Born[4..] };
        else if (Chance(0.05))
            person = person with { Born = Swapped(person.Born) };
        else if (Chance(0.02))
            person = person with { Born = Date() };
        if (Chance(0.02))
            person = person with { Sex = person.Sex == "F" ? "M" : "F" };
        return Chance(0.2) ? person with { Postcode = Code() } : person;
    }

    private string[] Names(int count)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (names.Count < count)
            names.Add(Any(Syllables) + Any(Syllables) + Any(Syllables) + Any(Ends));
        return [.. names];
    }

    private string Mistyped(string name)
    {
        var place = _random.Next(1, name.Length - 1);
        var letter = (char)('a' + ((name[place] - 'a' + 1 + _random.Next(25)) % 26));
        return name[..place] + letter + name[(place + 1)..];
    }

    private string Date() => new DateOnly(1930, 1, 2).AddDays(_random.Next(26_000)).ToString("yyyy-MM-dd");

    private static string Swapped(string date) => string.CompareOrdinal(date[8..], "12") > 0 ? date : $"{date[..5]}{date[8..]}-{date[5..7]}";

    private string Code() => _ukPostcodes
        ? $"LS{_random.Next(1, 30)} {_random.Next(1, 10)}{"ABDEFGHJLN"[_random.Next(10)]}{"PQRSTUWXYZ"[_random.Next(10)]}"
        // 0 and 1 could be letters.
        : string.Concat(Enumerable.Range(0, 4).Select(_ => _random.Next(2, 10)));

    private bool Chance(double rate) => _random.NextDouble() < rate;

    // A few are common.
    private string Any(string[] values) => values[(int)(values.Length * Math.Pow(_random.NextDouble(), values.Length > 150 ? 2 : 1))];
}
