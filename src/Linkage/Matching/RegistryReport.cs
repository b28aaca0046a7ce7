using Linkage.Identity;

namespace Linkage.Matching;

/// <summary>Something a participants file says that is wrong, doubtful or worth knowing.</summary>
public enum RowIssue
{
    /// <summary>No participant_id: the line is left out.</summary>
    MissingParticipantId,

    /// <summary>participant_id longer than 256 bytes, not UTF-8 or with control characters: the line is left out.</summary>
    UnusableParticipantId,

    /// <summary>The line cannot be read (number of fields, quotes): it is left out; if it names a participant, that one counts as withdrawn until it is mended.</summary>
    UnreadableLine,

    /// <summary>The same line again: left out.</summary>
    DuplicateRow,

    /// <summary>More than 256 rows of one participant: left out.</summary>
    TooManyRows,

    /// <summary>A consent word that is not known: taken as withdrawn.</summary>
    UnknownConsent,

    /// <summary>The row identifies nobody to any tier: no usable NHS number, no complete exact key, and too little for a block of tier 3.</summary>
    CannotLink,

    /// <summary>NHS number not of its shape: not used.</summary>
    NhsNumberMalformed,

    /// <summary>NHS number with a wrong check digit: not used.</summary>
    NhsNumberBadCheckDigit,

    /// <summary>NHS number that is a placeholder: not used.</summary>
    NhsNumberSentinel,

    /// <summary>A Scottish CHI number in place of an NHS number: used as it is.</summary>
    NhsNumberChi,

    /// <summary>A Health and Care number of Northern Ireland in place of an NHS number: used as it is.</summary>
    NhsNumberNorthernIreland,

    /// <summary>Date of birth not of its shape: not used.</summary>
    DateOfBirthMalformed,

    /// <summary>Impossible date of birth, or out of range: its parts are compared, the date as a whole is not.</summary>
    DateOfBirthImplausible,

    /// <summary>A name without a usable letter: not used.</summary>
    NameUnusable,

    /// <summary>Postcode not of its shape: not used.</summary>
    PostcodeUnusable,

    /// <summary>Sex is no word for one: not used.</summary>
    SexUnusable,

    /// <summary>An NHS number that stands on two participants: it links to neither.</summary>
    NhsNumberShared,

    /// <summary>A second NHS number of one participant: both are used.</summary>
    SeveralNhsNumbers,

    /// <summary>A second date of birth of one participant: both are used.</summary>
    SeveralDatesOfBirth,

    /// <summary>A genome id that another participant has, too: kept on both.</summary>
    GenomeIdShared,

    /// <summary>A list of ids longer than 16,384 bytes, not UTF-8 or with control characters: the list is left out.</summary>
    ListUnusable,

    /// <summary>participant_id is the NHS number of its row: the line is left out, because ids go into the output tables.</summary>
    IdIsNhsNumber,

    /// <summary>A genome, questionnaire or sample id is the NHS number of its row: the list is left out, for the same reason.</summary>
    ListHasNhsNumber,

    /// <summary>A row whose NHS number, date of birth and forename all contradict another row of its participant: the participant links to nobody, patients go to review.</summary>
    TwoPeople,
}

/// <summary>How often an issue was met, and the first lines it was met on, ascending.</summary>
/// <param name="Issue">What.</param>
/// <param name="Count">Times.</param>
/// <param name="Lines">The first lines, at most <see cref="RegistryReport.LinesListed"/>.</param>
public sealed record RowIssueCount(RowIssue Issue, long Count, IReadOnlyList<int> Lines);

/// <summary>What became of a participants file: counts, and issues by line number. Holds no identifier.</summary>
public sealed class RegistryReport
{
    /// <summary>Lines listed of each issue.</summary>
    public const int LinesListed = 10;

    private readonly long[] counts = new long[Enum.GetValues<RowIssue>().Length];

    // The lowest lines of each issue: a max-heap would do, but ten are sorted in by hand.
    private readonly List<int>[] lines = new List<int>[Enum.GetValues<RowIssue>().Length];

    /// <summary>Lines read, without the header.</summary>
    public long Lines { get; internal set; }

    /// <summary>What the registry holds.</summary>
    public RegistryCounts Counts { get; internal set; }

    /// <summary>Issues met, in order of <see cref="RowIssue"/>.</summary>
    public IEnumerable<RowIssueCount> Issues
    {
        get
        {
            for (var i = 0; i < counts.Length; i++)
            {
                if (counts[i] > 0)
                    yield return new RowIssueCount((RowIssue)i, counts[i], lines[i]);
            }
        }
    }

    /// <summary>Times an issue was met.</summary>
    public long this[RowIssue issue] => counts[(int)issue];

    internal void Add(RowIssue issue, int line)
    {
        counts[(int)issue]++;
        var listed = lines[(int)issue] ??= [];
        if (listed.Count == LinesListed && line >= listed[^1])
            return;
        var at = listed.BinarySearch(line);
        listed.Insert(at < 0 ? ~at : at, line);
        if (listed.Count > LinesListed)
            listed.RemoveAt(LinesListed);
    }

    /// <summary>Reports what parsing made of the identifiers.</summary>
    internal void Add(PersonIdentity person, int line)
    {
        switch (person.NhsNumberState)
        {
            case FieldState.Malformed: Add(RowIssue.NhsNumberMalformed, line); break;
            case FieldState.BadCheckDigit: Add(RowIssue.NhsNumberBadCheckDigit, line); break;
            case FieldState.Sentinel: Add(RowIssue.NhsNumberSentinel, line); break;
            case FieldState.ChiNumber: Add(RowIssue.NhsNumberChi, line); break;
            case FieldState.NorthernIreland: Add(RowIssue.NhsNumberNorthernIreland, line); break;
            default: break;
        }

        Add(person.DateOfBirthState == FieldState.Malformed, RowIssue.DateOfBirthMalformed, line);
        Add(person.DateOfBirthState == FieldState.Implausible, RowIssue.DateOfBirthImplausible, line);
        Add(person.SurnameState == FieldState.Malformed || person.ForenameState == FieldState.Malformed, RowIssue.NameUnusable, line);
        Add(person.PostcodeState == FieldState.Malformed, RowIssue.PostcodeUnusable, line);
        Add(person.SexState == FieldState.Malformed, RowIssue.SexUnusable, line);
    }

    private void Add(bool met, RowIssue issue, int line)
    {
        if (met)
            Add(issue, line);
    }
}
