using Linkage.Batches;

namespace Linkage.Tables;

/// <summary>
/// The per-record part of a batch: each record to a row of its table, a count of the dropped, or a row of rejects. No identifier is in reach here: a record knows
/// its patient's <see cref="PatientRow"/> only.
/// </summary>
/// <remarks>
/// The order of judgement is fixed, so that every record has exactly one fate: no patient (reject), patient not linked (dropped, or kept
/// as an outsider's), deleted at source, duplicate, code (rejects), row. What a record of a person outside the study looks like is not looked at.
/// </remarks>
internal sealed class RecordRows(LaneTables tables, PatientLinking patients)
{
    private readonly CodeMap _codes = new(tables.Dictionaries);
    private readonly DuplicateCheck _duplicates = new();

    public void Append(RawBatch raw, DecodedBatch batch, in BatchHeader header, TableMask mask)
    {
        _codes.Begin(batch);
        Clinical(new Source(raw, header, mask, RecordKind.Clinical), batch.Clinical.AsSpan(0, batch.ClinicalCount));
        Scripts(new Source(raw, header, mask, RecordKind.Scripts), batch.Scripts.AsSpan(0, batch.ScriptCount));
        Registrations(new Source(raw, header, mask, RecordKind.Registrations), batch.Registrations.AsSpan(0, batch.RegistrationCount));
    }

    private void Clinical(in Source source, ReadOnlySpan<ClinicalRecord> records)
    {
        Begin(source, records.Length);
        foreach (ref readonly var record in records)
        {
            if (IsOfSubject(record.Patient))
            {
                _codes.WantClinical(record.Code);
            }
        }

        _codes.MapClinical();
        for (var i = 0; i < records.Length; i++)
        {
            ref readonly var record = ref records[i];
            if (!HasSubject(source, i, record.Patient))
            {
                continue;
            }

            var reason = record.Deleted ? RejectReason.Deleted : _duplicates.IsRepeat(records, i) ? RejectReason.DuplicateRecord : RejectReason.None;
            var coded = _codes.Clinical(record.Code, out var code);
            reason = reason == RejectReason.None ? coded : reason;
            if (reason != RejectReason.None)
            {
                Reject(source, i, reason);
                continue;
            }

            ref readonly var patient = ref patients.Rows[record.Patient];
            var date = patient.Mask.Apply(record.Date);
            if (Takes(source, patient, OutputTable.GpClinical, OutputTable.OutsiderClinical))
            {
                (patient.Linked ? tables.Clinical : tables.OutsiderClinical)[Key(source, patient, date)]
                    .Append(patient.Subject, source.Header.DataProvider, date, code, record.Value1, record.HasValue1, record.Value2, record.HasValue2, _codes.Unit(record.Value3));
            }
        }
    }

    private void Scripts(in Source source, ReadOnlySpan<ScriptRecord> records)
    {
        Begin(source, records.Length);
        foreach (ref readonly var record in records)
        {
            if (IsOfSubject(record.Patient))
            {
                _codes.WantScript(record.Code);
            }
        }

        _codes.MapScripts();
        for (var i = 0; i < records.Length; i++)
        {
            ref readonly var record = ref records[i];
            if (!HasSubject(source, i, record.Patient))
            {
                continue;
            }

            var reason = record.Deleted ? RejectReason.Deleted : _duplicates.IsRepeat(records, i) ? RejectReason.DuplicateRecord : RejectReason.None;
            var coded = _codes.Script(record.Code, out var code);
            var drug = _codes.Drug(record.DrugName);

            // The name alone says what was prescribed: some suppliers send no code.
            coded = coded == RejectReason.MissingCode && drug >= 0 ? RejectReason.None : coded;
            reason = reason == RejectReason.None ? coded : reason;
            if (reason != RejectReason.None)
            {
                Reject(source, i, reason);
                continue;
            }

            ref readonly var patient = ref patients.Rows[record.Patient];
            var date = patient.Mask.Apply(record.IssueDate);
            if (Takes(source, patient, OutputTable.GpScripts, OutputTable.OutsiderScripts))
            {
                (patient.Linked ? tables.Scripts : tables.OutsiderScripts)[Key(source, patient, date)]
                    .Append(patient.Subject, source.Header.DataProvider, date, code, drug, _codes.Quantity(record.Quantity));
            }
        }
    }

    private void Registrations(in Source source, ReadOnlySpan<RegistrationRecord> records)
    {
        Begin(source, records.Length);
        for (var i = 0; i < records.Length; i++)
        {
            ref readonly var record = ref records[i];
            if (!HasSubject(source, i, record.Patient))
            {
                continue;
            }

            var reason = record.Deleted ? RejectReason.Deleted : _duplicates.IsRepeat(records, i) ? RejectReason.DuplicateRecord : RejectReason.None;
            if (reason != RejectReason.None)
            {
                Reject(source, i, reason);
                continue;
            }

            ref readonly var patient = ref patients.Rows[record.Patient];
            var registered = patient.Mask.Apply(record.RegDate);
            if (Takes(source, patient, OutputTable.GpRegistrations, OutputTable.OutsiderRegistrations))
            {
                // No deduct date is not a missing one: the patient is still registered.
                var deducted = record.DeductDate == ClinicalRecord.NoDate ? ClinicalRecord.NoDate : patient.Mask.Apply(record.DeductDate);
                (patient.Linked ? tables.Registrations : tables.OutsiderRegistrations)[Key(source, patient, registered)]
                    .Append(patient.Subject, source.Header.DataProvider, registered, deducted);
            }
        }
    }

    private void Begin(in Source source, int records)
    {
        tables.Counts.In(source.Kind) += records;
        _duplicates.Begin(records);
    }

    private bool IsOfSubject(int patient) => patient >= 0 && patients.Rows[patient].Subject >= 0;

    /// <summary>Whether the record has a patient whose records are written anywhere; counts its fate if not.</summary>
    private bool HasSubject(in Source source, int record, int patient)
    {
        if (patient < 0)
        {
            Reject(source, record, RejectReason.OrphanRecord);
            return false;
        }

        ref readonly var row = ref patients.Rows[patient];
        if (row.Subject >= 0)
        {
            return true;
        }

        tables.Counts.Dropped(source.Kind, row.Outcome)++;
        return false;
    }

    /// <summary>Counts a row; whether its table takes it (a table that already holds the batch does not).</summary>
    private bool Takes(in Source source, in PatientRow patient, OutputTable participants, OutputTable outsiders)
    {
        if (patient.Linked)
        {
            tables.Counts.Out(source.Kind)++;
            return source.Mask.Has(participants);
        }

        tables.Counts.Kept(source.Kind)++;
        return source.Mask.Has(outsiders);
    }

    private int Key(in Source source, in PatientRow patient, int date) => tables.Partitioning.Key(date, source.Header.DataProvider, patient.BucketHash);

    private void Reject(in Source source, int record, RejectReason reason)
    {
        tables.Counts.Rejected(source.Kind, reason)++;
        if (source.Mask.Has(OutputTable.Rejects))
        {
            tables.Rejects[0].AppendRecord(source.Raw, source.Header.BatchId, source.Header.Practice, source.Kind, record, reason);
        }
    }

    private readonly record struct Source(RawBatch Raw, BatchHeader Header, TableMask Mask, RecordKind Kind);
}
