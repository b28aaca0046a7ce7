namespace Linkage.Matching.Scoring;

/// <summary>
/// What a careful clerk would not sign whatever the sum says: errors do not come alone in the one field that tells two members of a family apart.
/// </summary>
internal static class ClerkRules
{
    // Of surname, forename, date of birth and postcode.
    private const int FewestFields = 2;

    /// <summary>The objection; null when there is none.</summary>
    /// <param name="levels">How the fields agree.</param>
    /// <param name="areaOnly">
    /// The postcode is a code of other shape: an area of thousands, not the fifteen homes of a unit. It does not make a household, so the objections of households are the model's to weigh.
    /// </param>
    public static string? Objection(in Levels levels, bool areaOnly)
    {
        var surname = (SurnameLevel)levels[(int)MatchField.Surname];
        var forename = (ForenameLevel)levels[(int)MatchField.Forename];
        if ((NhsNumberLevel)levels[(int)MatchField.NhsNumber] == NhsNumberLevel.Differs && !OutweighsNumber(in levels))
            return "both have usable NHS numbers that differ, and the forename or too much else is not equal";
        if (surname is SurnameLevel.Missing && forename is ForenameLevel.Missing)
            return "no name to compare";
        if (!areaOnly && IsTooLittle(in levels))
            return "too few of surname, forename, date of birth and postcode agree";
        return null;
    }

    /// <summary>The objection of who knows that relatives share a home, a surname, and more; null when there is none.</summary>
    /// <param name="levels">How the fields agree.</param>
    /// <param name="otherGeneration">The years of birth are those of a parent and a child.</param>
    /// <param name="otherForename">A row of the participant has another forename than the patient.</param>
    public static string? FamilyObjection(in Levels levels, bool otherGeneration, bool otherForename)
    {
        var swapped = (SurnameLevel)levels[(int)MatchField.Surname] == SurnameLevel.Swapped;
        var forename = (ForenameLevel)levels[(int)MatchField.Forename];
        var date = (DateLevel)levels[(int)MatchField.DateOfBirth];
        // JOAN and JEAN. Who is known by an initial in one row and by a forename in another is known by the forename.
        if (!swapped && (IsOther(forename) || (forename == ForenameLevel.Initial && otherForename)))
            return "another forename: a twin, a brother or a sister";
        // PAUL and PAULA.
        if (!swapped && forename != ForenameLevel.Exact && (SexLevel)levels[(int)MatchField.Sex] == SexLevel.Differs)
            return "another sex, and not the same forename: a brother or a sister";
        if (date == DateLevel.Differs || otherGeneration)
            return "another date of birth: a father and a son of one name";
        if (date == DateLevel.Missing && (NhsNumberLevel)levels[(int)MatchField.NhsNumber] != NhsNumberLevel.Exact)
            return "no date of birth to compare: it may be a father, or a son of one name";
        return null;
    }

    /// <summary>Whether forenames are of two people: one or two letters are not all that parts them.</summary>
    public static bool IsOther(ForenameLevel level) => level is ForenameLevel.Similar or ForenameLevel.Weak or ForenameLevel.Differs;

    // A forename and a date of birth are the model's to weigh, unless surname and postcode are others. A surname and a date of birth are a twin's, too. An initial and a year are of thousands.
    private static bool IsTooLittle(in Levels levels)
    {
        var surname = (SurnameLevel)levels[(int)MatchField.Surname];
        var forename = (ForenameLevel)levels[(int)MatchField.Forename];
        var date = (DateLevel)levels[(int)MatchField.DateOfBirth];
        var postcode = (PostcodeLevel)levels[(int)MatchField.Postcode];
        var agreeing = (surname is SurnameLevel.Missing or SurnameLevel.Weak or SurnameLevel.Differs ? 0 : surname == SurnameLevel.Swapped ? 2 : 1)
            + (forename is ForenameLevel.Missing or ForenameLevel.Initial || IsOther(forename) ? 0 : 1)
            + (date is DateLevel.Missing or DateLevel.YearOnly or DateLevel.Similar or DateLevel.Differs ? 0 : 1)
            + (postcode is PostcodeLevel.Missing or PostcodeLevel.Similar or PostcodeLevel.Differs ? 0 : 1);
        var contrary = surname is SurnameLevel.Weak or SurnameLevel.Differs && postcode is PostcodeLevel.Similar or PostcodeLevel.Differs;
        return agreeing < FewestFields || (agreeing == FewestFields && (forename == ForenameLevel.Missing || contrary));
    }

    // A number mistyped into another valid one, one in eleven are, or a second number of one person: the trace of the NHS that follows its cross-check does not look at the number either.
    // The forename tells a family apart and must be equal; of surname, date of birth, sex and postcode one may be unequal, none contrary.
    private static bool OutweighsNumber(in Levels levels)
    {
        var surname = (SurnameLevel)levels[(int)MatchField.Surname];
        var date = (DateLevel)levels[(int)MatchField.DateOfBirth];
        var sex = (SexLevel)levels[(int)MatchField.Sex];
        var postcode = (PostcodeLevel)levels[(int)MatchField.Postcode];
        if ((ForenameLevel)levels[(int)MatchField.Forename] != ForenameLevel.Exact || date is DateLevel.Missing or DateLevel.YearOnly or DateLevel.Similar or DateLevel.Differs)
            return false;
        if (surname is SurnameLevel.Weak or SurnameLevel.Differs || sex == SexLevel.Differs || postcode is PostcodeLevel.Similar or PostcodeLevel.Differs)
            return false;
        return (surname == SurnameLevel.Exact ? 0 : 1) + (date == DateLevel.Exact ? 0 : 1) + (sex == SexLevel.Exact ? 0 : 1) + (postcode == PostcodeLevel.Exact ? 0 : 1) <= 1;
    }
}
