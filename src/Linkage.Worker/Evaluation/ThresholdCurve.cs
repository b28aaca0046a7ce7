using System.Runtime.InteropServices;

namespace Linkage.Worker.Evaluation;

/// <summary>What linking every best candidate of at least some weight amounts to.</summary>
/// <param name="Weight">The threshold, in bits.</param>
/// <param name="Quality">Links of that weight or more.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ThresholdPoint(double Weight, Quality Quality);

/// <summary>
/// Quality by threshold: every row's best candidate, whatever was decided, linked when its weight reaches the threshold. In: judged rows. Out: one point a
/// distinct weight, highest first. Rows without a weight or a candidate are in no point.
/// </summary>
internal sealed class ThresholdCurve
{
    // A precision that is never reached is no threshold; 0.999 and 0.99 are what studies ask for.
    private static readonly int[] PrecisionsAsked = [999, 990];

    private readonly double[] _weights;
    private readonly Verdict[] _verdicts;
    private readonly long _linkable;

    public ThresholdCurve(IReadOnlyCollection<JudgedPair> pairs, long linkable)
    {
        _linkable = linkable;
        var weighed = pairs.Where(static p => p.Verdict != Verdict.NobodyNamed && !double.IsNaN(p.Weight)).ToArray();
        // Ascending by the negative: highest first.
        var keys = Array.ConvertAll(weighed, static p => -p.Weight);
        _verdicts = Array.ConvertAll(weighed, static p => p.Verdict);
        Array.Sort(keys, _verdicts);
        _weights = Array.ConvertAll(keys, static k => -k);
        BestF1 = default;
        var reached = new ThresholdPoint?[PrecisionsAsked.Length];
        foreach (var point in Points())
        {
            // At equal F1 the higher threshold: fewer false links.
            if (BestF1 is not { } best || point.Quality.F1.Exceeds(best.Quality.F1))
                BestF1 = point;
            for (var i = 0; i < reached.Length; i++)
            {
                if (point.Quality.Precision.AtLeast(PrecisionsAsked[i]) && (reached[i] is not { } before || point.Quality.True > before.Quality.True))
                    reached[i] = point;
            }
        }

        AtPrecision = [.. PrecisionsAsked.Select((thousandths, i) => (thousandths, reached[i]))];
    }

    /// <summary>Rows with a candidate and a weight.</summary>
    public int Count => _weights.Length;

    /// <summary>The threshold of the highest F1; null when nothing was weighed.</summary>
    public ThresholdPoint? BestF1 { get; private set; }

    /// <summary>For each precision asked for, in thousandths, the threshold of the highest recall that has it; null when none has.</summary>
    public IReadOnlyList<(int Thousandths, ThresholdPoint? Point)> AtPrecision { get; }

    /// <summary>Where true and false candidates are told apart: the weights all but one in a hundred of the true candidates lie between, on both sides.</summary>
    public (double Low, double High) Range
    {
        get
        {
            var trues = Enumerable.Range(0, Count).Where(i => _verdicts[i] == Verdict.True).Select(i => _weights[i]).ToArray();
            var of = trues.Length > 0 ? trues : _weights;
            return of.Length == 0 ? (0, 0) : (of[of.Length - 1 - (of.Length / 100)], of[of.Length / 100]);
        }
    }

    /// <summary>One point a distinct weight, highest first.</summary>
    public IEnumerable<ThresholdPoint> Points()
    {
        var quality = new Quality(0, 0, 0, _linkable);
        for (var i = 0; i < _weights.Length; i++)
        {
            quality = quality.With(_verdicts[i]);
            if (i + 1 == _weights.Length || _weights[i + 1] < _weights[i])
                yield return new ThresholdPoint(_weights[i], quality);
        }
    }

    /// <summary>The points at given thresholds, in their order: ascending or descending alike.</summary>
    public IReadOnlyList<ThresholdPoint> At(IReadOnlyList<double> thresholds)
    {
        var order = Enumerable.Range(0, thresholds.Count).OrderByDescending(i => thresholds[i]).ToArray();
        var at = new ThresholdPoint[thresholds.Count];
        var quality = new Quality(0, 0, 0, _linkable);
        var next = 0;
        foreach (var i in order)
        {
            while (next < _weights.Length && _weights[next] >= thresholds[i])
                quality = quality.With(_verdicts[next++]);
            at[i] = new ThresholdPoint(thresholds[i], quality);
        }

        return at;
    }

    /// <summary>True and false candidates in <paramref name="bins"/> bins of equal <paramref name="width"/> from <paramref name="low"/>.</summary>
    public (int[] True, int[] False) Histogram(double low, double width, int bins)
    {
        var (trues, falses) = (new int[bins], new int[bins]);
        for (var i = 0; i < _weights.Length; i++)
        {
            var bin = Math.Clamp((int)Math.Floor((_weights[i] - low) / width), 0, bins - 1);
            (_verdicts[i] == Verdict.True ? trues : falses)[bin]++;
        }

        return (trues, falses);
    }

    /// <summary>Lowest and highest weight; 0 and 0 when nothing was weighed.</summary>
    public (double Low, double High) Extent => Count == 0 ? (0, 0) : (_weights[^1], _weights[0]);
}
