namespace Linkage.Matching.Scoring;

/// <summary>A participant weighed against a patient.</summary>
internal struct Candidate
{
    /// <summary>Registry ordinal.</summary>
    public int Participant;

    /// <summary>First row of the participant.</summary>
    public int Row;

    /// <summary>Each field's level, the best that any row of the participant gives.</summary>
    public Levels Levels;

    /// <summary>What all fields say.</summary>
    public PairWeight Pair;

    /// <summary>Odds that the patient is this participant rather than a relative or a stranger, in bits.</summary>
    public double Weight;

    /// <summary>Writes the fields of a decision.</summary>
    public readonly void Describe(ref Decision decision)
    {
        var surname = (SurnameLevel)Levels[(int)MatchField.Surname];
        decision.Surname = surname switch
        {
            SurnameLevel.Missing => Agreement.NotCompared,
            SurnameLevel.Exact => Agreement.Full,
            SurnameLevel.Weak or SurnameLevel.Differs => Agreement.Disagree,
            _ => Agreement.Partial,
        };
        decision.Forename = (ForenameLevel)Levels[(int)MatchField.Forename] switch
        {
            // Exchanged with the surname, which says so.
            ForenameLevel.Missing => surname == SurnameLevel.Swapped ? Agreement.Partial : Agreement.NotCompared,
            ForenameLevel.Exact => Agreement.Full,
            ForenameLevel.Weak or ForenameLevel.Differs => Agreement.Disagree,
            _ => Agreement.Partial,
        };
        decision.DateOfBirth = (DateLevel)Levels[(int)MatchField.DateOfBirth] switch
        {
            DateLevel.Missing => Agreement.NotCompared,
            DateLevel.Exact => Agreement.Full,
            DateLevel.Similar or DateLevel.Differs => Agreement.Disagree,
            _ => Agreement.Partial,
        };
        decision.Sex = (SexLevel)Levels[(int)MatchField.Sex] switch
        {
            SexLevel.Missing => Agreement.NotCompared,
            SexLevel.Exact => Agreement.Full,
            _ => Agreement.Disagree,
        };
        decision.Postcode = (PostcodeLevel)Levels[(int)MatchField.Postcode] switch
        {
            PostcodeLevel.Missing => Agreement.NotCompared,
            PostcodeLevel.Exact => Agreement.Full,
            PostcodeLevel.Similar or PostcodeLevel.Differs => Agreement.Disagree,
            _ => Agreement.Partial,
        };
        decision.NhsNumber = (NhsNumberLevel)Levels[(int)MatchField.NhsNumber] switch
        {
            NhsNumberLevel.Missing => Agreement.NotCompared,
            NhsNumberLevel.Exact => Agreement.Full,
            _ => Agreement.Disagree,
        };
    }
}
