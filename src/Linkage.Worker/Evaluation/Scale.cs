namespace Linkage.Worker.Evaluation;

/// <summary>Round numbers on an axis.</summary>
internal static class Scale
{
    /// <summary>The smallest of 1, 2, 5 · 10^n that cuts a range into at most <paramref name="parts"/> parts.</summary>
    public static double Step(double range, int parts)
    {
        if (!(range > 0))
            return 1;
        var raw = range / parts;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        foreach (var factor in (ReadOnlySpan<double>)[1, 2, 5])
        {
            if (factor * power >= raw)
                return factor * power;
        }

        return 10 * power;
    }

    /// <summary>Multiples of a round step from <paramref name="low"/> to <paramref name="high"/>, ascending; the range lies between the first and the last or they are in it.</summary>
    public static double[] Ticks(double low, double high, int parts)
    {
        var step = Step(high - low, parts);
        var first = Math.Ceiling(low / step);
        var last = Math.Floor(high / step);
        // Multiplied, not added up: 0.1 ten times is not 1. Adding 0 makes −0 a 0.
        return last < first ? [low] : [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => ((first + i) * step) + 0.0)];
    }
}
