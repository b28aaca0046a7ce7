using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using Linkage.Benchmarks.Results;
using Perfolizer.Horology;
using Perfolizer.Mathematics.OutlierDetection;

namespace Linkage.Benchmarks;

/// <summary>How benchmarks run here: each case in a process of its own, medians of nine iterations, allocations measured, our columns and files.</summary>
internal static class BenchmarkSettings
{
    private const int Iterations = 9;

    /// <summary>The settings.</summary>
    /// <param name="ownJob">False when the command line names a job (<c>--job short</c>), which then is the only one.</param>
    public static IConfig Create(bool ownJob)
    {
        var config = ManualConfig.CreateEmpty()
            .AddLogger(ConsoleLogger.Default)
            .AddAnalyser([.. DefaultConfig.Instance.GetAnalysers()])
            .AddValidator([.. DefaultConfig.Instance.GetValidators()])
            .AddColumnProvider(DefaultColumnProviders.Descriptor, DefaultColumnProviders.Params)
            .AddColumn(new UnitColumn())
            .AddColumn([.. FigureColumn.All])
            .AddExporter(new ResultsExporter())
            .AddDiagnoser(MemoryDiagnoser.Default)
            .WithSummaryStyle(SummaryStyle.Default);
        return ownJob ? config.AddJob(Median()) : config;
    }

    // An invocation is many operations (OperationsPerInvoke), some take seconds: no unrolling, and one invocation an iteration may be enough. Nothing measured is left out as an outlier: the least
    // and the most are shown, and the median does not mind.
    private static Job Median() => Job.Default
        .WithWarmupCount(3)
        .WithIterationCount(Iterations)
        .WithIterationTime(TimeInterval.FromMilliseconds(250))
        .WithUnrollFactor(1)
        .WithMinInvokeCount(1)
        .WithOutlierMode(OutlierMode.DontRemove)
        .WithId("linkage");
}
