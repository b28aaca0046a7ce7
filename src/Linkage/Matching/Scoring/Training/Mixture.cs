namespace Linkage.Matching.Scoring.Training;

/// <summary>
/// Pairs of three kinds: one person, two relatives, two strangers. Levels are independent within a kind (Fellegi and Sunter 1969); the numbers of one kind
/// are estimated by expectation-maximisation (Dempster, Laird and Rubin, JRSS B 39, 1977), those of the others stand.
/// </summary>
/// <remarks>
/// The kind of relatives has to stand: in a block of equal surnames and postcodes most pairs are relatives, and a kind that may move there becomes
/// "household" instead of "person".
/// </remarks>
internal sealed class Mixture
{
    public const int Person = 0;
    public const int Relatives = 1;
    public const int Strangers = 2;
    private const int Kinds = 3;

    private readonly IReadOnlyList<CountedPattern> _patterns;
    private readonly bool[] _blocked = new bool[MatchLevels.Fields];
    private readonly bool[] _fixed = new bool[MatchLevels.Fields];
    private readonly LevelShares[] _shares;
    private readonly double[] _lambda;
    private readonly long _pairs;

    /// <param name="counts">The pairs.</param>
    /// <param name="blockedOn">Fields that say nothing here.</param>
    /// <param name="fixedFields">Fields whose shares stand in the estimated kind, too.</param>
    /// <param name="shares">Shares by kind, of which the estimated one is replaced.</param>
    /// <param name="lambda">Shares of the kinds to begin with.</param>
    public Mixture(PatternCounts counts, IEnumerable<MatchField> blockedOn, IEnumerable<MatchField> fixedFields, LevelShares[] shares, double[] lambda)
    {
        _patterns = counts.Patterns;
        _pairs = counts.Pairs;
        foreach (var field in blockedOn)
            _blocked[(int)field] = true;
        foreach (var field in fixedFields)
            _fixed[(int)field] = true;
        _shares = [.. shares];
        _lambda = [.. lambda];
    }

    public double LambdaOf(int kind) => _lambda[kind];

    public LevelShares SharesOf(int kind) => _shares[kind];

    /// <summary>Expected pairs of the estimated kind by field and level, in the last step.</summary>
    public double[][] Expected { get; private set; } = [];

    /// <summary>Expected pairs of the estimated kind.</summary>
    public double ExpectedPairs { get; private set; }

    /// <summary>How sure it is of the pairs it counts, 0 to 1: the mean, over the estimated kind, of the probability of being of that kind.</summary>
    public double Certainty { get; private set; }

    public int Steps { get; private set; }

    public bool Converged { get; private set; }

    /// <summary>Estimates one kind.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="prior">Prior shares of its levels.</param>
    /// <param name="priorPairs">How many pairs the prior counts as.</param>
    /// <param name="lambdaToo">Whether the shares of the kinds are estimated as well.</param>
    /// <param name="tolerance">Ends when no share changes by more.</param>
    /// <param name="maxSteps">Ends at the latest after as many steps.</param>
    public void Estimate(int kind, LevelShares prior, double priorPairs, bool lambdaToo, double tolerance, int maxSteps)
    {
        var shares = _shares[kind] = _shares[kind].Copy();
        var pairsOfKind = new double[Kinds];
        Span<double> likelihood = stackalloc double[Kinds];
        for (Steps = 0; Steps < maxSteps && !Converged; Steps++)
        {
            Expect(kind, pairsOfKind, likelihood);
            var change = 0d;
            for (var field = 0; field < MatchLevels.Fields; field++)
            {
                if (!_blocked[field] && !_fixed[field])
                    change = Math.Max(change, shares.Estimate(field, Expected[field], prior, priorPairs));
            }
            for (var k = 0; lambdaToo && k < Kinds; k++)
            {
                // One pair of each kind is taken as seen: none dies out.
                var lambda = (pairsOfKind[k] + 1) / (_pairs + Kinds);
                change = Math.Max(change, Math.Abs(lambda - _lambda[k]));
                _lambda[k] = lambda;
            }
            Converged = change < tolerance;
        }
    }

    private void Expect(int kind, double[] pairsOfKind, Span<double> likelihood)
    {
        Expected = [.. Enumerable.Range(0, MatchLevels.Fields).Select(f => new double[MatchLevels.Of((MatchField)f).Length])];
        Array.Clear(pairsOfKind);
        var squares = 0d;
        foreach (var pattern in _patterns)
        {
            Weigh(pattern, likelihood);
            for (var k = 0; k < Kinds; k++)
                pairsOfKind[k] += pattern.Pairs * likelihood[k];
            var expected = pattern.Pairs * likelihood[kind];
            squares += expected * likelihood[kind];
            for (var field = 0; field < MatchLevels.Fields; field++)
                Expected[field][pattern.Levels[field]] += expected;
        }
        ExpectedPairs = pairsOfKind[kind];
        Certainty = ExpectedPairs > 0 ? squares / ExpectedPairs : 0;
    }

    // Probabilities of the kinds, given the levels and the rivals.
    private void Weigh(CountedPattern pattern, Span<double> likelihood)
    {
        var sum = 0d;
        for (var k = 0; k < Kinds; k++)
        {
            var product = _lambda[k] * (k == Person ? pattern.PersonShare : pattern.OtherShare);
            for (var field = 0; field < MatchLevels.Fields; field++)
            {
                if (!_blocked[field])
                    product *= _shares[k][field, pattern.Levels[field]];
            }
            likelihood[k] = product;
            sum += product;
        }
        for (var k = 0; k < Kinds; k++)
            likelihood[k] /= sum;
    }
}
