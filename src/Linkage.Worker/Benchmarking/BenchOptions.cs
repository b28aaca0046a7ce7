using System.Globalization;
using Linkage.Parquet;
using Linkage.Worker.Synth;

namespace Linkage.Worker.Benchmarking;

/// <summary>What <c>linkage bench</c> measures.</summary>
internal sealed record BenchOptions
{
    private const long MostRecords = 1_000_000_000;
    private const int MostRuns = 1_000;

    /// <summary>Records a participant that the study as a whole has: some nine a patient and extract. What is sent of them is <see cref="Records"/>.</summary>
    private const long RecordsAParticipant = 20;

    /// <summary>Participants in the registry; 500,000 by default.</summary>
    public int Participants { get; init; } = 500_000;

    /// <summary>Records to take in, those of whole practices; 4,000,000 by default. They stay in memory.</summary>
    public long Records { get; init; } = 4_000_000;

    /// <summary>Share of the patients who are not participants.</summary>
    public double Outside { get; init; } = 0.3;

    /// <summary>Share of the patients whose identifiers are dirty.</summary>
    public double Dirt { get; init; } = 0.02;

    /// <summary>Most records of a batch.</summary>
    public int BatchRecords { get; init; } = 1_000;

    /// <summary>Seed of the feed.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Runs that count, of each source; five by default.</summary>
    public int Runs { get; init; } = 5;

    /// <summary>Lanes of a run; one a processor by default.</summary>
    public int Lanes { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, RowOrder.MaxLanes);

    /// <summary>Sources to measure.</summary>
    public IReadOnlyList<BenchSource> Sources { get; init; } = [BenchSource.Memory, BenchSource.Broker];

    /// <summary>The study: as many records a participant at any number of participants, unless more are asked for.</summary>
    public SynthOptions Study => new()
    {
        Participants = Participants,
        Records = Math.Max(Records, RecordsAParticipant * Participants),
        SentRecords = Records,
        Outside = Outside,
        Dirt = Dirt,
        BatchRecords = BatchRecords,
        Seed = Seed,
    };

    /// <summary>Null, or what is wrong: which option, its value, what is allowed.</summary>
    public string? Problem() =>
        OutOfRange("--records", Records, MostRecords)
        ?? OutOfRange("--runs", Runs, MostRuns)
        ?? OutOfRange("--lanes", Lanes, RowOrder.MaxLanes)
        ?? Study.Problem();

    private static string? OutOfRange(string name, long value, long most) =>
        value >= 1 && value <= most ? null : string.Create(CultureInfo.InvariantCulture, $"{name} {value}: allowed is 1 to {most:N0}");
}

/// <summary>Where the batches come from.</summary>
internal enum BenchSource
{
    /// <summary>Memory: no client, no broker, no network.</summary>
    Memory,

    /// <summary>The embedded broker, a process of its own on the same machine.</summary>
    Broker,
}
