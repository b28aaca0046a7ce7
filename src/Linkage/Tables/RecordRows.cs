using Linkage.Batches;

namespace Linkage.Tables;

/// <summary>
/// The per-record part of a batch: each record to a row of its table, a count of the dropped, or a row of rejects. No identifier is in reach here: a record knows
/// its patient's <see cref="PatientRow"/> only.
/// </summary>
/// <remarks>
/// The order of judgement is fixed, so that every record has exactly one fate: no patient (reject), patient not linked (dropped, or kept
/// as an outsider's), deleted at source, duplicate, code (rejects), row.
/// </remarks>
internal sealed class RecordRows(LaneTables tables, PatientLinking patients)
{
    private readonly CodeMap _codes = new(tables.Dictionaries);
    private readonly DuplicateCheck _duplicates = new();

    public void Append(RawBatch raw, DecodedBatch batch, in BatchHeader header, TableMask mask)
    {
        _codes.Begin(batch);
        AppendClinical(raw, batch, header, mask);
        AppendScripts(raw, batch, header, mask);
        AppendRegistrations(raw, batch, header, mask);
    }

    private void AppendClinical(RawBatch raw, DecodedBatch batch, in BatchHeader header, TableMask mask)
    {
        const RecordKind Kind = RecordKind.Clinical;
        var records = batch.Clinical.AsSpan(0, batch.ClinicalCount);
        var rows = patients.Rows;
        var counts = tables.Counts;
        var partitioning = tables.Partitioning;
        long written = 0;
        counts.In(Kind) += records.Length;
        _duplicates.Begin(records.Length);
        for (var i = 0; i < records.Length; i++)
        {
            ref readonly var record = ref records[i];
            if (record.Patient < 0)
            {
                Reject(raw, header, mask, Kind, i, RejectReason.OrphanRecord);
                continue;
            }

            ref readonly var patient = ref rows[record.Patient];
            if (patient.Subject < 0)
            {
                counts.Dropped(Kind, patient.Outcome)++;
                continue;
            }

            var reason = record.Deleted ? RejectReason.Deleted
                : _duplicates.IsRepeat(records, i) ? RejectReason.DuplicateRecord
                : _codes.Clinical(record.Code, out _);
            if (reason != RejectReason.None)
            {
                Reject(raw, header, mask, Kind, i, reason);
                continue;
            }

            _ = _codes.Clinical(record.Code, out var code);
            var date = patient.Mask.Apply(record.Date);
            var key = partitioning.Key(date, header.DataProvider, patient.BucketHash);
            if (patient.Linked)
            {
                written++;
                if (mask.Has(OutputTable.GpClinical))
                {
                    tables.Clinical[key].Append(patient.Subject, header.DataProvider, date, code, record.Value1, record.HasValue1, record.Value2, record.HasValue2, _codes.Unit(record.Value3));
                }
            }
            else
            {
                counts.Kept(Kind)++;
                if (mask.Has(OutputTable.OutsiderClinical))
                {
                    tables.OutsiderClinical[key].Append(patient.Subject, header.DataProvider, date, code, record.Value1, record.HasValue1, record.Value2, record.HasValue2, _codes.Unit(record.Value3));
                }
            }
        }

        counts.Out(Kind) += written;
    }

