using System.Text.Json;
using System.Text.Json.Serialization;

namespace Linkage.Worker.Benchmarking;

/// <summary>What <c>linkage bench --json</c> writes; docs/benchmarks.md explains it.</summary>
internal sealed record BenchReport
{
    /// <summary>Version of this form.</summary>
    public int BenchVersion { get; init; } = 1;

    /// <summary>Program version.</summary>
    public required string LinkageVersion { get; init; }

    /// <summary>Commit it was built from; empty when the build did not know.</summary>
    public required string LinkageCommit { get; init; }

    /// <summary>The path each kernel took.</summary>
    public required IReadOnlyDictionary<string, string> KernelPaths { get; init; }

    /// <summary>Participants in the registry.</summary>
    public required long Participants { get; init; }

    /// <summary>Rows of the registry: former names and addresses have their own.</summary>
    public required long RegistryRows { get; init; }

    /// <summary>Length of the registry.</summary>
    public required long RegistryBytes { get; init; }

    /// <summary>Records taken in by each run.</summary>
    public required long Records { get; init; }

    /// <summary>Patients of the batches, once for each batch they are in.</summary>
    public required long Patients { get; init; }

    /// <summary>Batches.</summary>
    public required long Batches { get; init; }

    /// <summary>Their bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Lanes of a run.</summary>
    public required int Lanes { get; init; }

    /// <summary>Processors of the machine.</summary>
    public required int Processors { get; init; }

    /// <summary>Runs that count, of each source.</summary>
    public required int Runs { get; init; }

    /// <summary>Largest resident set of the process, the batches in memory included.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>Figures by source: memory, broker.</summary>
    public required IReadOnlyDictionary<string, SourceFigures> Sources { get; init; }

    /// <summary>As JSON text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, BenchJson.Default.BenchReport) + "\n";
}

/// <summary>Figures of a source's runs, from the first batch to the last commit.</summary>
/// <param name="RecordsPerSecond">Records a second of wall clock.</param>
/// <param name="RecordsPerSecondACore">Records a second of processor time of the whole process.</param>
/// <param name="Seconds">Wall clock.</param>
/// <param name="CpuSeconds">Processor time of the whole process.</param>
/// <param name="AllocatedBytesARecord">Bytes allocated on the managed heap.</param>
/// <param name="Stages">Processor time by stage: decode, hash, link, columns, encode, commit, other (the source, handing out, the collector, the compiler) and all.</param>
/// <param name="Fate">What became of the records.</param>
internal sealed record SourceFigures(
    Spread RecordsPerSecond,
    Spread RecordsPerSecondACore,
    Spread Seconds,
    Spread CpuSeconds,
    Spread AllocatedBytesARecord,
    IReadOnlyDictionary<string, StageFigures> Stages,
    RecordFate Fate);

/// <summary>A stage.</summary>
/// <param name="CpuSeconds">Processor time of its threads.</param>
/// <param name="Share">Of all, by the medians.</param>
/// <param name="RecordsPerSecondACore">Records a second of that time, by the median; 0 when it took none.</param>
internal sealed record StageFigures(Spread CpuSeconds, double Share, double RecordsPerSecondACore);

/// <summary>Records: in = out + kept + dropped + rejected.</summary>
internal sealed record RecordFate(long In, long Out, long Kept, long Dropped, long Rejected);

/// <summary>A figure of several runs.</summary>
internal sealed record Spread(double Median, double Least, double Most)
{
    /// <summary>Of at least one value; the median of an even number is the mean of the two in the middle.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        var half = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }
}

/// <summary>Serialisation.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(BenchReport))]
internal sealed partial class BenchJson : JsonSerializerContext;
