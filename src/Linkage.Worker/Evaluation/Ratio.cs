using System.Globalization;
using System.Runtime.InteropServices;

namespace Linkage.Worker.Evaluation;

/// <summary>A share kept as two counts: compared and written without rounding up. 0 of 0 is no share.</summary>
/// <param name="Part">Numerator, at most <paramref name="Whole"/>.</param>
/// <param name="Whole">Denominator.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Ratio(long Part, long Whole)
{
    private const long Digits = 100_000;

    /// <summary>0 to 1; NaN for 0 of 0.</summary>
    public double Value => Whole == 0 ? double.NaN : (double)Part / Whole;

    /// <summary>Whether the share is at least <paramref name="thousandths"/> / 1000, exactly; false for 0 of 0.</summary>
    public bool AtLeast(int thousandths) => Whole > 0 && Part * 1000 >= Whole * thousandths;

    /// <summary>Whether this share is greater; 0 of 0 is the least.</summary>
    public bool Exceeds(Ratio other) => Whole > 0 && (other.Whole == 0 || (Int128)Part * other.Whole > (Int128)other.Part * Whole);

    /// <summary>Five decimals, cut off: 1.00000 means all. A dash for 0 of 0.</summary>
    public override string ToString()
    {
        if (Whole == 0)
            return "–";
        var cut = (long)((Int128)Part * Digits / Whole);
        return string.Create(CultureInfo.InvariantCulture, $"{cut / Digits}.{cut % Digits:D5}");
    }
}