    private void AppendScripts(RawBatch raw, DecodedBatch batch, in BatchHeader header, TableMask mask)
    {
        const RecordKind Kind = RecordKind.Scripts;
        var records = batch.Scripts.AsSpan(0, batch.ScriptCount);
        var rows = patients.Rows;
        var counts = tables.Counts;
        var partitioning = tables.Partitioning;
        long written = 0;
        counts.In(Kind) += records.Length;
        _duplicates.Begin(records.Length);
        for (var i = 0; i < records.Length; i++)
        {
            ref readonly var record = ref records[i];
            if (record.Patient < 0)
            {
                Reject(raw, header, mask, Kind, i, RejectReason.OrphanRecord);
                continue;
            }

            ref readonly var patient = ref rows[record.Patient];
            if (patient.Subject < 0)
            {
                counts.Dropped(Kind, patient.Outcome)++;
                continue;
            }

            var drug = _codes.Drug(record.DrugName);
            var reason = _codes.Script(record.Code, out var code);
            if (reason == RejectReason.MissingCode && drug >= 0)
            {
                // The name alone says what was prescribed: some suppliers send no code.
                reason = RejectReason.None;
            }

            reason = record.Deleted ? RejectReason.Deleted
                : _duplicates.IsRepeat(records, i) ? RejectReason.DuplicateRecord
                : reason;
            if (reason != RejectReason.None)
            {
                Reject(raw, header, mask, Kind, i, reason);
                continue;
            }

            var date = patient.Mask.Apply(record.IssueDate);
            var key = partitioning.Key(date, header.DataProvider, patient.BucketHash);
            if (patient.Linked)
            {
                written++;
                if (mask.Has(OutputTable.GpScripts))
                {
                    tables.Scripts[key].Append(patient.Subject, header.DataProvider, date, code, drug, _codes.Quantity(record.Quantity));
                }
            }
            else
            {
                counts.Kept(Kind)++;
                if (mask.Has(OutputTable.OutsiderScripts))
                {
                    tables.OutsiderScripts[key].Append(patient.Subject, header.DataProvider, date, code, drug, _codes.Quantity(record.Quantity));
                }
            }
        }

        counts.Out(Kind) += written;
    }

    private void AppendRegistrations(RawBatch raw, DecodedBatch batch, in BatchHeader header, TableMask mask)
    {
        const RecordKind Kind = RecordKind.Registrations;
        var records = batch.Registrations.AsSpan(0, batch.RegistrationCount);
        var rows = patients.Rows;
        var counts = tables.Counts;
        var partitioning = tables.Partitioning;
        long written = 0;
        counts.In(Kind) += records.Length;
        _duplicates.Begin(records.Length);
        for (var i = 0; i < records.Length; i++)
        {
            ref readonly var record = ref records[i];
            if (record.Patient < 0)
            {
                Reject(raw, header, mask, Kind, i, RejectReason.OrphanRecord);
                continue;
            }

            ref readonly var patient = ref rows[record.Patient];
            if (patient.Subject < 0)
            {
                counts.Dropped(Kind, patient.Outcome)++;
                continue;
            }

            var reason = record.Deleted ? RejectReason.Deleted
                : _duplicates.IsRepeat(records, i) ? RejectReason.DuplicateRecord
                : RejectReason.None;
            if (reason != RejectReason.None)
            {
                Reject(raw, header, mask, Kind, i, reason);
                continue;
            }

            var registered = patient.Mask.Apply(record.RegDate);
            var deducted = record.DeductDate == ClinicalRecord.NoDate ? ClinicalRecord.NoDate : patient.Mask.Apply(record.DeductDate);
            var key = partitioning.Key(registered, header.DataProvider, patient.BucketHash);
            if (patient.Linked)
            {
                written++;
                if (mask.Has(OutputTable.GpRegistrations))
                {
                    tables.Registrations[key].Append(patient.Subject, header.DataProvider, registered, deducted);
                }
            }
            else
            {
                counts.Kept(Kind)++;
                if (mask.Has(OutputTable.OutsiderRegistrations))
                {
                    tables.OutsiderRegistrations[key].Append(patient.Subject, header.DataProvider, registered, deducted);
                }
            }
        }

        counts.Out(Kind) += written;
    }

    private void Reject(RawBatch raw, in BatchHeader header, TableMask mask, RecordKind kind, int record, RejectReason reason)
    {
        tables.Counts.Rejected(kind, reason)++;
        if (mask.Has(OutputTable.Rejects))
        {
            tables.Rejects[0].AppendRecord(raw, header.BatchId, header.Practice, kind, record, reason);
        }
    }
}
