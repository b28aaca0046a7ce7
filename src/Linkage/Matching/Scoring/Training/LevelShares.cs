namespace Linkage.Matching.Scoring.Training;

/// <summary>Probabilities of the levels in one class of pairs, by field and level; a missing field has 1 in every class, which makes it neutral.</summary>
internal sealed class LevelShares
{
    private readonly double[][] _shares = [.. Enumerable.Range(0, MatchLevels.Fields).Select(f => new double[Count((MatchField)f)])];

    public LevelShares()
    {
        foreach (var field in _shares)
            field[0] = 1;
    }

    public double this[int field, int level]
    {
        get => _shares[field][level];
        set => _shares[field][level] = value;
    }

    /// <summary>Levels of a field in training, with missing.</summary>
    public static int Count(MatchField field) => MatchLevels.Of(field).Length + (field == MatchField.NhsNumber ? 1 : 0);

    /// <summary>The three kinds of a model. Two strangers have no number in common but by mistake; relatives are registered under each other's at times.</summary>
    public static (LevelShares Person, LevelShares Relatives, LevelShares Strangers) Of(MatchModel model) =>
        (Of(model, l => l.M, 0), Of(model, l => l.R, 1e-3), Of(model, l => l.U, 1e-6));

    // equalNumbers: share of pairs with equal NHS numbers, where the model leaves none.
    private static LevelShares Of(MatchModel model, Func<LevelModel, double> share, double equalNumbers)
    {
        var shares = new LevelShares();
        foreach (var field in model.Fields)
        {
            for (var level = 0; level < field.Levels.Count; level++)
                shares[(int)field.Field, level + 1] = share(field.Levels[level]);
        }
        const int Number = (int)MatchField.NhsNumber;
        var differs = Math.Min(shares[Number, (int)NhsNumberLevel.Differs], 1 - equalNumbers);
        shares[Number, (int)NhsNumberLevel.Differs] = differs;
        shares[Number, PatternCounts.NhsNumberAgrees] = 1 - differs;
        return shares;
    }

    public LevelShares Copy()
    {
        var copy = new LevelShares();
        for (var field = 0; field < MatchLevels.Fields; field++)
            _shares[field].CopyTo(copy._shares[field], 0);
        return copy;
    }

    /// <summary>
    /// Sets a field to the shares of counted pairs, with a prior's shares counting as <paramref name="priorPairs"/> pairs: no level gets 0, and few pairs
    /// move the prior little.
    /// </summary>
    /// <returns>The largest change of a share.</returns>
    public double Estimate(int field, ReadOnlySpan<double> pairs, LevelShares prior, double priorPairs)
    {
        double known = 0, priorSum = 0;
        for (var level = 1; level < pairs.Length; level++)
        {
            known += pairs[level];
            priorSum += prior[field, level];
        }
        var change = 0d;
        for (var level = 1; level < pairs.Length; level++)
        {
            var share = (pairs[level] + (priorPairs * prior[field, level] / priorSum)) / (known + priorPairs);
            change = Math.Max(change, Math.Abs(share - this[field, level]));
            this[field, level] = share;
        }
        return change;
    }
}
