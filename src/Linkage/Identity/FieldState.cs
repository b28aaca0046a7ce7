namespace Linkage.Identity;

/// <summary>What parsing made of one identifier field: usable, absent, or why not. Counted per reason, never with the value.</summary>
public enum FieldState : byte
{
    /// <summary>Usable.</summary>
    Present,

    /// <summary>Empty or a known way to say nothing (UNKNOWN, N/K, …).</summary>
    Absent,

    /// <summary>Not of the field's shape.</summary>
    Malformed,

    /// <summary>NHS number: wrong check digit.</summary>
    BadCheckDigit,

    /// <summary>NHS number: all zeros, all nines or another placeholder that passes Modulus 11.</summary>
    Sentinel,

    /// <summary>NHS number: a Scottish CHI number (discloses the date of birth), valid and usable; not an NHS number of England and Wales.</summary>
    ChiNumber,

    /// <summary>NHS number: a Health and Care number of Northern Ireland, valid and usable.</summary>
    NorthernIreland,

    /// <summary>Date: impossible or out of range.</summary>
    Implausible,
}
