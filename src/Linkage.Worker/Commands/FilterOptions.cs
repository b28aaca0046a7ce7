using System.CommandLine;
using System.Globalization;
using Linkage.Pseudonyms;

namespace Linkage.Worker.Commands;

/// <summary>The options of commands that build a registry: what is done to its filters (docs/filters.md).</summary>
internal sealed class FilterOptions
{
    /// <summary><c>--fold-filters</c>.</summary>
    public Option<bool> Fold { get; } = new("--fold-filters") { Description = "Fold the keyed filters (XOR of halves): harder to attack, at a cost in quality (docs/filters.md)." };

    /// <summary><c>--filter-noise</c>.</summary>
    public Option<double?> Noise { get; } = new("--filter-noise") { HelpName = "SHARE", Description = "Share of the filters' bits to store flipped, 0 to below 0.5 (0): likewise." };

    /// <summary>What was asked for.</summary>
    public FilterTreatment Of(ParseResult parsed) => new(parsed.GetValue(Fold), parsed.GetValue(Noise) ?? 0);

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public static string? ProblemOf(FilterTreatment filters) =>
        filters.Flip is >= 0 and < 0.5 ? null : string.Create(CultureInfo.InvariantCulture, $"--filter-noise {filters.Flip}: a share of bits, from 0 to below 0.5.");
}
