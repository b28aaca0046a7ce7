using System.Globalization;

namespace Linkage.Worker.Synth;

/// <summary>What <c>linkage synth</c> makes. The same options give the same bytes, on any machine.</summary>
public sealed record SynthOptions
{
    /// <summary>Participants of the study (people, not rows of participants.csv); 1 to 60,000,000.</summary>
    public required int Participants { get; init; }

    /// <summary>Records over the three kinds, exactly: 62% clinical, 35% prescriptions, 3% registrations; 1 to 10,000,000,000.</summary>
    public required long Records { get; init; }

    /// <summary>Share of the patients in the batches who are not participants; 0 to 0.9, 0.3 by default.</summary>
    public double Outside { get; init; } = 0.3;

    /// <summary>
    /// Share of the patients (per batch) with an irregular identifier; a quarter of it is the share of records with an irregularity of their own.
    /// 0 to 1, 0.02 by default.
    /// </summary>
    public double Dirt { get; init; } = 0.02;

    /// <summary>Most records of a batch; 1 to 1,000,000, 1,000 by default (about 30 KB encoded, 40 patients).</summary>
    public int BatchRecords { get; init; } = 1_000;

    /// <summary>
    /// Records that are sent, at least: the first practices that have so many send theirs, the rest send nothing, and every participant is in the participants file all the same. Null, the default: all send. For
    /// a study too large to read all of it, with as many records a patient as the whole would have.
    /// </summary>
    public long? SentRecords { get; init; }

    /// <summary>Seed; 1 by default.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Null, or what is wrong: which option, its value, what is allowed.</summary>
    public string? Problem() =>
        OutOfRange("--participants", Participants, 1, 60_000_000)
        ?? OutOfRange("--records", Records, 1, 10_000_000_000)
        ?? OutOfRange("--outside", Outside, 0, 0.9)
        ?? OutOfRange("--dirt", Dirt, 0, 1)
        ?? OutOfRange("--batch-records", BatchRecords, 1, 1_000_000)
        ?? TooManyPeople();

    private static string? OutOfRange(string name, double value, double least, double most) =>
        value >= least && value <= most
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{name} {value}: allowed is {least:#,0.##} to {most:#,0.##}");

    private string? TooManyPeople()
    {
        var people = Participants / (1 - Outside);
        return people <= NhsNumberPool.MostPeople
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"--participants {Participants} with --outside {Outside}: {people:#,0} people, but only {NhsNumberPool.MostPeople:#,0} have an NHS number that was never issued; lower one of them");
    }
}
