namespace Linkage.Worker.Synth;

/// <summary>
/// The people of one practice, household by household: singles, couples (most with one surname), parents with a child (many sons with their father's
/// name), twins. Participants are born 1936 to 1970 (the cohort of UK Biobank), outsiders 1925 to 2021.
/// </summary>
internal sealed class PracticePopulation(FeedPlan plan)
{
    /// <summary>Of 100 participants, so many have no GP records.</summary>
    public const int WithoutRecordsPercent = 5;

    /// <summary>No wish: a day that nobody can be born on.</summary>
    private const int AnyDay = int.MinValue;

    private static readonly int CohortFirst = Calendar.Day(1936, 1, 1);
    private static readonly int CohortLast = Calendar.Day(1970, 12, 31);
    private static readonly int OutsiderFirst = Calendar.Day(1925, 1, 1);
    private static readonly int OutsiderLast = Calendar.Day(2021, 12, 31);
    private readonly NameTables _names = NameTables.Instance;
    private Person[] _people = [];
    private SeededRandom _random;
    private int _practice, _participants, _outsiders;
    private long _nextParticipant, _nextPerson;

    /// <summary>Number of people.</summary>
    public int Count { get; private set; }

    /// <summary>The people; households in a row. Valid until the next <see cref="Fill"/>.</summary>
    public ReadOnlySpan<Person> People => _people.AsSpan(0, Count);

    /// <summary>Makes the people of a practice.</summary>
    public void Fill(int practice)
    {
        _practice = practice;
        _random = new SeededRandom(plan.Options.Seed, RandomPurpose.People, practice);
        (_nextParticipant, _participants) = plan.Participants(practice);
        (_nextPerson, var size) = plan.Persons(practice);
        _outsiders = size - _participants;
        Count = 0;
        if (_people.Length < size)
        {
            _people = new Person[size];
        }

        while (Count < size)
        {
            var form = size - Count < 2 ? 0 : _random.Below(100);
            switch (form)
            {
                case < 52:
                    Add(DrawKind(), AnyDay);
                    break;
                case < 84:
                    AddCouple();
                    break;
                case < 98:
                    AddParentAndChild();
                    break;
                default:
                    AddTwins();
                    break;
            }
        }

        // A practice without any patient could not hold its share of the records.
        if (!People.ContainsAnyPatient())
        {
            _people[0].WithoutRecords = false;
        }
    }

    private void AddCouple()
    {
        ref var first = ref Add(DrawKind(), AnyDay);
        var years = (_random.Below(13) - 6) * 365;
        ref var second = ref Add(DrawKind(), first.Born + years + _random.Below(365));
        Rename(ref second, _random.Below(30) == 0 ? first.Male : !first.Male);
        second.Postcode = first.Postcode;
        first.Partner = Count - 1;
        second.Partner = Count - 2;
        if (_random.Below(4) != 0)
        {
            ref var changed = ref second.Male ? ref first : ref second;
            ref var kept = ref second.Male ? ref second : ref first;
            changed.FormerSurname = changed.Surname.AsSpan().SequenceEqual(kept.Surname) ? [] : changed.Surname;
            changed.Surname = kept.Surname;
            changed.SecondSurname = kept.SecondSurname;
        }
    }

    private void AddParentAndChild()
    {
        var (parentKind, childKind) = (DrawKind(), DrawKind());
        var gap = (20 + _random.Below(19)) * 365;
        int parentBorn, childBorn;
        if (childKind == PersonKind.Outsider)
        {
            parentBorn = Born(parentKind, AnyDay);
            childBorn = Math.Min(parentBorn + gap, OutsiderLast);
        }
        else if (parentKind == PersonKind.Outsider)
        {
            childBorn = Born(childKind, AnyDay);
            parentBorn = Math.Max(childBorn - gap, OutsiderFirst);
        }
        else
        {
            parentBorn = CohortFirst + _random.Below(9 * 365);
            childBorn = CohortLast - _random.Below(9 * 365);
        }

        ref var parent = ref Add(parentKind, parentBorn);
        ref var child = ref Add(childKind, childBorn);
        (child.Surname, child.SecondSurname, child.Postcode) = (parent.Surname, parent.SecondSurname, parent.Postcode);
        if (_random.Below(2) == 0)
        {
            Rename(ref parent, male: true);
            Rename(ref child, male: true);
            child.Forename = parent.Forename;
        }
    }

