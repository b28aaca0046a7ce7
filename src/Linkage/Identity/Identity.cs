namespace Linkage.Identity;

/// <summary>What parsing made of one identifier field: usable, absent, or why not. Counted per reason, never with the value.</summary>
public enum FieldState : byte
{
    /// <summary>Usable.</summary>
    Present,

    /// <summary>Empty or a known way to say nothing (UNKNOWN, N/K, ...).</summary>
    Absent,

    /// <summary>Not of the field's shape.</summary>
    Malformed,

    /// <summary>NHS number: wrong check digit.</summary>
    BadCheckDigit,

    /// <summary>NHS number: all zeros, all nines or another placeholder that passes Modulus 11.</summary>
    Sentinel,

    /// <summary>NHS number: a Scottish CHI number (discloses the date of birth); not an NHS number of England and Wales.</summary>
    ChiNumber,

    /// <summary>NHS number: a Health and Care number of Northern Ireland.</summary>
    NorthernIreland,

    /// <summary>Date: impossible or out of range.</summary>
    Implausible,
}

/// <summary>Sex as recorded.</summary>
public enum Sex : byte
{
    /// <summary>Not known or not recorded.</summary>
    Unknown,

    /// <summary>Female.</summary>
    Female,

    /// <summary>Male.</summary>
    Male,

    /// <summary>Not specified / indeterminate.</summary>
    Other,
}

/// <summary>A date of birth with its precision: 0 for a part not known.</summary>
/// <param name="Year">Year, or 0.</param>
/// <param name="Month">1 to 12, or 0.</param>
/// <param name="Day">1 to 31, or 0.</param>
public readonly record struct DateOfBirth(short Year, byte Month, byte Day)
{
    /// <summary>Year, month and day all known.</summary>
    public bool IsFull => Year != 0 && Month != 0 && Day != 0;

    /// <summary>Nothing known.</summary>
    public bool IsEmpty => Year == 0;

    /// <summary>Redacted: a date of birth is an identifier.</summary>
    public override string ToString() => "DateOfBirth(redacted)";

    /// <summary>Parses ISO (full, YYYY-MM, YYYY, with or without a time), compact YYYYMMDD and British DD/MM/YYYY forms.</summary>
    public static FieldState Parse(ReadOnlySpan<byte> utf8, out DateOfBirth value) => throw new NotSupportedException("stub: identity");

    /// <summary>Days since 1970-01-01 of a full date.</summary>
    public int ToEpochDay() => throw new NotSupportedException("stub: identity");
}

/// <summary>
/// A patient's (or participant row's) identifiers, normalised, in one reused block of memory: what hashing and comparison see. Zeroed by <see cref="Clear"/>.
/// </summary>
public sealed class PersonIdentity
{
    /// <summary>10 digits, when <see cref="NhsNumberState"/> is Present.</summary>
    public ReadOnlySpan<byte> NhsNumber => throw new NotSupportedException("stub: identity");

    /// <summary>State of the NHS number.</summary>
    public FieldState NhsNumberState => throw new NotSupportedException("stub: identity");

    /// <summary>Normalised surname: A–Z only, accents folded, punctuation and spaces out; empty when absent.</summary>
    public ReadOnlySpan<byte> Surname => throw new NotSupportedException("stub: identity");

    /// <summary>Normalised first forename, likewise.</summary>
    public ReadOnlySpan<byte> Forename => throw new NotSupportedException("stub: identity");

    /// <summary>Normalised postcode without space (outcode + incode), or outcode only; empty when absent or malformed.</summary>
    public ReadOnlySpan<byte> Postcode => throw new NotSupportedException("stub: identity");

    /// <summary>Whether <see cref="Postcode"/> is a full unit postcode.</summary>
    public bool PostcodeIsFull => throw new NotSupportedException("stub: identity");

    /// <summary>Date of birth.</summary>
    public DateOfBirth DateOfBirth => throw new NotSupportedException("stub: identity");

    /// <summary>State of the date of birth.</summary>
    public FieldState DateOfBirthState => throw new NotSupportedException("stub: identity");

    /// <summary>Sex.</summary>
    public Sex Sex => throw new NotSupportedException("stub: identity");

    /// <summary>Parses and normalises all fields. Never throws for what the bytes hold.</summary>
    public void Set(ReadOnlySpan<byte> nhsNumber, ReadOnlySpan<byte> surname, ReadOnlySpan<byte> forename, ReadOnlySpan<byte> otherForenames, ReadOnlySpan<byte> dateOfBirth, ReadOnlySpan<byte> sex, ReadOnlySpan<byte> postcode) => throw new NotSupportedException("stub: identity");

    /// <summary>Zeroes everything.</summary>
    public void Clear() => throw new NotSupportedException("stub: identity");
}
