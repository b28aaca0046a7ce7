using System.Runtime.CompilerServices;
using Linkage.Pseudonyms;

namespace Linkage.Matching.Scoring;

/// <summary>
/// A patient and a registry row to the level at which each field agrees. Equal tokens give the top level; where they differ the filters tell how far. A field that is not known on a side is
/// <c>missing</c>, whatever the other says. Thread-safe.
/// </summary>
internal sealed class RowComparer(FilterTreatment treatment)
{
    // Dice coefficients of bigrams. One wrong letter in a name of seven leaves 0.75, two exchanged 0.63; chosen by what parts true from false pairs best (docs/linking.md).
    private const float CloseName = 0.7f;
    private const float SimilarName = 0.5f;
    private const float WeakName = 0.32f;

    // Parts of a double-barrelled name lose their outer mark: five of the six bigrams of JONES are in SMITHJONES.
    private const float PartOfName = 0.76f;
    private const float FewestOfPart = 3.5f;

    private const float SwappedNames = 0.7f;

    // Two neighbours exchanged leave all but three bigrams. AIDAN, DIANA and NADIA have the same letters, too.
    private const float LostByExchange = 3.5f;
    private const float LeftByExchange = 1.5f;

    // Elements of eleven that two dates share: one wrong digit, or two exchanged, cost two.
    private const float SimilarDate = 6.4f;

    // A wrong character, or two exchanged, cost two elements of a code.
    private const float TypoOfCode = 2.5f;
    private const float SimilarCode = 0.5f;

    private readonly FilterMetric _surname = new(FieldFilter.Surname, treatment);
    private readonly FilterMetric _forename = new(FieldFilter.Forename, treatment);
    private readonly FilterMetric _date = new(FieldFilter.DateOfBirth, treatment);
    private readonly FilterMetric _postcode = new(FieldFilter.Postcode, treatment);

