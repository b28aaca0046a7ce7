using System.Text.Json;
using System.Text.Json.Serialization;

namespace Linkage.Worker.Reports;

/// <summary>
/// What a run did, as <c>_runs/&lt;run_id&gt;.json</c> (schemas/run-report.schema.json): counts that add up, offsets from and to, figures. No identifier in it.
/// </summary>
public sealed record RunReport
{
    /// <summary>Version of this report's form.</summary>
    public int ReportVersion { get; init; } = 1;

    /// <summary>The run's id, part of every data file's name.</summary>
    public required string RunId { get; init; }

    /// <summary>Program version.</summary>
    public required string LinkageVersion { get; init; }

    /// <summary>until-caught-up or continuous.</summary>
    public required string Mode { get; init; }

    /// <summary>Start (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>End (UTC).</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>completed, stopped or failed.</summary>
    public required string Outcome { get; init; }

    /// <summary>Exit code of the program.</summary>
    public required int ExitCode { get; init; }

    /// <summary>What went wrong, in one line; absent when nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>Version of the pseudonymisation key.</summary>
    public required int KeyVersion { get; init; }

    /// <summary>The path each kernel took, by the kernel's name: scalar, vector128, vector256 or vector512; null in reports of versions that had no choice.</summary>
    public IReadOnlyDictionary<string, string>? KernelPaths { get; init; }

    /// <summary>Participants in the registry.</summary>
    public required long Participants { get; init; }

    /// <summary>Topic and offsets read.</summary>
    public required SourceReport Source { get; init; }

    /// <summary>Batches read.</summary>
    public required long Batches { get; init; }

    /// <summary>Batches that could not be used.</summary>
    public required long BatchesRejected { get; init; }

    /// <summary>Fate of the records, by kind (clinical, scripts, registrations): in = out + kept + dropped + rejected.</summary>
    public required IReadOnlyDictionary<string, RecordReport> Records { get; init; }

    /// <summary>Patients by outcome.</summary>
    public required PatientReport Patients { get; init; }

    /// <summary>Rejects by reason, batches and records together.</summary>
    public required IReadOnlyDictionary<string, long> Rejects { get; init; }

    /// <summary>Rows, files and bytes by table.</summary>
    public required IReadOnlyDictionary<string, TableReport> Tables { get; init; }

    /// <summary>Time, speed, memory.</summary>
    public required FigureReport Figures { get; init; }

    /// <summary>The report as JSON text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Default.RunReport);

    /// <summary>Reads a report back.</summary>
    public static RunReport? FromJson(string json) => JsonSerializer.Deserialize(json, ReportJson.Default.RunReport);
}

/// <summary>Where the batches came from.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Group">Consumer group.</param>
/// <param name="Bytes">Bytes of batches, after decompression.</param>
/// <param name="Partitions">Offsets by partition.</param>
public sealed record SourceReport(string Topic, string Group, long Bytes, IReadOnlyList<PartitionReport> Partitions);

/// <summary>Offsets of one partition.</summary>
/// <param name="Partition">Partition.</param>
/// <param name="From">First offset this run resumed at; null when none of it was assigned.</param>
/// <param name="To">Next offset after what is committed by this run.</param>
/// <param name="End">End offset a bounded run read to; null when continuous.</param>
public sealed record PartitionReport(int Partition, long? From, long? To, long? End);

/// <summary>Fate of records of one kind.</summary>
/// <param name="In">Records in decoded batches.</param>
/// <param name="Out">Rows in the participants' table.</param>
/// <param name="Kept">Rows in the outsiders' table.</param>
/// <param name="Dropped">Records dropped because of their patient's outcome.</param>
/// <param name="Rejected">Records rejected.</param>
/// <param name="DroppedBy">Dropped, by outcome.</param>
/// <param name="RejectedBy">Rejected, by reason.</param>
public sealed record RecordReport(long In, long Out, long Kept, long Dropped, long Rejected, IReadOnlyDictionary<string, long> DroppedBy, IReadOnlyDictionary<string, long> RejectedBy);

/// <summary>Patients, counted once for each batch they are in.</summary>
/// <param name="Total">All.</param>
/// <param name="Outcomes">By outcome.</param>
/// <param name="LinksByTier">Linked, by tier.</param>
/// <param name="LinkChanges">By what the decision is in the light of earlier batches; null in reports of versions that did not ask.</param>
/// <param name="NhsNumbers">By what the NHS number was.</param>
/// <param name="BirthDates">By what the date of birth was.</param>
public sealed record PatientReport(long Total, IReadOnlyDictionary<string, long> Outcomes, IReadOnlyDictionary<string, long> LinksByTier, IReadOnlyDictionary<string, long>? LinkChanges, IReadOnlyDictionary<string, long> NhsNumbers, IReadOnlyDictionary<string, long> BirthDates);

/// <summary>What a table got.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Files">Data files.</param>
/// <param name="Bytes">Bytes of data files.</param>
public sealed record TableReport(long Rows, int Files, long Bytes)
{
    /// <summary>How each column is stored; null in reports of versions that did not say.</summary>
    public IReadOnlyDictionary<string, ColumnReport>? Columns { get; init; }
}

/// <summary>How a column is stored in a table's files.</summary>
/// <param name="Encodings">Encodings of its values, as the format names them; which, the writer chose by size.</param>
/// <param name="Bytes">Bytes in the files, page headers included.</param>
/// <param name="UncompressedBytes">The same before the codec.</param>
public sealed record ColumnReport(IReadOnlyList<string> Encodings, long Bytes, long UncompressedBytes);

/// <summary>Figures of the run.</summary>
/// <param name="Seconds">Wall-clock seconds from start to end.</param>
/// <param name="IngestSeconds">Of these, from the first batch to the last commit.</param>
/// <param name="RecordsPerSecond">Records by <paramref name="IngestSeconds"/>.</param>
/// <param name="CpuSeconds">Processor seconds of the process, user and system.</param>
/// <param name="PeakMemoryBytes">Largest resident set of the process.</param>
/// <param name="AllocatedBytes">Bytes allocated on the managed heap.</param>
/// <param name="Flushes">Flushes committed.</param>
/// <param name="StageSeconds">Seconds by stage, summed over threads: decode, hash, link, rows, encode, commit; and commit_wait (flushes waiting for the commit before) and lane_idle (lanes waiting for a batch).</param>
public sealed record FigureReport(double Seconds, double IngestSeconds, double RecordsPerSecond, double CpuSeconds, long PeakMemoryBytes, long AllocatedBytes, int Flushes, IReadOnlyDictionary<string, double> StageSeconds);

/// <summary>Serialisation of reports.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
