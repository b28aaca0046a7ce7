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
        if ((NhsNumberLevel)levels[(int)MatchField.NhsNumber] == NhsNumberLevel.Differs && !AllAgree(in levels))
            return "both have usable NHS numbers that differ, and not all the rest agrees";
        if (!areaOnly && surname != SurnameLevel.Swapped && forename is ForenameLevel.Differs or ForenameLevel.Weak)
            return "another forename: a twin, a brother or a sister";
        if (!areaOnly && date == DateLevel.Differs)
            return "another date of birth: a father and a son of one name";
        if (surname is SurnameLevel.Missing && forename is ForenameLevel.Missing)
            return "no name to compare";
        return null;
    }

    // A number mistyped into another valid one, one in eleven are, or a second number of one person: the trace of the NHS that follows its cross-check does not look at the number either.
    private static bool AllAgree(in Levels levels) =>
        (SurnameLevel)levels[(int)MatchField.Surname] == SurnameLevel.Exact
        && (ForenameLevel)levels[(int)MatchField.Forename] == ForenameLevel.Exact
        && (DateLevel)levels[(int)MatchField.DateOfBirth] == DateLevel.Exact
        && (SexLevel)levels[(int)MatchField.Sex] == SexLevel.Exact
        && (PostcodeLevel)levels[(int)MatchField.Postcode] == PostcodeLevel.Exact;
}
