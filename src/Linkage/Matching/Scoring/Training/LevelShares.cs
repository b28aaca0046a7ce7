namespace Linkage.Matching.Scoring.Training;

/// <summary>Probabilities of the levels in one class of pairs, by field and level; a missing field has 1 in every class, which makes it neutral.</summary>
internal sealed class LevelShares
{
    private readonly double[][] _shares = [.. Enumerable.Range(0, MatchLevels.Fields).Select(f => new double[MatchLevels.Of((MatchField)f).Length])];

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

    /// <summary>The three kinds of a model.</summary>
    public static (LevelShares Person, LevelShares Relatives, LevelShares Strangers) Of(MatchModel model) =>
        (Of(model, l => l.M), Of(model, l => l.R), Of(model, l => l.U));

    private static LevelShares Of(MatchModel model, Func<LevelModel, double> share)
    {
        var shares = new LevelShares();
        foreach (var field in model.Fields)
        {
            for (var level = 0; level < field.Levels.Count; level++)
                shares[(int)field.Field, level + 1] = share(field.Levels[level]);
        }
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
