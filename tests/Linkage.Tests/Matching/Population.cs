using System.Globalization;

namespace Linkage.Tests.Matching;

/// <summary>
/// A made-up town: families with twins, fathers and sons of one name at one address, siblings, marriages. Some are participants, some withdrew, some are
/// outsiders; the practice's records of all of them are dirty.
/// </summary>
public sealed class Population
{
    private static readonly string[] Surnames = "Archer Baker Cook Dyer Ennis Fisher Glover Hunter Innes Judd Knight Lamb Mason Nash Osborne Potter Quick Reeve Smith Taylor Smith-Jones O'Brien Müller van-Dyke".Split(' ');
    private static readonly string[] Women = "Anna Alice Beth Clara Diana Ella Fay Grace Helen Iris Jane Joan Kate Laura Mary Nora Olive Pam Rose Ruth".Split(' ');
    private static readonly string[] Men = "James John Jack Adam Alan Ben Carl David Eric Frank George Henry Ian Kevin Luke Mark Neil Oscar Peter Paul".Split(' ');
    private readonly Random random;
    private readonly string[] postcodes;
    private int numbers;

    public Population(int seed, int families)
    {
        random = new Random(seed);
        postcodes = [.. Enumerable.Range(0, families / 4).Select(i => $"LS{1 + (i % 8)} {1 + (i % 9)}{(char)('A' + (i % 10))}{"BDEFGHJL"[i / 10 % 8]}")];
        for (var i = 0; i < families; i++)
            AddFamily();
        foreach (var resident in Residents)
        {
            resident.IsParticipant = random.Next(2) == 0;
            resident.Withdrew = resident.IsParticipant && random.Next(10) == 0;
        }
    }

    public IList<Resident> Residents { get; } = new List<Resident>();

    /// <summary>What the study knows: sometimes without a number, sometimes by a former name and address, too.</summary>
    public void Enrol(TestRegistry registry)
    {
        foreach (var resident in Residents.Where(r => r.IsParticipant))
        {
            var known = resident.Truth;
            if (random.Next(8) == 0)
                known = known with { Nhs = "" };
            resident.KnownNhs = known.Nhs;
            registry.Add(resident.Id, known, resident.Withdrew ? "withdrawn" : "given");
            if (random.Next(4) == 0)
                registry.Add(resident.Id, known with { Surname = Any(Surnames), Postcode = Any(postcodes) });
        }
    }

    /// <summary>The practice's record, with dirt of every kind in each field by itself.</summary>
    public (Person Record, bool Clean) RecordOf(Resident resident)
    {
        var (nhs, numberIsClean) = DirtyNumber(resident);
        var (born, dateIsClean) = DirtyDate(resident.Truth.Born);
        var truth = resident.Truth;
        var record = new Person(
            nhs,
            random.Next(12) switch { 0 => Any(Surnames), 1 => "", 2 => truth.Surname.ToUpperInvariant(), _ => truth.Surname },
            random.Next(12) switch { 0 => "", 1 when !resident.SharesInitialWithTwin => truth.Forename[..1], 2 => truth.Forename + " Maria", 3 => Mistype(truth.Forename), _ => truth.Forename },
            born,
            random.Next(20) switch { 0 => "", 1 => truth.Sex == "F" ? "M" : "F", _ => truth.Sex },
            random.Next(12) switch { 0 => Any(postcodes), 1 => "", 2 => truth.Postcode.Replace(" ", "", StringComparison.Ordinal), 3 => truth.Postcode.Split(' ')[0], _ => truth.Postcode });
        return (record, numberIsClean && dateIsClean);
    }

