namespace Linkage.Matching.Scoring.Training;

/// <summary>How many compared pairs have each pattern of levels: all that training sees of the people. Not thread-safe.</summary>
/// <param name="rivals">What is known of the pairs' rivals; null: nothing.</param>
public sealed class PatternCounts(PairRivals? rivals = null)
{
    // The levels leave the upper bytes of a pattern free.
    private const ulong BeatenBit = 1UL << 63;

    private readonly Dictionary<ulong, long> _counts = [];
    private readonly RivalWeights _rivalWeights = new();

    /// <summary>Pairs counted.</summary>
    public long Pairs { get; private set; }

    /// <summary>The counts in an order of their own, so that sums over them do not depend on the order of counting.</summary>
    internal IReadOnlyList<CountedPattern> Patterns =>
        [.. _counts.OrderBy(c => c.Key).Select(c => Counted(Levels.Of(c.Key), (c.Key & BeatenBit) != 0, c.Value))];

    /// <summary>Counts pairs of one pattern, of whose rivals nothing is known.</summary>
    /// <param name="levels">Their levels.</param>
    /// <param name="pairs">How many, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A level that its field does not have, or no pair.</exception>
    public void Add(Levels levels, long pairs = 1) => Add(levels, beaten: false, pairs);

    /// <summary>Counts a pair whose rivals have been seen.</summary>
    /// <param name="patient">Number of the patient.</param>
    /// <param name="participant">Number of the participant.</param>
    /// <param name="levels">The pair's levels.</param>
    /// <exception cref="InvalidOperationException">These counts know no rivals.</exception>
    public void Add(int patient, int participant, Levels levels)
    {
        if (rivals is null)
            throw new InvalidOperationException("These counts know no rivals: give them with the constructor.");
        var rival = rivals.Best(patient, participant);
        Add(levels, rivals.IsBeaten(levels, rival), 1);
        if (rivals.IsStranger(levels))
            _rivalWeights.Add(rival);
    }

    private void Add(Levels levels, bool beaten, long pairs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pairs);
        for (var field = 0; field < MatchLevels.Fields; field++)
        {
            if (levels[field] >= MatchLevels.Of((MatchField)field).Length)
                throw new ArgumentOutOfRangeException(nameof(levels), levels[field], $"{MatchLevels.Name((MatchField)field)} has levels 0 to {MatchLevels.Of((MatchField)field).Length - 1}.");
        }
        var pattern = levels.Pattern | (beaten ? BeatenBit : 0);
        _counts[pattern] = _counts.GetValueOrDefault(pattern) + pairs;
        Pairs += pairs;
    }

    private CountedPattern Counted(Levels levels, bool beaten, long pairs)
    {
        var share = rivals is null ? 0 : _rivalWeights.ShareAbove(rivals.BeatenFrom(levels));
        return new CountedPattern(levels, pairs, beaten ? 0 : 1, beaten ? share : 1 - share);
    }
}

/// <summary>Pairs of one pattern.</summary>
/// <param name="Levels">Their levels.</param>
/// <param name="Pairs">How many.</param>
/// <param name="PersonShare">Share of the pairs of one person with these levels that are beaten as these are, or not: 0 or 1.</param>
/// <param name="OtherShare">Share of other pairs with these levels that are beaten as these are, or not.</param>
internal readonly record struct CountedPattern(Levels Levels, long Pairs, double PersonShare, double OtherShare);
