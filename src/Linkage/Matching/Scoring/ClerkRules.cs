namespace Linkage.Matching.Scoring;

/// <summary>
/// What a careful clerk would not sign whatever the sum says: errors do not come alone in the one field that tells two members of a family apart.
/// </summary>
internal static class ClerkRules
{
    /// <summary>The objection; null when there is none.</summary>
    /// <param name="levels">How the fields agree.</param>
    /// <param name="areaOnly">
    /// The postcode is a code of other shape: an area of thousands, not the fifteen homes of a unit. It does not make a household, so the objections of households are the model's to weigh.
    /// </param>
    public static string? Objection(in Levels levels, bool areaOnly)
    {
        var surname = (SurnameLevel)levels[(int)MatchField.Surname];
        var forename = (ForenameLevel)levels[(int)MatchField.Forename];
        var date = (DateLevel)levels[(int)MatchField.DateOfBirth];
        if ((NhsNumberLevel)levels[(int)MatchField.NhsNumber] == NhsNumberLevel.Differs && !OutweighsNumber(in levels))
            return "both have usable NHS numbers that differ, and forename, date of birth or too much else is not equal";
        if (!areaOnly && surname != SurnameLevel.Swapped && forename is ForenameLevel.Differs or ForenameLevel.Weak)
            return "another forename: a twin, a brother or a sister";
        if (!areaOnly && date == DateLevel.Missing && (NhsNumberLevel)levels[(int)MatchField.NhsNumber] != NhsNumberLevel.Exact)
            return "no date of birth to compare: it may be a father, or a son of one name";
        if (!areaOnly && date == DateLevel.Differs)
            return "another date of birth: a father and a son of one name";
        if (surname is SurnameLevel.Missing && forename is ForenameLevel.Missing)
            return "no name to compare";
        return null;
    }

    // A number mistyped into another valid one, one in eleven are, or a second number of one person: the trace of the NHS that follows its cross-check does not look at the number either.
    // Forename and date of birth tell families apart and must be equal; of surname, sex and postcode one may be unequal, none contrary.
    private static bool OutweighsNumber(in Levels levels)
    {
        var surname = (SurnameLevel)levels[(int)MatchField.Surname];
        var sex = (SexLevel)levels[(int)MatchField.Sex];
        var postcode = (PostcodeLevel)levels[(int)MatchField.Postcode];
        if ((ForenameLevel)levels[(int)MatchField.Forename] != ForenameLevel.Exact || (DateLevel)levels[(int)MatchField.DateOfBirth] != DateLevel.Exact)
            return false;
        if (surname is SurnameLevel.Weak or SurnameLevel.Differs || sex == SexLevel.Differs || postcode is PostcodeLevel.Similar or PostcodeLevel.Differs)
            return false;
        return (surname == SurnameLevel.Exact ? 0 : 1) + (sex == SexLevel.Exact ? 0 : 1) + (postcode == PostcodeLevel.Exact ? 0 : 1) <= 1;
    }
}
