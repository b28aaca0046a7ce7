namespace Linkage.Worker.Synth;

/// <summary>
/// Valid NHS numbers that belong to nobody, each handed out once. The first 909,000 or so are all of the test range (999 000 0000 and up),
/// shuffled; a feed of more people goes on with the prefixes 998, 997, … down to 900, none of which was ever issued
/// (issued are 400–499 and 600–799, 320–399 in Northern Ireland, and Scotland's CHI numbers below 320).
/// </summary>
internal sealed class NhsNumberPool
{
    /// <summary>People for whom a number that was never issued is certain to be left.</summary>
    public const long MostPeople = 85_000_000;

    private const int StemsPerPrefix = 1_000_000;
    private readonly List<int[]> _stems = [];

    /// <summary>A pool of at least <paramref name="capacity"/> numbers.</summary>
    public NhsNumberPool(long seed, long capacity)
    {
        long have = 0;
        for (var prefix = 999; have < capacity; prefix--)
        {
            var stems = Valid(prefix);
            Shuffle(stems, new SeededRandom(seed, RandomPurpose.NhsNumbers, prefix));
            _stems.Add(stems);
            have += stems.Length;
        }
    }

    /// <summary>The number of an ordinal below the capacity; different ordinals, different numbers.</summary>
    public long this[long ordinal]
    {
        get
        {
            var block = 0;
            while (ordinal >= _stems[block].Length)
            {
                ordinal -= _stems[block++].Length;
            }

            long stem = _stems[block][ordinal];
            return (stem * 10) + CheckDigit((int)stem);
        }
    }

    /// <summary>Modulus 11 check digit of nine digits; 10 when no number with these nine exists.</summary>
    public static int CheckDigit(int stem)
    {
        var sum = 0;
        for (var weight = 2; weight <= 10; weight++)
        {
            sum += stem % 10 * weight;
            stem /= 10;
        }

        return (11 - (sum % 11)) % 11;
    }

    private static int[] Valid(int prefix)
    {
        var stems = new List<int>(StemsPerPrefix);
        for (var stem = prefix * StemsPerPrefix; stem < (prefix + 1) * StemsPerPrefix; stem++)
        {
            // These two pass Modulus 11 and are placeholders: ten nines, and the digits downwards.
            if (stem is not (999_999_999 or 987_654_321) && CheckDigit(stem) != 10)
            {
                stems.Add(stem);
            }
        }

        return [.. stems];
    }

    private static void Shuffle(int[] values, SeededRandom random)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = random.Below(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
