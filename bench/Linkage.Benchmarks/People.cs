using System.Globalization;
using System.Text;
using Linkage.Identity;

namespace Linkage.Benchmarks;

/// <summary>
/// Made-up people, all different: names of random syllables (some double-barrelled, some with accents), dates over ninety years, postcodes of every shape, NHS numbers of the test range. So many that
/// neither branch prediction nor the cache knows them.
/// </summary>
internal static class People
{
    private static readonly string[] Beginnings = ["Br", "Ch", "D", "Gr", "H", "J", "K", "L", "M", "N", "P", "R", "S", "Sh", "St", "T", "V", "W", "Z", "É"];
    private static readonly string[] Middles = ["a", "ai", "e", "ee", "i", "ie", "o", "ou", "u", "y", "ö"];
    private static readonly string[] Ends = ["ch", "ck", "ll", "m", "mp", "n", "nd", "ng", "r", "rt", "s", "son", "t", "th", "tt", "x"];

    /// <summary>Fields as a practice sends them, in the order of <see cref="PersonIdentity.Set"/>.</summary>
    public static byte[][][] Fields(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Person(random))];
    }

    /// <summary>The same, normalised.</summary>
    public static PersonIdentity[] Normalised(int count, int seed) => [.. Fields(count, seed).Select(static fields =>
    {
        var person = new PersonIdentity();
        Set(person, fields);
        return person;
    })];

    /// <summary>Normalises one person's fields.</summary>
    public static void Set(PersonIdentity person, byte[][] fields) => person.Set(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6]);

    private static byte[][] Person(Random random)
    {
        var number = NhsNumber(random);
        string[] fields =
        [
            random.Next(2) == 0 ? number : $"{number[..3]} {number[3..6]} {number[6..]}",
            random.Next(20) == 0 ? $"{Name(random, 2)}-{Name(random, 1)}" : Name(random, random.Next(1, 4)),
            Name(random, random.Next(1, 3)),
            random.Next(3) == 0 ? Name(random, 2) : "",
            string.Create(CultureInfo.InvariantCulture, $"{random.Next(1920, 2010)}-{random.Next(1, 13):00}-{random.Next(1, 29):00}"),
            random.Next(2) == 0 ? "F" : "M",
            Postcode(random),
        ];
        return [.. fields.Select(Encoding.UTF8.GetBytes)];
    }

    private static string Name(Random random, int syllables)
    {
        var name = new StringBuilder();
        for (var i = 0; i < syllables; i++)
            name.Append(One(random, Beginnings)).Append(One(random, Middles)).Append(One(random, Ends));
        return name.ToString();
    }

    private static string Postcode(Random random)
    {
        const string Letters = "ABDEFGHJLNPQRSTUWXYZ";
        var area = random.Next(3) == 0 ? $"{Letter()}" : $"{Letter()}{Letter()}";
        return string.Create(CultureInfo.InvariantCulture, $"{area}{random.Next(1, 30)} {random.Next(10)}{Letter()}{Letter()}");

        char Letter() => Letters[random.Next(Letters.Length)];
    }

    private static string One(Random random, string[] of) => of[random.Next(of.Length)];

    // 999 and six digits, then the Modulus 11 check digit; a check value of 10 is never issued, so draw again.
    private static string NhsNumber(Random random)
    {
        while (true)
        {
            var digits = string.Create(CultureInfo.InvariantCulture, $"999{random.Next(1_000_000):000000}0");
            var check = Identity.NhsNumber.CheckDigit(Encoding.ASCII.GetBytes(digits));
            if (check != 10)
                return digits[..9] + check.ToString(CultureInfo.InvariantCulture);
        }
    }
}