    /// <summary>Compares all fields.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Levels Compare(PersonFeatures patient, in RegistryRow tokens, in ScoredRow row)
    {
        patient.Complete();
        Levels levels = default;
        var surname = Surnames(patient, in tokens, in row);
        var forename = Forenames(patient, in tokens, in row);
        if (Swapped(patient, surname, forename, in tokens, in row))
            (surname, forename) = (SurnameLevel.Swapped, ForenameLevel.Missing);
        levels[(int)MatchField.Surname] = (byte)surname;
        levels[(int)MatchField.Forename] = (byte)forename;
        levels[(int)MatchField.DateOfBirth] = (byte)Dates(patient, in tokens, in row);
        levels[(int)MatchField.Sex] = (byte)Sexes(patient.Tokens.Sex, tokens.Sex);
        levels[(int)MatchField.Postcode] = (byte)Postcodes(patient, in tokens, in row);
        levels[(int)MatchField.NhsNumber] = (byte)Numbers(in patient.Tokens, in tokens);
        return levels;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private SurnameLevel Surnames(PersonFeatures patient, in RegistryRow tokens, in ScoredRow row)
    {
        if (patient.Tokens.Surname == 0 || tokens.Surname == 0)
            return SurnameLevel.Missing;
        if (patient.Tokens.Surname == tokens.Surname)
            return SurnameLevel.Exact;
        var shared = _surname.Share(in patient.Scored.Filter, in row.Filter);
        var dice = shared.Dice;
        if (dice >= CloseName || (patient.Scored.SurnameLetters == row.SurnameLetters && IsExchange(row.SurnameLetters, in shared)))
            return SurnameLevel.Close;
        if (IsPart(in shared))
            return SurnameLevel.PartOf;
        if (dice >= SimilarName)
            return SurnameLevel.Similar;
        return dice >= WeakName || patient.Scored.SurnameSound == row.SurnameSound ? SurnameLevel.Weak : SurnameLevel.Differs;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ForenameLevel Forenames(PersonFeatures patient, in RegistryRow tokens, in ScoredRow row)
    {
        if (patient.Tokens.Forename == 0 || tokens.Forename == 0)
            return ForenameLevel.Missing;
        if (((patient.Tokens.Flags | tokens.Flags) & RowFlags.ForenameIsInitial) != RowFlags.None)
            return patient.Tokens.ForenameInitial == tokens.ForenameInitial ? ForenameLevel.Initial : ForenameLevel.Differs;
        if (patient.Tokens.Forename == tokens.Forename)
            return ForenameLevel.Exact;
        if (patient.Scored.ForenameRoot == row.ForenameRoot)
            return ForenameLevel.SameRoot;
        if (patient.JoinedForename == tokens.Forename)
            return ForenameLevel.Close;
        if (patient.Others.Contains(tokens.Forename) || row.OtherForename == patient.Tokens.Forename)
            return ForenameLevel.OtherForename;
        var shared = _forename.Share(in patient.Scored.Filter, in row.Filter);
        var dice = shared.Dice;
        if (dice >= CloseName || (patient.Scored.ForenameLetters == row.ForenameLetters && IsExchange(row.ForenameLetters, in shared)))
            return ForenameLevel.Close;
        // ALEX and ALEXANDER.
        if (IsPart(in shared))
            return ForenameLevel.SameRoot;
        return dice >= SimilarName ? ForenameLevel.Similar : dice >= WeakName ? ForenameLevel.Weak : ForenameLevel.Differs;
    }

    private static bool IsPart(in SharedElements shared) => shared.Overlap >= PartOfName && Math.Min(shared.First, shared.Second) >= FewestOfPart;

    private static bool IsExchange(uint letters, in SharedElements shared) =>
        letters != 0 && shared.Both >= Math.Max(LeftByExchange, Math.Max(shared.First, shared.Second) - LostByExchange);

    private bool Swapped(PersonFeatures patient, SurnameLevel surname, ForenameLevel forename, in RegistryRow tokens, in ScoredRow row)
    {
        if (!patient.CanSwapNames || tokens.Surname == 0 || tokens.Forename == 0 || surname < SurnameLevel.Similar || forename < ForenameLevel.Similar)
            return false;
        if (patient.SwappedTokens.Surname == tokens.Surname && patient.SwappedTokens.Forename == tokens.Forename)
            return true;
        return Near(_surname, patient.SwappedTokens.Surname == tokens.Surname, in patient.Swapped.Filter, in row.Filter)
            && Near(_forename, patient.SwappedTokens.Forename == tokens.Forename, in patient.Swapped.Filter, in row.Filter);
    }

    private static bool Near(FilterMetric metric, bool equal, in FieldFilter patient, in FieldFilter row) =>
        equal || metric.Share(in patient, in row).Dice >= SwappedNames;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private DateLevel Dates(PersonFeatures patient, in RegistryRow tokens, in ScoredRow row)
    {
        ref readonly var own = ref patient.Tokens;
        if (own.BirthYear == 0 || tokens.BirthYear == 0)
            return DateLevel.Missing;
        var year = own.BirthYear == tokens.BirthYear;
        var month = own.BirthMonth != 0 && own.BirthMonth == tokens.BirthMonth;
        var day = own.BirthDay != 0 && own.BirthDay == tokens.BirthDay;
        // Also a day the calendar has not, when both sides have it.
        if (year && month && day)
            return DateLevel.Exact;
        if (year && patient.MonthAsDay != 0 && patient.MonthAsDay == tokens.BirthDay && patient.DayAsMonth == tokens.BirthMonth)
            return DateLevel.Swapped;
        if (year && ((patient.Scored.Flags | row.Flags) & ScoredFlags.YearOnly) != ScoredFlags.None)
            return DateLevel.YearOnly;
        if (year && month)
            return tokens.BirthDay != 0 && patient.Typos.IsDay(tokens.BirthDay) ? DateLevel.Typo : DateLevel.TwoParts;
        if (year && day)
            return tokens.BirthMonth != 0 && patient.Typos.IsMonth(tokens.BirthMonth) ? DateLevel.Typo : DateLevel.TwoParts;
        if (month && day)
            return patient.Typos.IsYear(tokens.BirthYear) ? DateLevel.Typo : DateLevel.TwoParts;
        return _date.Share(in patient.Scored.Filter, in row.Filter).Both >= SimilarDate ? DateLevel.Similar : DateLevel.Differs;
    }

    private static NhsNumberLevel Numbers(in RegistryRow patient, in RegistryRow row)
    {
        if (patient.NumbersDiffer(in row))
            return NhsNumberLevel.Differs;
        return patient.NhsNumber.IsEmpty || patient.NhsNumber != row.NhsNumber ? NhsNumberLevel.Missing : NhsNumberLevel.Exact;
    }

    private static SexLevel Sexes(ulong a, ulong b) => a == 0 || b == 0 ? SexLevel.Missing : a == b ? SexLevel.Exact : SexLevel.Differs;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private PostcodeLevel Postcodes(PersonFeatures patient, in RegistryRow tokens, in ScoredRow row)
    {
        ulong own = patient.Scored.Code, outcode = patient.Tokens.Outcode;
        if ((own | outcode) == 0 || (row.Code | tokens.Outcode) == 0)
            return PostcodeLevel.Missing;
        if (own != 0 && own == row.Code)
            return PostcodeLevel.Exact;
        var sameOutcode = outcode != 0 && outcode == tokens.Outcode;
        var sameSector = patient.Scored.Sector != 0 && patient.Scored.Sector == row.Sector;
        var shared = _postcode.Share(in patient.Scored.Filter, in row.Filter);
        if (own != 0 && row.Code != 0)
        {
            // Prefixes are elements, too: those of a code of UK shape are two.
            var characters = Math.Max(shared.First - (outcode != 0 ? 2 : 0), shared.Second - (tokens.Outcode != 0 ? 2 : 0));
            var both = shared.Both - (sameOutcode ? 1 : 0) - (sameSector ? 1 : 0);
            if (both >= characters - TypoOfCode)
                return PostcodeLevel.Typo;
        }

        if (sameSector)
            return PostcodeLevel.Sector;
        if (sameOutcode)
            return PostcodeLevel.Outcode;
        return shared.Dice >= SimilarCode ? PostcodeLevel.Similar : PostcodeLevel.Differs;
    }
}
