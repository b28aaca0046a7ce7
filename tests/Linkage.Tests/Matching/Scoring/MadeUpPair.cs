using System.Globalization;

namespace Linkage.Tests.Matching.Scoring;

/// <summary>Two records, made from a seed: of one person with an error or two, of two relatives, or of two strangers.</summary>
public sealed record MadeUpPair(int Seed, Person One, Person Other)
{
    private static readonly string[] Surnames = "Smith Smyth Archer Hathersage Featherstonehaugh Lee O'Brien Smith-Jones Müller Nguyen Brown MacDonald Ng Wood".Split(' ');
    private static readonly string[] Forenames = "Anna Hannah Joan Jean Gwendolen Gwen William Bill Leon Noel Christopher J Mohammed Mary Zoë Wood".Split(' ');
    private static readonly string[] Postcodes = ["LS1 4AP", "LS1 4AQ", "LS11 4AP", "SW1A 2AA", "LS1", "2190", "2910", "75011 PARIS", "YO24 1AB", "ZZ99 3VZ"];

    public static MadeUpPair Of(int seed)
    {
        var random = new Random(seed);
        var one = Anybody(random);
        var other = random.Next(3) == 0 ? Anybody(random) : one;
        for (var errors = random.Next(4); errors > 0; errors--)
            other = WithError(random, other);
        return new MadeUpPair(seed, one, other);
    }

    private static Person Anybody(Random random) => new(
        "",
        random.Next(8) == 0 ? "" : Any(random, Surnames),
        random.Next(8) == 0 ? "" : Any(random, Forenames),
        random.Next(8) switch { 0 => "", 1 => $"{random.Next(1930, 1999)}", 2 => $"{random.Next(1930, 1999)}-{random.Next(1, 13):D2}", 3 => $"{random.Next(1610, 1999)}-02-3{random.Next(2)}", _ => Date(random) },
        random.Next(6) switch { 0 => "", 1 => "X", 2 or 3 => "F", _ => "M" },
        random.Next(8) == 0 ? "" : Any(random, Postcodes));

    private static Person WithError(Random random, Person person) => random.Next(9) switch
    {
        0 => person with { Surname = Mistyped(random, person.Surname) },
        1 => person with { Forename = Mistyped(random, person.Forename) },
        2 => person with { Surname = person.Forename, Forename = person.Surname },
        3 => person with { Born = Mistyped(random, person.Born) },
        4 when person.Born.Length == 10 => person with { Born = $"{person.Born[..4]}-{person.Born[8..]}-{person.Born[5..7]}" },
        5 => person with { Postcode = Mistyped(random, person.Postcode) },
        6 => person with { Surname = Any(random, Surnames), Postcode = Any(random, Postcodes) },
        7 => person with { Forename = Any(random, Forenames), Sex = "F" },
        _ => person with { Born = Date(random) },
    };

    private static string Date(Random random) => string.Create(CultureInfo.InvariantCulture, $"{random.Next(1930, 1999)}-{random.Next(1, 13):D2}-{random.Next(1, 29):D2}");

    private static string Mistyped(Random random, string value)
    {
        if (value.Length < 2)
            return value;
        var letters = value.ToCharArray();
        var at = random.Next(1, letters.Length);
        if (random.Next(2) == 0)
            (letters[at - 1], letters[at]) = (letters[at], letters[at - 1]);
        else
            letters[at] = char.IsAsciiDigit(letters[at]) ? (char)('0' + random.Next(10)) : (char)('A' + random.Next(26));
        return new string(letters);
    }

    private static string Any(Random random, string[] values) => values[random.Next(values.Length)];
}
