using System.Runtime.InteropServices;
using Linkage.Pseudonyms;

namespace Linkage.Matching;

/// <summary>What is known of a registry row besides its tokens.</summary>
[Flags]
internal enum RowFlags : uint
{
    None = 0,

    /// <summary>The participant withdrew: matches, never links.</summary>
    Withdrawn = 1,

    /// <summary>The row's NHS number also stands on another participant: it identifies neither.</summary>
    NhsNumberShared = 2,

    /// <summary>The forename is one letter: it agrees with any forename of that initial, in part.</summary>
    ForenameIsInitial = 4,

    /// <summary>The participant's rows are of two people: matches, for review, never links.</summary>
    TwoPeople = 8,

    /// <summary>The number is a Scottish CHI number.</summary>
    NumberIsChi = 16,

    /// <summary>The number is a Health and Care number of Northern Ireland.</summary>
    NumberIsNorthernIreland = 32,
}

/// <summary>
/// One row of the registry: the keyed tokens of one set of identifiers of a participant; also what a patient is turned into, so that both
/// sides are compared as one type. 0 is an absent field. 128 bytes, little-endian in the file; what tier 1 reads comes first and shares a cache line.
/// </summary>
/// <remarks>
/// The NHS number keeps 128 bits because it is looked up among all; the other fields are compared one to one, where 64 bits
/// (a chance of 5·10⁻²⁰ to agree by accident) are plenty.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct RegistryRow
{
    /// <summary>Bytes of a row.</summary>
    public const int Size = 128;

    public Token NhsNumber;
    public ulong DateOfBirth;
    public int Participant;
    public RowFlags Flags;
    public ulong BirthYear;
    public ulong BirthMonth;
    public ulong BirthDay;
    public ulong Sex;
    public ulong Surname;
    public ulong Forename;
    public ulong ForenameInitial;
    public ulong Postcode;
    public ulong Outcode;

    /// <summary>
    /// Whether two rows cannot be one person: NHS number, date of birth (in more than one part) and forename are known on both and all differ. A new number with a new name, or a
    /// corrected date, is one person still.
    /// </summary>
    public readonly bool IsSomebodyElse(in RegistryRow other)
    {
        if (NhsNumber.IsEmpty || other.NhsNumber.IsEmpty || NhsNumber == other.NhsNumber || DateOfBirth == 0 || other.DateOfBirth == 0)
            return false;
        if (Forename == 0 || other.Forename == 0 || ForenameInitial == other.ForenameInitial)
            return false;
        return (BirthYear == other.BirthYear ? 1 : 0) + (BirthMonth == other.BirthMonth ? 1 : 0) + (BirthDay == other.BirthDay ? 1 : 0) < 2;
    }

    /// <summary>Whether there is a usable NHS number of England and Wales: another one contradicts it.</summary>
    public readonly bool HasOwnNumber => !NhsNumber.IsEmpty && (Flags & (RowFlags.NumberIsChi | RowFlags.NumberIsNorthernIreland)) == RowFlags.None;

    /// <summary>
    /// Whether two rows have usable numbers of one kind that differ. Numbers of two kinds do not contradict each other: who moves across the border has both.
    /// </summary>
    public readonly bool NumbersDiffer(in RegistryRow other) =>
        !NhsNumber.IsEmpty && !other.NhsNumber.IsEmpty && NhsNumber != other.NhsNumber
        && ((Flags ^ other.Flags) & (RowFlags.NumberIsChi | RowFlags.NumberIsNorthernIreland)) == RowFlags.None;

    /// <summary>Whether all identifiers are the same; participant and flags aside.</summary>
    public readonly bool SameIdentifiers(in RegistryRow other) =>
        NhsNumber == other.NhsNumber && DateOfBirth == other.DateOfBirth && BirthYear == other.BirthYear && BirthMonth == other.BirthMonth
        && BirthDay == other.BirthDay && Sex == other.Sex && Surname == other.Surname && Forename == other.Forename
        && ForenameInitial == other.ForenameInitial && Postcode == other.Postcode && Outcode == other.Outcode;
}
