namespace Linkage.Matching;

/// <summary>How a <see cref="Linker"/> looks for candidates, and what it weighs.</summary>
public sealed record LinkerOptions
{
    /// <summary>Compare each patient of tier 3 with the whole registry instead of with its blocks: for small registries, and to measure what blocking misses.</summary>
    public bool Exhaustive { get; init; }

    /// <summary>Weigh what tiers 1 and 2 decided, too, so that all decisions can be put in one order; costs every patient what tier 3 costs.</summary>
    public bool WeighAll { get; init; }
}
