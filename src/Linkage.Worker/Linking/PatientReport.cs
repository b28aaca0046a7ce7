namespace Linkage.Worker.Linking;

/// <summary>Why a line of a patients file is left out.</summary>
internal enum PatientIssue
{
    /// <summary>Number of fields, or quotes.</summary>
    UnreadableLine,

    /// <summary>No patient_id.</summary>
    MissingPatientId,

    /// <summary>patient_id longer than 256 bytes, not UTF-8 or with control characters.</summary>
    UnusablePatientId,

    /// <summary>The patient_id of an earlier line.</summary>
    DuplicatePatientId,

    /// <summary>patient_id is the NHS number of its line: it would go into the output.</summary>
    IdIsNhsNumber,
}

/// <summary>What became of a patients file: counts, and issues by line number. Holds no identifier.</summary>
internal sealed class PatientReport
{
    /// <summary>Lines listed of each issue.</summary>
    public const int LinesListed = 10;

    private readonly long[] _counts = new long[Enum.GetValues<PatientIssue>().Length];
    private readonly List<int>[] _lines = [.. Enum.GetValues<PatientIssue>().Select(static _ => new List<int>())];

    /// <summary>Lines read, without the header.</summary>
    public long Lines { get; private set; }

    /// <summary>Lines left out.</summary>
    public long LeftOut => _counts.Sum();

    /// <summary>Issues met: what, how often, and on which lines first.</summary>
    public IEnumerable<(PatientIssue Issue, long Count, IReadOnlyList<int> Lines)> Issues =>
        Enum.GetValues<PatientIssue>().Where(i => _counts[(int)i] > 0).Select(i => (i, _counts[(int)i], (IReadOnlyList<int>)_lines[(int)i]));

    /// <summary>Counts a line.</summary>
    public void Count() => Lines++;

    /// <summary>Counts a line that is left out; lines come in order.</summary>
    public void LeaveOut(PatientIssue issue, int line)
    {
        _counts[(int)issue]++;
        if (_lines[(int)issue].Count < LinesListed)
            _lines[(int)issue].Add(line);
    }
}
