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

    /// <summary>Registry ordinal of the participant, −1 when none.</summary>
    public int Participant;

    /// <summary>Match weight; tiers 1 and 2 carry none (NaN).</summary>
    public double Weight;

    /// <summary>Per-field agreement.</summary>
    public Agreement NhsNumber, DateOfBirth, Surname, Forename, Sex, Postcode;
}