    private void AddTwins()
    {
        ref var first = ref Add(DrawKind(), AnyDay);
        var secondKind = DrawKind();
        if (secondKind != PersonKind.Outsider && first.Kind == PersonKind.Outsider)
        {
            first.Born = Born(secondKind, AnyDay);
            first.Died = int.MaxValue;
        }

        ref var second = ref Add(secondKind, first.Born);
        (second.Surname, second.SecondSurname, second.Born) = (first.Surname, first.SecondSurname, first.Born);
        second.Postcode = _random.Below(5) < 2 ? first.Postcode : second.Postcode;
        var male = _random.Below(3) == 0 ? first.Male : second.Male;
        do
        {
            Rename(ref second, male);
        }
        while (second.Forename.AsSpan().SequenceEqual(first.Forename));
    }

    private void Rename(ref Person person, bool male)
    {
        var year = Calendar.Date(person.Born).Year;
        person.Male = male;
        person.Forename = _names.Forename(ref _random, male, year);
        person.OtherForename = _random.Below(3) != 0 ? _names.Forename(ref _random, male, year) : [];
    }

    private PersonKind DrawKind()
    {
        if (_random.Below(_participants + _outsiders) >= _participants)
        {
            _outsiders--;
            return PersonKind.Outsider;
        }

        _participants--;
        return _random.Below(200) == 0 ? PersonKind.Withdrawn : PersonKind.Participant;
    }

    /// <summary>A day of birth that suits the kind: <paramref name="wish"/> where possible.</summary>
    private int Born(PersonKind kind, int wish)
    {
        var (first, last) = kind == PersonKind.Outsider ? (OutsiderFirst, OutsiderLast) : (CohortFirst, CohortLast);
        return wish >= first && wish <= last ? wish : first + _random.Below(last - first + 1);
    }

    private ref Person Add(PersonKind kind, int born)
    {
        ref var person = ref _people[Count++];
        var isParticipant = kind != PersonKind.Outsider;
        born = Born(kind, born);
        var year = Calendar.Date(born).Year;
        person = new Person
        {
            Ordinal = _nextPerson++,
            Participant = isParticipant ? _nextParticipant++ : -1,
            Kind = kind,
            Born = born,
            Died = int.MaxValue,
            Surname = _names.Surname(ref _random),
            SecondSurname = _random.Below(70) == 0 ? _names.Surname(ref _random) : [],
            Forename = [],
            OtherForename = [],
            FormerSurname = [],
            Postcode = Places.Postcode(ref _random, _practice),
            FormerPostcode = _random.Below(5) == 0 ? Places.Postcode(ref _random, _random.Below(plan.Practices)) : 0,
            Partner = -1,
            NumberUnknownToStudy = isParticipant && _random.Below(100) == 0,
            WithoutRecords = isParticipant && _random.Below(100) < WithoutRecordsPercent,
            Weight = (1_000_000 / (80 + _random.Below(1_000))) * (year < 1950 ? 3 : 2),
        };
        Rename(ref person, _random.Below(2) == 0);
        if (year < 1955 && _random.Below(30) == 0)
        {
            person.Died = Calendar.Day(2012, 1, 1) + _random.Below(4_000);
        }

        return ref person;
    }
}

/// <summary>Questions about a list of people.</summary>
internal static class PersonListExtensions
{
    /// <summary>Whether anybody has records.</summary>
    public static bool ContainsAnyPatient(this ReadOnlySpan<Person> people)
    {
        foreach (ref readonly var person in people)
        {
            if (!person.WithoutRecords)
            {
                return true;
            }
        }

        return false;
    }
}
