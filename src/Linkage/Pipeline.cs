using System.Diagnostics;
using Linkage.Batches;
using Linkage.Matching;
using Linkage.Matching.Links;
using Linkage.Matching.Scoring;
using Linkage.Pseudonyms;
using Linkage.Tables;

namespace Linkage;

/// <summary>Which tables take a batch: a table that already holds it (its log is ahead after a crash between two commits) skips it.</summary>
/// <param name="Bits">One bit a table.</param>
public readonly record struct TableMask(int Bits)
{
    /// <summary>Every table.</summary>
    public static readonly TableMask All = new(-1);

    /// <summary>Whether a table takes the batch.</summary>
    public bool Has(OutputTable table) => (Bits & (1 << (int)table)) != 0;
}

/// <summary>Time spent by stage, in <see cref="Stopwatch"/> ticks: measured, never acted on.</summary>
/// <param name="clock">What they are measured with; the wall clock by default.</param>
public sealed class StageTimes(Func<long>? clock = null)
{
    private readonly Func<long> _clock = clock ?? Stopwatch.GetTimestamp;

    /// <summary>Bytes to views.</summary>
    public long Decode { get; set; }

    /// <summary>Identifiers to tokens: normalising and hashing, wherever it happens.</summary>
    public long Hash { get; set; }

    /// <summary>Tokens to participants: looking up, comparing, deciding.</summary>
    public long Link { get; set; }

    /// <summary>Records to columns.</summary>
    public long Rows { get; set; }

    /// <summary>Waiting for a batch.</summary>
    public long Idle { get; set; }

    /// <summary>The clock.</summary>
    public long Now() => _clock();

    /// <summary>Counts all since a time of the clock as hashing.</summary>
    public void HashedSince(long started) => Hash += Now() - started;
}

/// <summary>Settings of the pipeline.</summary>
public sealed record PipelineOptions
{
    /// <summary>Limits on a batch.</summary>
    public BatchLimits Limits { get; init; } = new();

    /// <summary>What tier 3 weighs with; without one (the default here, not of a run) the cascade ends after the exact keys.</summary>
    public MatchModel? Model { get; init; }

    /// <summary>What <see cref="StageTimes"/> are measured with, in <see cref="Stopwatch"/> ticks of the calling thread: the wall clock by default, the thread's own processor time in a benchmark.</summary>
    public Func<long> StageClock { get; init; } = Stopwatch.GetTimestamp;

    /// <summary>Whether records of patients who are not participants are kept, pseudonymised, in tables of their own; false (dropped and counted) by default.</summary>
    public bool KeepOutsiders { get; init; }
}

/// <summary>
/// The whole path of a batch in one lane: bytes to views, identifiers to tokens, patients to participants, records to columns. In: a
/// <see cref="RawBatch"/>. Out: rows in <see cref="LaneTables"/>. Pure: no Kafka, no files, no clock. Not thread-safe; one per lane.
/// </summary>
public sealed class Pipeline : IDisposable
{
    private readonly BatchDecoder _decoder;
    private readonly PatientLinking _patients;
    private readonly RecordRows _records;
    private readonly int _keyVersion;

    /// <summary>A lane's pipeline. The pseudonymiser becomes its own; the ledger, which all lanes share, may be null: then no link is remembered.</summary>
    public Pipeline(PipelineOptions options, Registry registry, Pseudonymiser pseudonymiser, LaneTables tables, LinkLedger? ledger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(pseudonymiser);
        Tables = tables;
        Times = new StageTimes(options.StageClock);
        _decoder = new BatchDecoder(options.Limits);
        _patients = new PatientLinking(registry, pseudonymiser, tables, options.Model, options.KeepOutsiders, ledger, Times);
        _records = new RecordRows(tables, _patients);
        _keyVersion = pseudonymiser.KeyVersion;
    }

    /// <summary>What this lane fills.</summary>
    public LaneTables Tables { get; }

    /// <summary>Where the time of this lane went.</summary>
    public StageTimes Times { get; }

    /// <summary>Takes one batch through. A batch that cannot be used becomes one row of rejects.</summary>
    public void Process(RawBatch raw, TableMask mask)
    {
        ArgumentNullException.ThrowIfNull(raw);
        Tables.Counts.Batches++;
        Tables.Counts.Bytes += raw.Length;
        try
        {
            var started = Times.Now();
            var result = Decode(raw, out var batch);
            var decoded = Times.Now();
            Times.Decode += decoded - started;
            if (result.Ok)
            {
                var header = BatchHeader.Of(raw, batch, Tables.Dictionaries, _keyVersion);
                var hashed = Times.Hash;
                _patients.Link(raw, batch, header, mask);
                var linked = Times.Now();
                _records.Append(raw, batch, header, mask);
                Times.Link += linked - decoded - (Times.Hash - hashed);
                Times.Rows += Times.Now() - linked;
            }
            else if (mask.Has(OutputTable.Rejects))
            {
                Tables.Rejects[0].AppendBatch(raw, result);
                Tables.Counts.Rejected(RecordKind.Batch, result.Reason)++;
            }
        }
        finally
        {
            _patients.Clear();
            _decoder.Clear();
        }
    }

    /// <summary>Zeroes the keys and what is left of identifiers.</summary>
    public void Dispose()
    {
        _decoder.Clear();
        _patients.Dispose();
    }

    private DecodeResult Decode(RawBatch raw, out DecodedBatch batch)
    {
        var result = _decoder.Decode(raw, out batch);
        return result.Ok && DisclosingHeader.Of(batch) ? new DecodeResult(RejectReason.DisclosingHeader, 0) : result;
    }
}
