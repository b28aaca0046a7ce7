using System.Runtime.CompilerServices;

namespace Linkage.Matching.Scoring;

/// <summary>What one pair's fields say, in bits.</summary>
/// <param name="Match">log2 of how much likelier the pair's levels are for one person than for two strangers.</param>
/// <param name="Relative">The same for two relatives.</param>
internal readonly record struct PairWeight(double Match, double Relative);

/// <summary>
/// A <see cref="MatchModel"/> as tables: levels to bits, and bits to probability for a registry of a given size. Immutable; thread-safe.
/// </summary>
/// <remarks>
/// A patient is one of N participants with probability s (<see cref="MatchModel.ParticipantShare"/>), each of them alike: a pair's prior odds of being one person are s / N to
/// 1 − s of being nobody; of being relatives, f / N (<see cref="MatchModel.RelativeShare"/>, outweighed by the relatives that are found in a large registry). A pair's weight is log2 of the odds that the patient is this participant rather than this one's relative or a stranger.
/// </remarks>
internal sealed class MatchWeights
{
    // Bits by which one forename is rarer between twins than between other relatives, one in thirty: by judgement.
    private const double TwinsOfOneName = -5;

    private readonly double[][] _match = new double[MatchLevels.Fields][];
    private readonly double[][] _relative = new double[MatchLevels.Fields][];
    private readonly double[][] _term = new double[MatchLevels.Fields][];

    // log2 of U of the exact level: what the frequency of a value is put in the place of.
    private readonly double[] _average = new double[MatchLevels.Fields];

    public MatchWeights(MatchModel model, RegistryCounts registry)
    {
        Model = model;
        double participants = Math.Max(1, registry.Participants);
        PriorBits = Math.Log2(model.ParticipantShare / (1 - model.ParticipantShare) / participants);
        RelativePriorBits = Math.Log2(Relatives(model, registry) / (1 - model.ParticipantShare) / participants);
        foreach (var field in model.Fields)
        {
            var at = (int)field.Field;
            var count = MatchLevels.Of(field.Field).Length;
            (_match[at], _relative[at], _term[at]) = (new double[count], new double[count], new double[count]);
            for (var level = 1; level < count; level++)
            {
                var numbers = field.Levels[level - 1];
                _match[at][level] = numbers.Weight;
                _relative[at][level] = Math.Log2(numbers.R / numbers.U);
                _term[at][level] = numbers.TermFrequency;
            }

            _average[at] = Math.Log2(field.Levels[0].U);
        }
    }

    /// <summary>The model.</summary>
    public MatchModel Model { get; }

    /// <summary>Prior odds of a pair, in bits.</summary>
    public double PriorBits { get; }

    /// <summary>Prior odds of a pair of relatives, in bits.</summary>
    public double RelativePriorBits { get; }

    /// <summary>What one field's level says.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public PairWeight Of(MatchField field, int level, in ScoredRow row)
    {
        var at = (int)field;
        var term = _term[at][level];
        var rarity = term == 0 ? 0 : term * Rarer(field, level, in row);
        return new PairWeight(_match[at][level] + rarity, _relative[at][level] + rarity);
    }

    /// <summary>Weight of a pair: odds in bits, from what all its fields say.</summary>
    public double Weight(in PairWeight pair, in Levels levels)
    {
        var relative = pair.Relative + RelativePriorBits + (IsTwinOfOneName(in levels) ? TwinsOfOneName : 0);
        return pair.Match + PriorBits - (relative > 0 ? relative + Math.Log2(1 + double.Exp2(-relative)) : Math.Log2(1 + double.Exp2(relative)));
    }

    // Fathers and sons share a name and twins a birthday, but twins do not share a name: relatives' fields are not independent there.
    private static bool IsTwinOfOneName(in Levels levels) =>
        (DateLevel)levels[(int)MatchField.DateOfBirth] == DateLevel.Exact && (ForenameLevel)levels[(int)MatchField.Forename] is ForenameLevel.Exact or ForenameLevel.SameRoot or ForenameLevel.OtherForename or ForenameLevel.Close;

    // A registry of fifty says little about how many relatives a patient has in it, one of a hundred thousand says all: the model's share counts as much as fifty participants do.
    // Of relatives so many are of one surname at one postcode as the model's R says.
    private static double Relatives(MatchModel model, RegistryCounts registry)
    {
        const double weight = 50;
        var seen = model.Fields[(int)MatchField.Surname].Levels[0].R * model.Fields[(int)MatchField.Postcode].Levels[0].R;
        return ((registry.Kin / seen) + (weight * model.RelativeShare)) / (registry.Participants + weight);
    }

    // Bits by which the participant's value is rarer than the average one.
    private double Rarer(MatchField field, int level, in ScoredRow row) => field switch
    {
        MatchField.Surname when level == (int)SurnameLevel.Swapped =>
            Rarity.Bits(row.SurnameRarity) + _average[(int)MatchField.Surname] + Rarity.Bits(row.ForenameRarity) + _average[(int)MatchField.Forename],
        MatchField.Surname => Rarity.Bits(row.SurnameRarity) + _average[(int)field],
        MatchField.Forename => Rarity.Bits(row.ForenameRarity) + _average[(int)field],
        MatchField.DateOfBirth => Rarity.Bits(row.DateRarity) + _average[(int)field],
        MatchField.Postcode => Rarity.Bits(row.CodeRarity) + _average[(int)field],
        _ => 0,
    };
}
