using System.Collections.Immutable;

namespace Linkage.Delta.Verification;

/// <summary>How bad a finding is.</summary>
public enum Severity
{
    /// <summary>Worth knowing; the data is as it should be.</summary>
    Warning,

    /// <summary>The table is not what its log says, or the log contradicts itself.</summary>
    Error,
}

/// <summary>Something that is not as it should be.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Table">Name of the table's folder.</param>
/// <param name="What">What is wrong, in one sentence without values of rows.</param>
/// <param name="Where">File, log entry or source partition.</param>
public sealed record VerificationFinding(Severity Severity, string Table, string What, string Where);

/// <summary>What a verification saw.</summary>
/// <param name="Table">Name of the table's folder.</param>
/// <param name="Version">Newest log version; −1 without a log.</param>
/// <param name="Files">Live files.</param>
/// <param name="Rows">Rows in them, by their footers.</param>
/// <param name="Bytes">Their length.</param>
/// <param name="Progress">Next offset by appId.</param>
/// <param name="Findings">What is not as it should be; empty for a sound table.</param>
public sealed record TableVerification(
    string Table, long Version, long Files, long Rows, long Bytes, ImmutableDictionary<string, long> Progress, ImmutableArray<VerificationFinding> Findings)
{
    /// <summary>Rows that each run committed, by its id, whatever became of their files since: compaction puts rows into files of its own.</summary>
    public ImmutableDictionary<string, long> RowsByRun { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>Whether nothing worse than a warning was found.</summary>
    public bool IsSound => !Findings.Any(f => f.Severity == Severity.Error);
}
