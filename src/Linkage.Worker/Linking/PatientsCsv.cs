using System.IO.Hashing;
using Linkage.Identity;
using Linkage.Matching;

namespace Linkage.Worker.Linking;

/// <summary>
/// Reads a patients file: patient_id and the identifier columns of a participants file (schemas/participants.csv.md), any of them missing, in any order. In: CSV, RFC 4180, UTF-8. Out:
/// patients in file order; no identifier is judged here. Remembers 128 bits of each patient_id, to tell who comes twice.
/// </summary>
internal sealed class PatientsCsv : IDisposable
{
    private static readonly string[] Columns = ["patient_id", "nhs_number", "surname", "forename", "other_forenames", "date_of_birth", "sex", "postcode"];

    private readonly HashSet<UInt128> _seen = [];
    private readonly CsvLines _lines;

    /// <summary>Opens the file. <see cref="PeopleCsvException"/>, <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/> as <see cref="CsvLines"/> has them.</summary>
    public PatientsCsv(string path) => _lines = new CsvLines(path, Columns, required: 1, othersAllowed: false);

    /// <summary>What was read so far, and what of it was left out.</summary>
    public PatientReport Report { get; } = new();

    /// <summary>Takes patients until <paramref name="rows"/>, empty before, are full or the file ends. False at the end, when there is none left.</summary>
    public bool Fill(PatientRows rows)
    {
        while (!rows.IsFull && _lines.Read())
        {
            Report.Count();
            var id = _lines[0].Trim((byte)' ');
            if (Problem(id) is { } issue)
                Report.LeaveOut(issue, _lines.Line);
            else
                rows.Add(id, _lines);
        }

        return rows.Count > 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    private PatientIssue? Problem(ReadOnlySpan<byte> id)
    {
        if (!_lines.IsReadable)
            return PatientIssue.UnreadableLine;
        if (id.IsEmpty)
            return PatientIssue.MissingPatientId;
        if (!RegistryBuilder.IsUsableId(id))
            return PatientIssue.UnusablePatientId;
        if (Discloses(id))
            return PatientIssue.IdIsNhsNumber;
        return _seen.Add(XxHash128.HashToUInt128(id)) ? null : PatientIssue.DuplicatePatientId;
    }

    // That another number passes the check proves nothing: one in eleven does.
    private bool Discloses(ReadOnlySpan<byte> id)
    {
        Span<byte> asId = stackalloc byte[NhsNumber.Length], asNumber = stackalloc byte[NhsNumber.Length];
        return NhsNumber.IsUsable(NhsNumber.Parse(id, asId)) && NhsNumber.IsUsable(NhsNumber.Parse(_lines[1], asNumber)) && asId.SequenceEqual(asNumber);
    }
}
