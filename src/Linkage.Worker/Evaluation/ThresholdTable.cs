using System.Globalization;
using System.Runtime.InteropServices;

namespace Linkage.Worker.Evaluation;

/// <summary>A row of the table by threshold.</summary>
/// <param name="Point">Threshold and what it amounts to.</param>
/// <param name="Remark">Why the row is there, when it is no round number.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ThresholdRow(ThresholdPoint Point, string Remark);

/// <summary>Up to fifteen round thresholds where it matters, with the one of the best F1 and those of the precisions asked for; highest first.</summary>
internal static class ThresholdTable
{
    private const int RoundRows = 15;

    public static IReadOnlyList<ThresholdRow> Of(ThresholdCurve curve)
    {
        if (curve.BestF1 is not { } best)
            return [];
        var (low, high) = curve.Range;
        var rows = curve.At(Scale.Ticks(low, high, RoundRows)).Select(static p => new ThresholdRow(p, "")).ToList();
        Remark(rows, best, "best F1");
        foreach (var (thousandths, point) in curve.AtPrecision)
        {
            if (point is { } reached)
                Remark(rows, reached, string.Create(CultureInfo.InvariantCulture, $"precision {thousandths / 1000.0}"));
        }

        return [.. rows.OrderByDescending(static r => r.Point.Weight)];
    }

    private static void Remark(List<ThresholdRow> rows, ThresholdPoint point, string remark)
    {
        var at = rows.FindIndex(r => r.Point.Weight.Equals(point.Weight));
        if (at < 0)
            rows.Add(new ThresholdRow(point, remark));
        else
            rows[at] = new ThresholdRow(point, rows[at].Remark.Length == 0 ? remark : $"{rows[at].Remark}, {remark}");
    }
}
