namespace Linkage.Matching;

/// <summary>Step of the match cascade.</summary>
public enum Tier : byte
{
    /// <summary>No tier decided: no link.</summary>
    None = 0,

    /// <summary>NHS number and date of birth.</summary>
    CrossCheck = 1,

    /// <summary>Exact keys of field combinations, one candidate only.</summary>
    ExactKeys = 2,

    /// <summary>Scored candidates (Fellegi–Sunter).</summary>
    Scored = 3,
}

/// <summary>What became of a patient.</summary>
public enum Outcome : byte
{
    /// <summary>Linked to one participant.</summary>
    Linked,

    /// <summary>No participant matches.</summary>
    NotAParticipant,

    /// <summary>Matches a participant who withdrew consent: never linked.</summary>
    Withdrawn,

    /// <summary>More than one participant matches, or the evidence contradicts itself; for clerical review.</summary>
    Ambiguous,

    /// <summary>Two patients of the batch claim one participant: both go to review.</summary>
    Rivals,

    /// <summary>The patient has no identifier that could link.</summary>
    Unidentifiable,

    /// <summary>Matches another participant than the one an earlier batch linked the patient to, on evidence that is not stronger; for clerical review.</summary>
    Contradicts,

    /// <summary>Matches nobody any more, though the participant of an earlier link is still there; for clerical review.</summary>
    Lost,
}

/// <summary>How one field compared.</summary>
public enum Agreement : byte
{
    /// <summary>Missing on a side, or not compared.</summary>
    NotCompared,

    /// <summary>Equal.</summary>
    Full,

    /// <summary>Equal in part (two parts of a date, initial of a forename, …).</summary>
    Partial,

    /// <summary>Different.</summary>
    Disagree,
}

/// <summary>The decision on one patient.</summary>
public struct Decision
{
    /// <summary>What became of the patient.</summary>
    public Outcome Outcome;

    /// <summary>Which tier decided.</summary>
    public Tier Tier;

    /// <summary>Registry ordinal of the participant the patient is linked to; −1 unless <see cref="Outcome"/> is Linked.</summary>
    public int Participant;

    /// <summary>
    /// Registry ordinal of the best candidate whatever the outcome, for clerical review; −1 when there is none or it must not be named (a participant who
    /// withdrew, a number that two participants claim).
    /// </summary>
    public int Candidate;

    /// <summary>Match weight of the candidate, odds in bits; NaN when nothing was weighed: tiers 1 and 2 weigh only when asked to.</summary>
    public double Weight;

    /// <summary>Match weight of the second-best candidate; NaN when nothing was weighed or there is none.</summary>
    public double RunnerUpWeight;

    /// <summary>Probability that the patient is the candidate, all candidates considered; NaN when nothing was weighed.</summary>
    public double Probability;

    /// <summary>Per-field agreement with the candidate, as far as the deciding tier compared.</summary>
    public Agreement NhsNumber, DateOfBirth, Surname, Forename, Sex, Postcode;

    /// <summary>Whether surname, forename, date of birth, sex and postcode all agree in full.</summary>
    internal readonly bool AllAgree => this is
    {
        Surname: Agreement.Full,
        Forename: Agreement.Full,
        DateOfBirth: Agreement.Full,
        Sex: Agreement.Full,
        Postcode: Agreement.Full,
    };

    /// <summary>A patient of whom nothing is known yet.</summary>
    internal static Decision Undecided => new()
    {
        Outcome = Outcome.Unidentifiable,
        Participant = -1,
        Candidate = -1,
        Weight = double.NaN,
        RunnerUpWeight = double.NaN,
        Probability = double.NaN,
    };

    /// <summary>A match: a link, unless the participant withdrew.</summary>
    internal void Match(Tier tier, in RegistryRow row)
    {
        Tier = tier;
        if ((row.Flags & RowFlags.Withdrawn) != RowFlags.None)
        {
            Outcome = Outcome.Withdrawn;
            return;
        }

        Outcome = Outcome.Linked;
        Participant = row.Participant;
        Candidate = row.Participant;
    }

    /// <summary>Names the best candidate without deciding for it, if it may be named.</summary>
    internal void Propose(in RegistryRow row)
    {
        if ((row.Flags & RowFlags.Withdrawn) == RowFlags.None)
            Candidate = row.Participant;
    }

    /// <summary>For clerical review, with the candidate if it may be named.</summary>
    internal void Review(Tier tier, in RegistryRow row)
    {
        Tier = tier;
        Outcome = Outcome.Ambiguous;
        if ((row.Flags & (RowFlags.Withdrawn | RowFlags.NhsNumberShared)) == RowFlags.None)
            Candidate = row.Participant;
    }
}
