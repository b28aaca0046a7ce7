namespace Linkage.Pseudonyms;

/// <summary>
/// What a sub-key is for; each has its own HKDF label, so one value under two purposes never gives one token.
/// Numbers and labels are part of the token format: add at the end, never change or reuse one.
/// </summary>
public enum Purpose
{
    /// <summary>token/nhs-number.</summary>
    NhsNumber,

    /// <summary>token/date-of-birth: full date.</summary>
    DateOfBirth,

    /// <summary>token/birth-year.</summary>
    BirthYear,

    /// <summary>token/birth-month.</summary>
    BirthMonth,

    /// <summary>token/birth-day.</summary>
    BirthDay,

    /// <summary>token/surname.</summary>
    Surname,

    /// <summary>token/forename.</summary>
    Forename,

    /// <summary>token/forename-initial.</summary>
    ForenameInitial,

    /// <summary>token/sex.</summary>
    Sex,

    /// <summary>token/postcode: full unit postcode.</summary>
    Postcode,

    /// <summary>token/exact-key/1 … : field combinations of tier 2.</summary>
    ExactKey1,

    /// <summary>Second combination.</summary>
    ExactKey2,

    /// <summary>Third combination.</summary>
    ExactKey3,

    /// <summary>Fourth combination.</summary>
    ExactKey4,

    /// <summary>Fifth combination.</summary>
    ExactKey5,

    /// <summary>Sixth combination.</summary>
    ExactKey6,

    /// <summary>release/outsiders: pseudonyms of patients who are not participants, when kept.</summary>
    Outsiders,

    /// <summary>audit: the key check value.</summary>
    KeyCheck,

    /// <summary>filter/surname: bit positions of a surname's bigrams in its filter.</summary>
    FilterSurname,

    /// <summary>filter/forename.</summary>
    FilterForename,

    /// <summary>filter/date-of-birth: digits by position, and parts.</summary>
    FilterDateOfBirth,

    /// <summary>filter/sex.</summary>
    FilterSex,

    /// <summary>filter/postcode: characters by position, and prefixes.</summary>
    FilterPostcode,

    /// <summary>filter/noise: which bits of a stored filter are flipped.</summary>
    FilterNoise,

    /// <summary>token/surname-sound: phonetic code, for blocking.</summary>
    SurnameSound,

    /// <summary>token/forename-sound: phonetic code of the forename's root, for blocking.</summary>
    ForenameSound,

    /// <summary>token/forename-root: the name that a short form stands for.</summary>
    ForenameRoot,

    /// <summary>token/postcode-sector: outcode and first digit of the incode.</summary>
    PostcodeSector,

    /// <summary>release/patient: what the link ledger knows a patient by from batch to batch.</summary>
    Patient,
}
