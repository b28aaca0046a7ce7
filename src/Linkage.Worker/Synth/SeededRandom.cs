namespace Linkage.Worker.Synth;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014): a stream of its own for every part of the feed, so that parts are made in any order, on any core.
/// Not for secrets.
/// </summary>
internal struct SeededRandom
{
    private const ulong Step = 0x9E3779B97F4A7C15;
    private ulong _state;

    /// <summary>The stream named by a seed, a purpose and up to two numbers.</summary>
    public SeededRandom(long seed, RandomPurpose purpose, long first = 0, long second = 0)
    {
        _state = Mix((ulong)seed + ((ulong)purpose * Step));
        _state = Mix(_state + ((ulong)first * Step) + 1);
        _state = Mix(_state + ((ulong)second * Step) + 2);
    }

    /// <summary>64 random bits.</summary>
    public ulong Next() => Mix(_state += Step);

    /// <summary>0 to <paramref name="bound"/> − 1; the bias is below 2⁻³² and of no matter here.</summary>
    public int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    /// <summary>True with a chance of <paramref name="share"/> (0 to 1, both exact).</summary>
    public bool Chance(double share) => (Next() >> 11) * (1.0 / (1UL << 53)) < share;

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>What a stream of random numbers is for. Numbers are part of what a seed means: never reorder.</summary>
internal enum RandomPurpose
{
    Plan = 1,
    NhsNumbers = 2,
    People = 3,
    Batches = 4,
    Catalogue = 5,
    SyncMarker = 6,
    ParticipantIds = 7,
    Places = 8,
    Names = 9,
}
