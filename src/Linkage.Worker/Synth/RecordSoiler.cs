using Linkage.Batches;

namespace Linkage.Worker.Synth;

/// <summary>
/// Decides which records are irregular, and how. Each kind comes at most once a table for one patient of a batch: then no two irregular records can be
/// equal, and truth can say which reason a record is rejected for.
/// </summary>
internal sealed class RecordSoiler
{
    private readonly uint[] _used = new uint[3];
    private readonly HashSet<(GpTable Table, int Day)> _orphans = [];
    private double _share;

    /// <summary>Starts a batch.</summary>
    public void BeginBatch() => _orphans.Clear();

    /// <summary>Starts a patient, with the share of irregular records.</summary>
    public void BeginPatient(double share)
    {
        _share = share;
        Array.Clear(_used);
    }

    /// <summary>What is irregular about the next record: mostly nothing.</summary>
    public RecordDirt? Draw(GpTable table, CodeSystem? system, int born, bool hasEarlier, int day, ref SeededRandom random)
    {
        if (!random.Chance(_share))
        {
            return null;
        }

        var start = random.Below(RecordDirtKinds.Count);
        for (var i = 0; i < RecordDirtKinds.Count; i++)
        {
            var kind = (RecordDirt)((start + i) % RecordDirtKinds.Count);
            var bit = 1u << (int)kind;
            if ((_used[(int)table] & bit) == 0 && Suits(kind, table, system, born, hasEarlier, day))
            {
                _used[(int)table] |= bit;
                return kind;
            }
        }

        return null;
    }

    /// <summary>The date of a record.</summary>
    public static int Date(RecordDirt? dirt, int day, int born, ref SeededRandom random)
    {
        switch (dirt)
        {
            case RecordDirt.DateMissing:
                return ClinicalRecord.NoDate;
            case RecordDirt.DateBeforeBirth:
                return born - 1 - random.Below(3_650);
            case RecordDirt.DateOnBirth:
                return born;
            case RecordDirt.DateInBirthYear:
                return born + 1 + random.Below(DaysLeft(born));
            case RecordDirt.DateFuture:
                return Calendar.Day(2060, 1, 1) + random.Below(14_600);
            default:
                return day;
        }
    }

    private bool Suits(RecordDirt kind, GpTable table, CodeSystem? system, int born, bool hasEarlier, int day)
    {
        switch (kind)
        {
            case RecordDirt.DuplicateRecord:
                return hasEarlier;
            case RecordDirt.OrphanRecord:
                // Without their patient, records of a day could be equal.
                return _orphans.Add((table, day));
            case RecordDirt.MissingCode:
                return table == GpTable.Clinical;
            case RecordDirt.DrugNameOnly:
                return table == GpTable.Scripts;
            case RecordDirt.MalformedCode:
            case RecordDirt.CodeSystemUnfit:
                return table != GpTable.Registrations;
            case RecordDirt.DateInBirthYear:
                return DaysLeft(born) > 0;
            case RecordDirt.ReadSevenCharacters:
                return system is CodeSystem.Read2 or CodeSystem.Ctv3;
            case RecordDirt.BnfDotted:
                return system is CodeSystem.Bnf;
            default:
                return true;
        }
    }

    private static int DaysLeft(int born)
    {
        var date = Calendar.Date(born);
        return Calendar.Day(date.Year, 12, 31) - born;
    }
}
