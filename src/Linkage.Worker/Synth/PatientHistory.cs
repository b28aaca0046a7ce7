using Linkage.Batches;

namespace Linkage.Worker.Synth;

/// <summary>
/// Writes one patient's records of one extract into a batch: visits at distinct days, more of them recently; several codes a visit; repeat
/// prescriptions of the patient's own drugs. No two records are equal by accident, and no date is irregular by accident: truth counts are exact.
/// </summary>
internal sealed class PatientHistory(BatchBuilder builder, BatchDictionary dictionary, RecordTally batchTally)
{
    /// <summary>Most records of one patient in one batch: days enough for distinct visits in the shortest life.</summary>
    public const int MostRecords = 3_000;

    private readonly VisitCalendar _visits = new();
    private readonly CodePicker _picker = new();
    private readonly RecordSoiler _soiler = new();
    private Extract _extract;

    /// <summary>The patient's records in this batch, by table and irregularity.</summary>
    public RecordTally Tally { get; } = new();

    /// <summary>Starts a batch.</summary>
    public void BeginBatch() => _soiler.BeginBatch();

    /// <summary>Writes the records. The batch's tally gets them too, with those that lose their patient.</summary>
    public void Write(in Extract extract, ref SeededRandom random)
    {
        _extract = extract;
        Tally.Clear();
        _soiler.BeginPatient(extract.RecordDirt);
        _picker.BeginPatient(extract.System, ref random);
        WriteClinical(extract.Clinical, ref random);
        WriteScripts(extract.Scripts, ref random);
        WriteRegistrations(extract.Registrations, ref random);
    }

    private void WriteClinical(int count, ref SeededRandom random)
    {
        var earlier = default(ClinicalRecord);
        var hasEarlier = false;
        _visits.Plan(count, _extract, recordsPerVisit: 3, ref random);
        while (_visits.Next(ref random))
        {
            _picker.BeginVisit();
            for (var i = 0; i < _visits.Records; i++)
            {
                var (list, code) = _picker.Clinical(ref random);
                var dirt = _soiler.Draw(GpTable.Clinical, list.System, _extract.Born, hasEarlier, _visits.Day, ref random);
                if (dirt == RecordDirt.DuplicateRecord)
                {
                    builder.Add(earlier);
                    Count(GpTable.Clinical, dirt);
                    continue;
                }

                var date = RecordSoiler.Date(dirt, _visits.Day, _extract.Born, ref random);
                var record = new ClinicalRecord
                {
                    Patient = dirt == RecordDirt.OrphanRecord ? -1 : _extract.Patient,
                    Date = date,
                    RecordDate = _visits.EntryDay(ref random),
                    Code = Code(dirt, list, code, GpTable.Clinical, ref random),
                    Value3 = -1,
                    Deleted = dirt == RecordDirt.Deleted,
                };
                if (CodePicker.HasValue(code))
                {
                    SetValues(ref record, code, ref random);
                }

                builder.Add(record);
                Count(GpTable.Clinical, dirt);
                if (dirt is null && (!hasEarlier || random.Below(4) == 0))
                {
                    (earlier, hasEarlier) = (record, true);
                }
            }
        }
    }

    private void SetValues(ref ClinicalRecord record, int code, ref SeededRandom random)
    {
        var kind = CodePicker.Measurement(code);
        record.Value1 = Value(kind.Middle, kind.Spread, ref random);
        record.HasValue1 = true;
        record.Value3 = dictionary.Text(kind.Unit);
        if (kind.SecondMiddle > 0)
        {
            record.Value2 = Value(kind.SecondMiddle, kind.SecondSpread, ref random);
            record.HasValue2 = true;
        }
    }

    /// <summary>Tenths around the middle, in a bell of two dice.</summary>
    private static double Value(int middle, int spread, ref SeededRandom random) =>
        (middle + random.Below(spread + 1) + random.Below(spread + 1) - spread) / 10.0;

