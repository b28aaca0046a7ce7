namespace Linkage.Matching.Scoring.Training;

/// <summary>How heavy the rivals of pairs are, in steps of a bit.</summary>
internal sealed class RivalWeights
{
    private const int Lowest = -64;

    // The last step holds all above.
    private readonly long[] _counts = new long[256];
    private long _pairs;

    public void Add(double weight)
    {
        _counts[Step(weight)]++;
        _pairs++;
    }

    /// <summary>Share of the pairs that have a rival above a weight, to the bit; 0 and 1 are never reached, for no number of pairs shows them.</summary>
    public double ShareAbove(double weight)
    {
        var above = 0L;
        for (var step = Step(weight) + 1; step < _counts.Length; step++)
            above += _counts[step];
        return (above + 0.5) / (_pairs + 1);
    }

    private int Step(double weight) => (int)Math.Clamp(Math.Floor(weight) - Lowest, 0, _counts.Length - 1);
}
