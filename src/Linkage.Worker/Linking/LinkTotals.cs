using Linkage.Matching;

namespace Linkage.Worker.Linking;

/// <summary>The three words of the column decision.</summary>
internal enum LinkChoice
{
    /// <summary>Linked.</summary>
    Accept,

    /// <summary>For a clerk.</summary>
    Review,

    /// <summary>Not linked.</summary>
    None,
}

/// <summary>What an outcome is called in a pairs file.</summary>
internal static class LinkChoices
{
    public static LinkChoice Of(Outcome outcome) => outcome switch
    {
        Outcome.Linked => LinkChoice.Accept,
        Outcome.Ambiguous or Outcome.Rivals => LinkChoice.Review,
        _ => LinkChoice.None,
    };

    public static ReadOnlySpan<byte> Word(LinkChoice choice) => choice switch
    {
        LinkChoice.Accept => "accept"u8,
        LinkChoice.Review => "review"u8,
        _ => "none"u8,
    };
}

/// <summary>Patients by outcome and tier.</summary>
internal sealed class LinkTotals
{
    private const int Tiers = 4;

    private readonly long[,] _counts = new long[Enum.GetValues<Outcome>().Length, Tiers];

    /// <summary>All patients.</summary>
    public long Patients { get; private set; }

    /// <summary>Patients of an outcome.</summary>
    public long this[Outcome outcome] => Enumerable.Range(0, Tiers).Sum(tier => _counts[(int)outcome, tier]);

    /// <summary>Patients of a decision that a tier took; tier 0, none of them.</summary>
    public long this[LinkChoice choice, Tier tier] => Enum.GetValues<Outcome>().Where(o => LinkChoices.Of(o) == choice).Sum(o => _counts[(int)o, (int)tier]);

    /// <summary>Counts one.</summary>
    public void Count(in Decision decision)
    {
        Patients++;
        var tier = LinkChoices.Of(decision.Outcome) == LinkChoice.None ? Tier.None : decision.Tier;
        _counts[(int)decision.Outcome, (int)tier]++;
    }
}
