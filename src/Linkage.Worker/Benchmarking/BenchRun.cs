using Linkage.Worker.Reports;

namespace Linkage.Worker.Benchmarking;

/// <summary>One run that was measured.</summary>
/// <param name="Wall">From the first batch to the last commit.</param>
/// <param name="Processor">Processor time of the process meanwhile.</param>
/// <param name="Allocated">Bytes allocated meanwhile.</param>
/// <param name="Report">The run's report; its stages are in processor time.</param>
internal sealed record BenchRun(TimeSpan Wall, TimeSpan Processor, long Allocated, RunReport Report)
{
    /// <summary>What is left when every stage has its part.</summary>
    public const string Other = "other";

    /// <summary>The whole process.</summary>
    public const string All = "all";

    // The name here, and the report's.
    private static readonly (string Name, string Reported)[] Stages = [("decode", "decode"), ("hash", "hash"), ("link", "link"), ("columns", "rows"), ("encode", "encode"), ("commit", "commit")];

    /// <summary>Records of all kinds.</summary>
    public long Records => Report.Records.Values.Sum(static r => r.In);

    /// <summary>Figures of several runs of the same batches.</summary>
    public static SourceFigures Figures(IReadOnlyList<BenchRun> runs)
    {
        var records = runs[0].Records;
        var all = Spread.Of(runs.Select(static r => r.Processor.TotalSeconds));
        var stages = runs[0].StageSeconds().Select(static s => s.Name).ToDictionary(
            static name => name,
            name =>
            {
                var seconds = Spread.Of(runs.Select(r => r.StageSeconds().First(s => s.Name == name).Seconds));
                return new StageFigures(seconds, seconds.Median / all.Median, seconds.Median > 0 ? records / seconds.Median : 0);
            },
            StringComparer.Ordinal);
        var last = runs[^1].Report.Records.Values;
        return new SourceFigures(
            Spread.Of(runs.Select(r => records / r.Wall.TotalSeconds)),
            Spread.Of(runs.Select(r => records / r.Processor.TotalSeconds)),
            Spread.Of(runs.Select(static r => r.Wall.TotalSeconds)),
            all,
            Spread.Of(runs.Select(r => (double)r.Allocated / records)),
            stages,
            new RecordFate(records, last.Sum(static r => r.Out), last.Sum(static r => r.Kept), last.Sum(static r => r.Dropped), last.Sum(static r => r.Rejected)));
    }

    private IEnumerable<(string Name, double Seconds)> StageSeconds()
    {
        var known = Stages.Select(s => (s.Name, Seconds: Report.Figures.StageSeconds[s.Reported])).ToList();
        return [.. known, (Other, Math.Max(0, Processor.TotalSeconds - known.Sum(static s => s.Seconds))), (All, Processor.TotalSeconds)];
    }
}