    private void AddFamily()
    {
        var surname = Any(Surnames);
        var postcode = Any(postcodes);
        var year = random.Next(1935, 1955);
        var father = Add(surname, Any(Men), "M", year, postcode, null);
        Add(random.Next(3) == 0 ? Any(Surnames) : surname, Any(Women), "F", year + random.Next(-3, 4), postcode, null);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        // A son named for his father.
        if (random.Next(3) == 0)
            Add(surname, father.Truth.Forename, "M", year + random.Next(18, 35), postcode, taken);
        for (var child = random.Next(3); child > 0; child--)
        {
            var sex = random.Next(2) == 0 ? "F" : "M";
            var born = year + random.Next(18, 35);
            var first = Add(surname, New(sex, taken), sex, born, postcode, taken);
            if (random.Next(3) != 0)
                continue;
            var twinSex = random.Next(3) == 0 ? sex == "F" ? "M" : "F" : sex;
            var twin = Add(surname, New(twinSex, taken), twinSex, born, postcode, taken);
            twin.Truth = twin.Truth with { Born = first.Truth.Born };
            twin.IsTwin = first.IsTwin = true;
            twin.SharesInitialWithTwin = first.SharesInitialWithTwin = twin.Truth.Forename[0] == first.Truth.Forename[0];
        }
    }

    private Resident Add(string surname, string forename, string sex, int year, string postcode, HashSet<string>? taken)
    {
        taken?.Add(forename);
        var born = new DateOnly(year, 1, 1).AddDays(random.Next(365)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var resident = new Resident { Id = $"P{numbers:D6}", Truth = new Person(Person.TestNhs(numbers), surname, forename, born, sex, postcode) };
        numbers++;
        Residents.Add(resident);
        return resident;
    }

    private string New(string sex, HashSet<string> taken)
    {
        var names = sex == "F" ? Women : Men;
        string name;
        do
        {
            name = Any(names);
        }
        while (taken.Contains(name));
        return name;
    }

    private (string Number, bool Clean) DirtyNumber(Resident resident)
    {
        var number = resident.Truth.Nhs;
        switch (random.Next(12))
        {
            case 0: return ("", false);
            case 1: return ("9999999999", false);
            case 2: return ("0000000000", false);
            case 3: return (number[..9] + (char)('0' + ((number[9] - '0' + 1) % 10)), false);
            case 4: return (Person.TestNhs(400_000 + random.Next(90_000)), false);
            // A relative's or a stranger's number. Not among twins: number and date of birth together are a person's identity, here as in the NHS.
            case 5 when !resident.IsTwin:
                var other = Residents[random.Next(Residents.Count)];
                return other.Truth.Born == resident.Truth.Born ? (number, true) : (other.Truth.Nhs, ReferenceEquals(other, resident));
            case 6: return ($"{number[..3]} {number[3..6]} {number[6..]}", true);
            default: return (number, true);
        }
    }

    private (string Date, bool Clean) DirtyDate(string born)
    {
        string year = born[..4], month = born[5..7], day = born[8..];
        return random.Next(12) switch
        {
            0 => ("", false),
            1 => ($"{year}-{day}-{month}", day == month),
            2 => ($"{int.Parse(year, CultureInfo.InvariantCulture) + random.Next(1, 9)}-{month}-{day}", false),
            3 => ($"{year}-{month}", false),
            4 => (year, false),
            5 => ($"{year}-{1 + (int.Parse(month, CultureInfo.InvariantCulture) % 12):D2}-{day}", false),
            6 => ("1900-01-01", false),
            7 => ($"{day}/{month}/{year}", true),
            _ => (born, true),
        };
    }

    private string Mistype(string name)
    {
        var letters = name.ToCharArray();
        letters[random.Next(1, letters.Length)] = (char)('a' + random.Next(26));
        return new string(letters);
    }

    private string Any(string[] values) => values[random.Next(values.Length)];
}

/// <summary>Somebody of the town.</summary>
public sealed class Resident
{
    public required string Id { get; init; }

    public required Person Truth { get; set; }

    public bool IsParticipant { get; set; }

    public bool Withdrew { get; set; }

    public bool IsTwin { get; set; }

    public bool SharesInitialWithTwin { get; set; }

    public string KnownNhs { get; set; } = "";
}
