using System.Globalization;

namespace Linkage.Tests.Matching.Clerk;

/// <summary>Made-up people around those of a test: how many, whether in families, and under which key.</summary>
public sealed class Surroundings
{
    private static readonly string[] Surnames = "Smith Jones Williams Taylor Brown Davies Evans Wilson Thomas Roberts Johnson Lewis Walker Robinson Wood Thompson White Watson Jackson Wright Green Harris Cooper King Lee Martin Clarke James Morgan Hughes Edwards Hill Moore Clark Harrison Scott Young Morris Hall Ward".Split(' ');
    private static readonly string[] Women = "Margaret Susan Mary Patricia Christine Elizabeth Linda Jean Ann Barbara Carol Helen Sarah Karen Julie Joan Sheila Dorothy Emma Claire Alison Rachel Laura Rebecca Hannah Chloe Jessica Lucy Ruth Nora".Split(' ');
    private static readonly string[] Men = "David John Peter Michael Alan Robert Stephen Paul Brian Graham Philip Anthony Andrew Ian James Mark Simon Kevin Richard Neil Thomas Daniel Matthew Adam Luke George Frank Eric Hugh Oscar".Split(' ');
    private static readonly string[] Onsets = "b br c ch d f fl g gr h k l m n p qu r s sh st t th tr w".Split(' ');
    private static readonly string[] Vowels = "a e i o u ai ea ee oo ou".Split(' ');
    private static readonly string[] Codas = "ck d ft l ld ll m n nd ng nt p r rd rn s sk st t th".Split(' ');
    private static readonly string[] Endings = ["", "", "ton", "ley", "well", "by", "ham", "er", "son", "field"];

    private Surroundings(string name, int seed, byte key, int people, bool families) => (Name, Seed, Key, People, Families) = (name, seed, key, people, families);

    public static IReadOnlyList<Surroundings> All { get; } =
    [
        new("a handful", 0, 7, 0, families: false),
        new("3,000 people who live alone", 1, 23, 3000, families: false),
        new("3,000 people in families", 2, 41, 3000, families: true),
        new("600 people in families", 3, 59, 600, families: true),
    ];

    public string Name { get; }

    public int Seed { get; }

    public byte Key { get; }

    public int People { get; }

    public bool Families { get; }

    public override string ToString() => $"{Name}, seed {Seed}, key {Key}";

    /// <summary>Adds the people to a registry.</summary>
    public void Enrol(TestRegistry registry)
    {
        var random = new Random(Seed);
        for (var enrolled = 0; enrolled < People;)
        {
            var surname = Surname(random);
            var home = Postcode(random);
            var size = Families ? random.Next(1, 6) : 1;
            var year = random.Next(1930, 1985);
            for (var member = 0; member < size && enrolled < People; member++, enrolled++)
            {
                var born = new DateOnly(member < 2 ? year + random.Next(-3, 4) : year + random.Next(20, 36), 1, 1).AddDays(random.Next(365));
                var woman = random.Next(2) == 0;
                registry.Add(
                    string.Create(CultureInfo.InvariantCulture, $"other-{enrolled:D5}"),
                    new Person(
                        random.Next(10) == 0 ? "" : Person.TestNhs(1000 + enrolled),
                        surname,
                        Zipf(random, woman ? Women : Men),
                        born.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                        woman ? "F" : "M",
                        home));
            }
        }
    }

    // Half of the people have one of forty names, the first the most common; the names of the rest are rare.
    private static string Surname(Random random) => random.Next(2) == 0 ? Zipf(random, Surnames) : Any(random, Onsets) + Any(random, Vowels) + Any(random, Codas) + Any(random, Endings);

    private static string Postcode(Random random) => string.Create(CultureInfo.InvariantCulture, $"LS{1 + random.Next(20)} {random.Next(1, 10)}{"ABDEFGHJLNPQRSTUWXYZ"[random.Next(20)]}{"ABDEFGHJLNPQRSTUWXYZ"[random.Next(20)]}");

    private static string Zipf(Random random, string[] values) => values[(int)(values.Length * Math.Pow(random.NextDouble(), 2))];

    private static string Any(Random random, string[] values) => values[random.Next(values.Length)];
}
