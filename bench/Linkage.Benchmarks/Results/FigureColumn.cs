using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Linkage.Benchmarks.Results;

/// <summary>A column of the results: what it is called for a unit, and what it says of a case. Shown by BenchmarkDotNet on the terminal, and in the files of bench/results.</summary>
/// <param name="name">Name of the column, whatever the unit: what tables elsewhere ask for (<see cref="Figures.FigureTable"/>).</param>
/// <param name="heading">Its heading for a unit.</param>
/// <param name="text">The cell; null or empty where there is nothing to say.</param>
internal sealed class FigureColumn(string name, Func<UnitAttribute, string> heading, Func<BenchmarkFigures, string?> text) : IColumn
{
    /// <summary>All, in their order.</summary>
    public static readonly FigureColumn[] All =
    [
        new("ns", static u => $"ns/{u.Name}", static f => Number(f.Nanoseconds)),
        new("least ns", static u => $"least ns/{u.Name}", static f => Number(f.Least)),
        new("most ns", static u => $"most ns/{u.Name}", static f => Number(f.Most)),
        new("million/s", static u => $"million {u.Plural}/s", static f => Number(f.MillionsPerSecond)),
        new("MB/s", static _ => "MB/s", static f => Number(f.MegabytesPerSecond)),
        new("B", static u => $"B/{u.Name}", static f => Number(f.Allocated)),
        new("x peer", static _ => "x peer", static f => Number(f.TimesPeer)),
    ];

    /// <summary>Name of the column, whatever the unit.</summary>
    public string Name => name;

    /// <inheritdoc/>
    public string Id => $"{nameof(FigureColumn)}.{name}";

    /// <inheritdoc/>
    public string ColumnName => name;

    /// <inheritdoc/>
    public bool AlwaysShow => false;

    /// <inheritdoc/>
    public ColumnCategory Category => ColumnCategory.Statistics;

    /// <inheritdoc/>
    public int PriorityInCategory => Array.IndexOf(All, this);

    /// <inheritdoc/>
    public bool IsNumeric => true;

    /// <inheritdoc/>
    public UnitType UnitType => UnitType.Dimensionless;

    /// <inheritdoc/>
    public string Legend => string.Empty;

    /// <summary>Three significant digits; whole numbers above a thousand with separators. Empty for null.</summary>
    public static string Number(double? value)
    {
        if (value is not { } number)
            return string.Empty;
        var digits = number == 0 ? 0 : Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(number))), 0, 6);
        return Math.Round(number, digits).ToString("N" + digits, CultureInfo.InvariantCulture);
    }

    /// <summary>Heading for a unit.</summary>
    public string Heading(UnitAttribute unit) => heading(unit);

    /// <summary>The cell of a case.</summary>
    public string Text(BenchmarkFigures figures) => text(figures) ?? string.Empty;

    /// <inheritdoc/>
    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(b => GetValue(summary, b).Length > 0);

    /// <inheritdoc/>
    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    /// <inheritdoc/>
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => BenchmarkFigures.Of(summary, benchmarkCase) is { } figures ? Text(figures) : "failed";

    /// <inheritdoc/>
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);
}

/// <summary>What one operation is, on the terminal, where one table may hold several units.</summary>
internal sealed class UnitColumn : IColumn
{
    /// <inheritdoc/>
    public string Id => nameof(UnitColumn);

    /// <inheritdoc/>
    public string ColumnName => "unit";

    /// <inheritdoc/>
    public bool AlwaysShow => true;

    /// <inheritdoc/>
    public ColumnCategory Category => ColumnCategory.Statistics;

    /// <inheritdoc/>
    public int PriorityInCategory => -1;

    /// <inheritdoc/>
    public bool IsNumeric => false;

    /// <inheritdoc/>
    public UnitType UnitType => UnitType.Dimensionless;

    /// <inheritdoc/>
    public string Legend => string.Empty;

    /// <inheritdoc/>
    public bool IsAvailable(Summary summary) => true;

    /// <inheritdoc/>
    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    /// <inheritdoc/>
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => BenchmarkFigures.UnitOf(benchmarkCase).Name;

    /// <inheritdoc/>
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);
}
