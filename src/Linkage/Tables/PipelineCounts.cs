using Linkage.Batches;
using Linkage.Identity;
using Linkage.Matching;
using Linkage.Matching.Links;

namespace Linkage.Tables;

/// <summary>
/// What went in and what became of it: for each kind of record, in = out + kept outsiders + dropped + rejected, always.
/// </summary>
public sealed class PipelineCounts
{
    private static readonly int OutcomeCount = Enum.GetValues<Outcome>().Length;
    private static readonly int ReasonCount = Enum.GetValues<RejectReason>().Length;
    private static readonly int StateCount = Enum.GetValues<FieldState>().Length;
    private static readonly int FindingCount = Enum.GetValues<LinkFinding>().Length;
    private const int Kinds = 4;
    private readonly long[] _counts = new long[5 + (Kinds * 3) + (Kinds * OutcomeCount) + (Kinds * ReasonCount) + OutcomeCount + 4 + (2 * StateCount) + FindingCount];

    /// <summary>Batches read.</summary>
    public ref long Batches => ref _counts[0];

    /// <summary>Bytes of these batches as sent (after decompression).</summary>
    public ref long Bytes => ref _counts[1];

    /// <summary>Patients of decoded batches.</summary>
    public ref long Patients => ref _counts[2];

    /// <summary>Records of one kind in decoded batches.</summary>
    public ref long In(RecordKind kind) => ref _counts[5 + (int)kind];

    /// <summary>Rows written to the participants' table of that kind.</summary>
    public ref long Out(RecordKind kind) => ref _counts[5 + Kinds + (int)kind];

    /// <summary>Rows written to the outsiders' table of that kind.</summary>
    public ref long Kept(RecordKind kind) => ref _counts[5 + (Kinds * 2) + (int)kind];

    /// <summary>Records dropped because of what became of their patient.</summary>
    public ref long Dropped(RecordKind kind, Outcome outcome) => ref _counts[5 + (Kinds * 3) + ((int)kind * OutcomeCount) + (int)outcome];

    /// <summary>Records (or, for <see cref="RecordKind.Batch"/>, batches) rejected.</summary>
    public ref long Rejected(RecordKind kind, RejectReason reason) => ref _counts[5 + (Kinds * 3) + (Kinds * OutcomeCount) + ((int)kind * ReasonCount) + (int)reason];

    /// <summary>Patients by outcome.</summary>
    public ref long PatientsBy(Outcome outcome) => ref _counts[5 + (Kinds * 3) + (Kinds * OutcomeCount) + (Kinds * ReasonCount) + (int)outcome];

    /// <summary>Links by tier.</summary>
    public ref long Links(Tier tier) => ref _counts[5 + (Kinds * 3) + (Kinds * OutcomeCount) + (Kinds * ReasonCount) + OutcomeCount + (int)tier];

    /// <summary>Patients by what their NHS number was.</summary>
    public ref long NhsNumbers(FieldState state) => ref _counts[5 + (Kinds * 3) + (Kinds * OutcomeCount) + (Kinds * ReasonCount) + OutcomeCount + 4 + (int)state];

    /// <summary>Patients by what their date of birth was.</summary>
    public ref long BirthDates(FieldState state) => ref _counts[5 + (Kinds * 3) + (Kinds * OutcomeCount) + (Kinds * ReasonCount) + OutcomeCount + 4 + StateCount + (int)state];

    /// <summary>Patients by what the decision is in the light of earlier batches.</summary>
    public ref long Findings(LinkFinding finding) => ref _counts[_counts.Length - FindingCount + (int)finding];

    /// <summary>Records of the three kinds in decoded batches.</summary>
    public long Records => In(RecordKind.Clinical) + In(RecordKind.Scripts) + In(RecordKind.Registrations);

    /// <summary>All rejects of a kind.</summary>
    public long RejectedTotal(RecordKind kind)
    {
        long total = 0;
        for (var reason = 0; reason < ReasonCount; reason++)
        {
            total += Rejected(kind, (RejectReason)reason);
        }

        return total;
    }

    /// <summary>All records of a kind dropped with their patient.</summary>
    public long DroppedTotal(RecordKind kind)
    {
        long total = 0;
        for (var outcome = 0; outcome < OutcomeCount; outcome++)
        {
            total += Dropped(kind, (Outcome)outcome);
        }

        return total;
    }

    /// <summary>Adds another's counts.</summary>
    public void Add(PipelineCounts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }
    }

    /// <summary>Back to zero.</summary>
    public void Clear() => Array.Clear(_counts);
}
