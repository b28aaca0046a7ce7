namespace Linkage.Matching.Links;

/// <summary>How the evidence for one link compares with that for another.</summary>
public enum StrengthOrder
{
    /// <summary>Weaker.</summary>
    Weaker,

    /// <summary>As strong: same tier, weights within the margin.</summary>
    Equal,

    /// <summary>Stronger.</summary>
    Stronger,
}

/// <summary>The evidence behind a link, as far as links are compared by it.</summary>
/// <param name="Tier">The tier that linked; a lower one is stronger.</param>
/// <param name="Weight">Match weight in bits; NaN for tiers 1 and 2.</param>
public readonly record struct LinkStrength(Tier Tier, double Weight)
{
    /// <summary>
    /// Two weights of tier 3 count as different when they are more than so many bits apart (odds of 8 to 1): a postcode that came or went moves a link's weight by more, the
    /// frequency of a name in a rebuilt registry by less.
    /// </summary>
    public const double MarginBits = 3;

    /// <summary>Compares with the evidence of an earlier link.</summary>
    public StrengthOrder Against(LinkStrength earlier)
    {
        if (Tier != earlier.Tier)
            return Tier < earlier.Tier ? StrengthOrder.Stronger : StrengthOrder.Weaker;
        if (Tier != Tier.Scored || !(Math.Abs(Weight - earlier.Weight) > MarginBits))
            return StrengthOrder.Equal;
        return Weight > earlier.Weight ? StrengthOrder.Stronger : StrengthOrder.Weaker;
    }

    /// <summary>Whether this is more than <paramref name="other"/> at all, within the margin or not: of two accounts of one link the ledger keeps this one.</summary>
    public bool Exceeds(LinkStrength other) => Tier != other.Tier ? Tier < other.Tier : Weight > other.Weight;
}
