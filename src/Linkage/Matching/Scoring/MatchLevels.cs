using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Linkage.Matching.Scoring;

/// <summary>The fields tier 3 compares. Numbers index <see cref="Levels"/> and the model's fields.</summary>
public enum MatchField
{
    /// <summary>Surname.</summary>
    Surname,

    /// <summary>First forename, and others where they stand in for it.</summary>
    Forename,

    /// <summary>Date of birth.</summary>
    DateOfBirth,

    /// <summary>Sex.</summary>
    Sex,

    /// <summary>Postcode, or an opaque code in its place.</summary>
    Postcode,

    /// <summary>NHS number.</summary>
    NhsNumber,
}

/// <summary>How surnames agree.</summary>
public enum SurnameLevel : byte
{
    /// <summary>Not known on a side: neutral.</summary>
    Missing,

    /// <summary>Equal tokens.</summary>
    Exact,

    /// <summary>Surname and forename stand in each other's place; the whole evidence of the exchange is counted here.</summary>
    Swapped,

    /// <summary>One is a part of the other: a double-barrelled or a maiden name.</summary>
    PartOf,

    /// <summary>Filters nearly equal: a typing error.</summary>
    Close,

    /// <summary>Filters alike.</summary>
    Similar,

    /// <summary>Filters a little alike, or the same sound.</summary>
    Weak,

    /// <summary>Another name.</summary>
    Differs,
}

/// <summary>How forenames agree.</summary>
public enum ForenameLevel : byte
{
    /// <summary>Not known on a side, or counted with the surname (<see cref="SurnameLevel.Swapped"/>): neutral.</summary>
    Missing,

    /// <summary>Equal tokens.</summary>
    Exact,

    /// <summary>Forms of one name (BILL, WILLIAM).</summary>
    SameRoot,

    /// <summary>The first forename of one side is another forename of the other.</summary>
    OtherForename,

    /// <summary>One side has an initial only, which agrees.</summary>
    Initial,

    /// <summary>Filters nearly equal: a typing error.</summary>
    Close,

    /// <summary>Filters alike.</summary>
    Similar,

    /// <summary>Filters a little alike.</summary>
    Weak,

    /// <summary>Another name.</summary>
    Differs,
}

/// <summary>How dates of birth agree.</summary>
public enum DateLevel : byte
{
    /// <summary>Not known on a side: neutral.</summary>
    Missing,

    /// <summary>All three parts.</summary>
    Exact,

    /// <summary>Year equal, day and month exchanged.</summary>
    Swapped,

    /// <summary>Two parts equal, the third one keystroke away.</summary>
    Typo,

    /// <summary>Two parts equal, the third not alike; or missing on a side.</summary>
    TwoParts,

    /// <summary>Year equal, and one side has no more, or 1 January in its place.</summary>
    YearOnly,

    /// <summary>Six or more of the eight digits in their places, in whatever parts.</summary>
    Similar,

    /// <summary>Another date.</summary>
    Differs,
}

/// <summary>How sexes agree.</summary>
public enum SexLevel : byte
{
    /// <summary>Not known, or not female or male, on a side: neutral.</summary>
    Missing,

    /// <summary>Equal.</summary>
    Exact,

    /// <summary>Different.</summary>
    Differs,
}

/// <summary>How postcodes agree.</summary>
public enum PostcodeLevel : byte
{
    /// <summary>Not known on a side: neutral.</summary>
    Missing,

    /// <summary>Equal units, or equal opaque codes.</summary>
    Exact,

    /// <summary>One character wrong, or two exchanged.</summary>
    Typo,

    /// <summary>Same sector.</summary>
    Sector,

    /// <summary>Same outcode.</summary>
    Outcode,

    /// <summary>Filters alike: a neighbouring district, or several errors.</summary>
    Similar,

    /// <summary>Another place.</summary>
    Differs,
}

/// <summary>How usable NHS numbers agree.</summary>
public enum NhsNumberLevel : byte
{
    /// <summary>Not known on a side: neutral.</summary>
    Missing,

    /// <summary>Equal: settled by tier 1, which weighs nothing; met here only where its links are weighed afterwards.</summary>
    Exact,

    /// <summary>Different.</summary>
    Differs,
}

/// <summary>The agreement level of every field of one pair: a byte a field, 0 = missing. What is counted by training and weighed by <see cref="MatchModel"/>.</summary>
[InlineArray(MatchLevels.Fields)]
public struct Levels
{
    private byte _first;

    /// <summary>Eight bytes in one number: equal patterns are equal keys.</summary>
    public readonly ulong Pattern
    {
        get
        {
            ulong key = 0;
            for (var i = MatchLevels.Fields - 1; i >= 0; i--)
                key = (key << 8) | this[i];
            return key;
        }
    }

    /// <summary>The levels of a <see cref="Pattern"/>.</summary>
    public static Levels Of(ulong pattern)
    {
        Levels levels = default;
        for (var field = 0; field < MatchLevels.Fields; field++)
            levels[field] = (byte)(pattern >> (8 * field));
        return levels;
    }
}

/// <summary>Names and numbers of the levels, as models and explanations show them.</summary>
public static class MatchLevels
{
    /// <summary>Number of fields.</summary>
    public const int Fields = 6;

    private static readonly ImmutableArray<ImmutableArray<string>> Levels =
    [
        ["missing", "exact", "swapped", "part of", "close", "similar", "weak", "differs"],
        ["missing", "exact", "same root", "other forename", "initial", "close", "similar", "weak", "differs"],
        ["missing", "exact", "swapped", "typo", "two parts", "year only", "similar", "differs"],
        ["missing", "exact", "differs"],
        ["missing", "exact", "typo", "sector", "outcode", "similar", "differs"],
        ["missing", "exact", "differs"],
    ];

    private static readonly ImmutableArray<string> FieldNames = ["surname", "forename", "date_of_birth", "sex", "postcode", "nhs_number"];

    /// <summary>Name of a field, as its column is called.</summary>
    public static string Name(MatchField field) => FieldNames[(int)field];

    /// <summary>Names of a field's levels by number; the first is "missing".</summary>
    public static ImmutableArray<string> Of(MatchField field) => Levels[(int)field];
}