    private void WriteScripts(int count, ref SeededRandom random)
    {
        var earlier = default(ScriptRecord);
        var hasEarlier = false;
        _visits.Plan(count, _extract, recordsPerVisit: 4, ref random);
        while (_visits.Next(ref random))
        {
            _picker.BeginVisit();
            for (var i = 0; i < _visits.Records; i++)
            {
                var (list, code, quantity) = _picker.Script(ref random);
                var dirt = _soiler.Draw(GpTable.Scripts, list.System, _extract.Born, hasEarlier, _visits.Day, ref random);
                if (dirt == RecordDirt.DuplicateRecord)
                {
                    builder.Add(earlier);
                    Count(GpTable.Scripts, dirt);
                    continue;
                }

                var record = new ScriptRecord
                {
                    Patient = dirt == RecordDirt.OrphanRecord ? -1 : _extract.Patient,
                    IssueDate = RecordSoiler.Date(dirt, _visits.Day, _extract.Born, ref random),
                    Code = Code(dirt, list, code, GpTable.Scripts, ref random),
                    DrugName = dictionary.Text(_picker.DrugName(code)),
                    Quantity = quantity < 0 ? -1 : dictionary.Text(quantity),
                    Deleted = dirt == RecordDirt.Deleted,
                };
                builder.Add(record);
                Count(GpTable.Scripts, dirt);
                if (dirt is null && (!hasEarlier || random.Below(4) == 0))
                {
                    (earlier, hasEarlier) = (record, true);
                }
            }
        }
    }

    private void WriteRegistrations(int count, ref SeededRandom random)
    {
        var earlier = default(RegistrationRecord);
        var hasEarlier = false;
        _visits.Plan(count, _extract, recordsPerVisit: 1, ref random);
        var more = _visits.Next(ref random);
        while (more)
        {
            var day = _visits.Day;
            more = _visits.Next(ref random);

            // Left when registering anew; nobody left after the last.
            var deduct = more ? _visits.Day : ClinicalRecord.NoDate;
            var dirt = _soiler.Draw(GpTable.Registrations, null, _extract.Born, hasEarlier, day, ref random);
            var record = dirt == RecordDirt.DuplicateRecord
                ? earlier
                : new RegistrationRecord
                {
                    Patient = dirt == RecordDirt.OrphanRecord ? -1 : _extract.Patient,
                    RegDate = RecordSoiler.Date(dirt, day, _extract.Born, ref random),
                    DeductDate = deduct,
                    Deleted = dirt == RecordDirt.Deleted,
                };
            builder.Add(record);
            Count(GpTable.Registrations, dirt);
            if (dirt is null)
            {
                (earlier, hasEarlier) = (record, true);
            }
        }
    }

    private int Code(RecordDirt? dirt, CodeList list, int code, GpTable table, ref SeededRandom random)
    {
        switch (dirt)
        {
            case RecordDirt.MissingCode:
            case RecordDirt.DrugNameOnly:
                return -1;
            case RecordDirt.MalformedCode:
                return dictionary.Malformed(list, code);
            case RecordDirt.ReadSevenCharacters:
                return dictionary.SevenCharacters(list, code);
            case RecordDirt.BnfDotted:
                return dictionary.Dotted(list, code);
            case RecordDirt.CodeSystemUnfit:
                var unfit = table == GpTable.Clinical ? CodeCatalogue.Instance.Bnf : CodeCatalogue.Instance.Ctv3;
                return dictionary.Code(unfit, unfit.First + unfit.Ranks.Draw(ref random));
            default:
                return dictionary.Code(list, code);
        }
    }

    private void Count(GpTable table, RecordDirt? dirt)
    {
        batchTally.Count(table, dirt);
        if (dirt != RecordDirt.OrphanRecord)
        {
            Tally.Count(table, dirt);
        }
    }
}

/// <summary>What a batch is to hold of one patient.</summary>
/// <param name="Patient">Index in the batch.</param>
/// <param name="Born">Day of birth.</param>
/// <param name="First">First day a visit may have; after the year of birth.</param>
/// <param name="Last">Last day.</param>
/// <param name="IsUpdate">A later extract: mostly recent visits.</param>
/// <param name="System">The practice's coding.</param>
/// <param name="RecordDirt">Share of irregular records.</param>
/// <param name="Clinical">Number of clinical events.</param>
/// <param name="Scripts">Number of prescriptions.</param>
/// <param name="Registrations">Number of registrations.</param>
internal readonly record struct Extract(
    int Patient, int Born, int First, int Last, bool IsUpdate, PracticeCoding System, double RecordDirt, int Clinical, int Scripts, int Registrations);
