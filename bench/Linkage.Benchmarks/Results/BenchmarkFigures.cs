using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Linkage.Benchmarks.Results;

/// <summary>What one benchmark case measured, per operation. The time is the median of its iterations.</summary>
/// <param name="Name">Stable name: the method and, in brackets, its parameters.</param>
/// <param name="Unit">What one operation is.</param>
/// <param name="Nanoseconds">Median.</param>
/// <param name="Least">Shortest iteration, in nanoseconds an operation.</param>
/// <param name="Most">Longest iteration.</param>
/// <param name="Allocated">Bytes of managed memory an operation; null when that was not measured.</param>
/// <param name="TimesPeer">How many times as fast as its peer, the class's baseline; null when there is none.</param>
internal sealed record BenchmarkFigures(string Name, UnitAttribute Unit, double Nanoseconds, double Least, double Most, double? Allocated, double? TimesPeer)
{
    private static readonly UnitAttribute AnyUnit = new("operation");

    /// <summary>Millions of operations a second, on the one thread a benchmark has.</summary>
    public double MillionsPerSecond => 1_000 / Nanoseconds;

    /// <summary>Megabytes (1,000,000 bytes) a second; null when the unit has no bytes.</summary>
    public double? MegabytesPerSecond => Unit.Bytes > 0 ? 1_000 * Unit.Bytes / Nanoseconds : null;

    /// <summary>The figures of a case; null when it did not run to its end.</summary>
    public static BenchmarkFigures? Of(Summary summary, BenchmarkCase benchmark)
    {
        if (summary[benchmark] is not { Success: true, ResultStatistics: { } times } report)
            return null;
        var peer = PeerOf(summary, benchmark) is { } p ? summary[p]?.ResultStatistics : null;
        var allocated = report.GcStats.GetTotalAllocatedBytes(excludeAllocationQuantumSideEffects: true);
        return new BenchmarkFigures(
            NameOf(benchmark),
            UnitOf(benchmark),
            times.Median,
            times.Min,
            times.Max,
            allocated is null ? null : (double)allocated.Value / report.GcStats.TotalOperations,
            peer is null ? null : peer.Median / times.Median);
    }

    /// <summary>Stable name of a case: <c>Method[Parameter=value, …]</c>.</summary>
    public static string NameOf(BenchmarkCase benchmark)
    {
        var parameters = benchmark.Parameters.Items.Select(static p => string.Create(CultureInfo.InvariantCulture, $"{p.Name}={p.Value}")).ToList();
        return benchmark.Descriptor.WorkloadMethod.Name + (parameters.Count == 0 ? "" : $"[{string.Join(", ", parameters)}]");
    }

    /// <summary>The unit of a case: its method's, or else its class's.</summary>
    public static UnitAttribute UnitOf(BenchmarkCase benchmark) =>
        benchmark.Descriptor.WorkloadMethod.GetCustomAttribute<UnitAttribute>() ?? benchmark.Descriptor.Type.GetCustomAttribute<UnitAttribute>() ?? AnyUnit;

    // The baseline that was run with the same values of every parameter it has; among several, the one of the same category.
    private static BenchmarkCase? PeerOf(Summary summary, BenchmarkCase benchmark)
    {
        var values = benchmark.Parameters.Items.ToDictionary(static p => p.Name, static p => p.Value, StringComparer.Ordinal);
        var peers = summary.BenchmarksCases
            .Where(static b => b.Descriptor.Baseline)
            .Where(b => b.Descriptor.Type == benchmark.Descriptor.Type && b.Job.Equals(benchmark.Job))
            .Where(b => b.Parameters.Items.All(p => values.TryGetValue(p.Name, out var value) && Equals(value, p.Value)))
            .ToList();
        return peers.Find(b => b.Descriptor.Categories.SequenceEqual(benchmark.Descriptor.Categories, StringComparer.Ordinal)) ?? (peers.Count == 1 ? peers[0] : null);
    }
}
