namespace Linkage.Kernels;

/// <summary>
/// A Dice coefficient, 2 · both / (a + b), from which on filters match; a fraction, so that a pair exactly at it is not lost to rounding. Two filters without any bit have nothing in common: they
/// match at 0 only.
/// </summary>
public readonly record struct DiceThreshold
{
    private const int Largest = 1 << 20;

    /// <summary>The threshold <paramref name="numerator"/> / <paramref name="denominator"/>, 0 to 1; <see cref="ArgumentOutOfRangeException"/> outside.</summary>
    /// <param name="numerator">0 to the denominator.</param>
    /// <param name="denominator">1 to 1,048,576.</param>
    public DiceThreshold(int numerator, int denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(denominator);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(denominator, Largest);
        ArgumentOutOfRangeException.ThrowIfNegative(numerator);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(numerator, denominator);
        (Numerator, Denominator) = (numerator, denominator);
    }

    /// <summary>Numerator.</summary>
    public int Numerator { get; }

    /// <summary>Denominator; 0 for the default value, which is the threshold 0.</summary>
    public int Denominator { get; }

    /// <summary>Fewest bits that two filters of <paramref name="a"/> and <paramref name="b"/> bits must share.</summary>
    public int LeastBoth(int a, int b)
    {
        if (Numerator == 0)
            return 0;
        var least = (((long)Numerator * (a + b)) + (2L * Denominator) - 1) / (2L * Denominator);
        return Math.Max(1, (int)least);
    }
}
