namespace Linkage.Worker.Synth;

/// <summary>
/// Deals the records of a practice out to its patients: at least one each where there are enough, the rest by weight. Records are numbered over the
/// whole feed; a patient has a range of them.
/// </summary>
internal ref struct RecordShares
{
    private readonly long _start, _rest;
    private readonly int _minimum;
    private readonly ulong _weights;
    private long _first;
    private ulong _weight;
    private int _patient;

    /// <summary>Shares among all who have records.</summary>
    public RecordShares(ReadOnlySpan<Person> people, (long First, long End) records)
    {
        var patients = 0;
        foreach (ref readonly var person in people)
        {
            if (!person.WithoutRecords)
            {
                patients++;
                _weights += (ulong)person.Weight;
            }
        }

        _start = _first = records.First;
        var count = records.End - records.First;
        _minimum = count >= patients ? 1 : 0;
        _rest = count - ((long)_minimum * patients);
    }

    /// <summary>The records of the next patient.</summary>
    public (long First, long End) Next(int weight)
    {
        var first = _first;
        _weight += (ulong)weight;
        _patient++;
        _first = _start + ((long)_minimum * _patient) + (long)((UInt128)_rest * _weight / _weights);
        return (first, _first);
    }
}

/// <summary>
/// In which of the three extracts a patient comes, and with which records: half come in one, three of ten in two, the others in all. The first holds
/// the history, later ones what came since.
/// </summary>
internal readonly struct PatientExtracts
{
    private readonly long _first, _second, _third, _end;
    private readonly bool _former;

    /// <summary>Deals out records <paramref name="first"/> to <paramref name="end"/> (exclusive) of a person.</summary>
    public PatientExtracts(long seed, in Person person, long first, long end)
    {
        var random = new SeededRandom(seed, RandomPurpose.Plan, -2, person.Ordinal);
        var count = end - first;
        var form = count < 4 || person.Died != int.MaxValue ? 0 : random.Below(10);
        var draw = random.Below(20);
        _former = random.Below(2) == 0;
        (_first, _end) = (first, end);
        (_second, _third) = form switch
        {
            < 5 when draw < 14 || person.Died != int.MaxValue => (end, end),
            < 5 => draw < 17 ? (first, end) : (first, first),
            < 8 => draw < 10 ? (end - (count / 4), end) : (end - (count / 4), end - (count / 4)),
            _ => (end - (count * 2 / 5), end - (count / 5)),
        };
    }

    /// <summary>Records of a period.</summary>
    public (long First, long End) Range(int period) => period switch
    {
        0 => (_first, _second),
        1 => (_second, _third),
        _ => (_third, _end),
    };

    /// <summary>Whether an earlier period had records of the patient.</summary>
    public bool IsUpdate(int period) => Range(period).First > _first;

    /// <summary>Whether the practice then still had the name and address from before.</summary>
    public bool IsFormer(int period) => _former && period == 0;
}
