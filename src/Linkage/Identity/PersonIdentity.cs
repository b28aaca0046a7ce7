using System.Security.Cryptography;
using System.Text;
using NumberField = Linkage.Identity.NhsNumber;
using PostcodeField = Linkage.Identity.Postcode;

namespace Linkage.Identity;

/// <summary>
/// A patient's (or participant row's) identifiers, normalised, in one reused block of memory: what hashing and comparison see. In: UTF-8
/// fields as sent. Out: normalised UTF-8 and a state per field. Allocates nothing after construction; the block does not move and is
/// zeroed by <see cref="Clear"/>. Not thread-safe; one per lane.
/// </summary>
public sealed class PersonIdentity
{
    private const int BirthStart = NumberField.Length;
    private const int PostcodeStart = BirthStart + DateOfBirth.DigitsLength;
    private const int NamesStart = PostcodeStart + PostcodeField.MaxLength;

    private readonly byte[] _block = GC.AllocateArray<byte>(NamesStart + (3 * PersonName.MaxBytes), pinned: true);
    private readonly PersonName _surname;
    private readonly PersonName _forenames;
    private readonly PersonName _otherForenames;
    private int _postcodeLength;

    /// <summary>An identity with nothing in it.</summary>
    public PersonIdentity()
    {
        _surname = new PersonName(_block.AsMemory(NamesStart));
        _forenames = new PersonName(_block.AsMemory(NamesStart + PersonName.MaxBytes));
        _otherForenames = new PersonName(_block.AsMemory(NamesStart + (2 * PersonName.MaxBytes)));
        Clear();
    }

    /// <summary>10 digits when <see cref="HasNhsNumber"/>, else empty.</summary>
    public ReadOnlySpan<byte> NhsNumber => HasNhsNumber ? _block.AsSpan(0, NumberField.Length) : default;

    /// <summary>
    /// Whether there is a checked number that identifies a person: state Present, ChiNumber or NorthernIreland. The latter two are as good for
    /// linking; the state is a remark to count.
    /// </summary>
    public bool HasNhsNumber => NumberField.IsUsable(NhsNumberState);

    /// <summary>State of the NHS number.</summary>
    public FieldState NhsNumberState { get; private set; }

    /// <summary>
    /// Normalised surname: A–Z, accents folded, punctuation and spaces out (letters of other scripts in upper case); empty when absent or malformed.
    /// </summary>
    public ReadOnlySpan<byte> Surname => _surname.Value;

    /// <summary>State of the surname.</summary>
    public FieldState SurnameState => _surname.State;

    /// <summary>Number of parts of the surname (double-barrelled: 2).</summary>
    public int SurnamePartCount => _surname.PartCount;

    /// <summary>Normalised first forename, likewise.</summary>
    public ReadOnlySpan<byte> Forename => _forenames.First;

    /// <summary>All of the forename's field as one name, as PersonName joins it; <see cref="Forename"/> when it is one.</summary>
    public ReadOnlySpan<byte> ForenamesAsOne => _forenames.Value;

    /// <summary>State of the forename.</summary>
    public FieldState ForenameState => _forenames.State;

    /// <summary>First character of <see cref="Forename"/> (one to four bytes); empty when there is none.</summary>
    public ReadOnlySpan<byte> ForenameInitial
    {
        get
        {
            var forename = Forename;
            return Rune.DecodeFromUtf8(forename, out _, out var consumed) == System.Buffers.OperationStatus.Done ? forename[..consumed] : default;
        }
    }

    /// <summary>Number of forenames besides the first: those behind it in its field, then those of the other field.</summary>
    public int OtherForenameCount => Math.Max(0, _forenames.PartCount - 1) + _otherForenames.PartCount;

    /// <summary>State of the other forenames.</summary>
    public FieldState OtherForenamesState => _otherForenames.State;

    /// <summary>Normalised postcode without space (outcode + incode), or outcode only; empty when absent or malformed.</summary>
    public ReadOnlySpan<byte> Postcode => PostcodeState == FieldState.Present ? _block.AsSpan(PostcodeStart, _postcodeLength) : default;

    /// <summary>Letters and digits, upper case, of a code that is not of UK shape; empty when it is, or there is none.</summary>
    public ReadOnlySpan<byte> OpaquePostcode => PostcodeState == FieldState.Malformed ? _block.AsSpan(PostcodeStart, _postcodeLength) : default;

    /// <summary>State of the postcode.</summary>
    public FieldState PostcodeState { get; private set; }

    /// <summary>Whether <see cref="Postcode"/> is a full unit postcode.</summary>
    public bool PostcodeIsFull { get; private set; }

    /// <summary>Date of birth; empty unless its state is Present.</summary>
    public DateOfBirth DateOfBirth => DateOfBirthState == FieldState.Present ? DateOfBirthAsWritten : default;

    /// <summary>Parts of the date of birth as written, be it a day the calendar has not: for comparison by parts only.</summary>
    public DateOfBirth DateOfBirthAsWritten { get; private set; }

    /// <summary>State of the date of birth.</summary>
    public FieldState DateOfBirthState { get; private set; }

    /// <summary>YYYYMMDD of a full date of birth, else empty: what is hashed.</summary>
    public ReadOnlySpan<byte> DateOfBirthDigits => DateOfBirth.IsFull ? _block.AsSpan(BirthStart, DateOfBirth.DigitsLength) : default;

    /// <summary>YYYY of the date of birth, or empty.</summary>
    public ReadOnlySpan<byte> BirthYear => DateOfBirth.Year != 0 ? _block.AsSpan(BirthStart, 4) : default;

    /// <summary>MM of the date of birth, or empty.</summary>
    public ReadOnlySpan<byte> BirthMonth => DateOfBirth.Month != 0 ? _block.AsSpan(BirthStart + 4, 2) : default;

    /// <summary>DD of the date of birth, or empty.</summary>
    public ReadOnlySpan<byte> BirthDay => DateOfBirth.Day != 0 ? _block.AsSpan(BirthStart + 6, 2) : default;

    /// <summary>Sex.</summary>
    public Sex Sex { get; private set; }

    /// <summary>State of the sex.</summary>
    public FieldState SexState { get; private set; }

    /// <summary>F, M or X; empty when not known.</summary>
    public ReadOnlySpan<byte> SexLetter => SexCode.Letter(Sex);

    /// <summary>A part of the surname; empty when there is none of that index.</summary>
    public ReadOnlySpan<byte> SurnamePart(int index) => _surname.Part(index);

    /// <summary>A forename besides the first; empty when there is none of that index.</summary>
    public ReadOnlySpan<byte> OtherForename(int index)
    {
        var behindFirst = Math.Max(0, _forenames.PartCount - 1);
        return index >= 0 && index < behindFirst ? _forenames.Part(index + 1) : _otherForenames.Part(index - behindFirst);
    }

    /// <summary>Parses and normalises all fields. Never throws for what the bytes hold.</summary>
    public void Set(ReadOnlySpan<byte> nhsNumber, ReadOnlySpan<byte> surname, ReadOnlySpan<byte> forename, ReadOnlySpan<byte> otherForenames, ReadOnlySpan<byte> dateOfBirth, ReadOnlySpan<byte> sex, ReadOnlySpan<byte> postcode)
    {
        NhsNumberState = NumberField.Parse(nhsNumber, _block);
        _surname.SetSurname(surname);
        _forenames.SetForenames(forename);
        _otherForenames.SetForenames(otherForenames);
        DateOfBirthState = DateOfBirth.Parse(dateOfBirth, out var born);
        DateOfBirthAsWritten = born;
        born.WriteDigits(_block.AsSpan(BirthStart));
        SexState = SexCode.Parse(sex, out var parsedSex);
        Sex = parsedSex;
        PostcodeState = PostcodeField.Parse(postcode, _block.AsSpan(PostcodeStart, PostcodeField.MaxLength), out _postcodeLength, out var full);
        PostcodeIsFull = full;
    }

    /// <summary>Zeroes everything.</summary>
    public void Clear()
    {
        _surname.Clear();
        _forenames.Clear();
        _otherForenames.Clear();
        CryptographicOperations.ZeroMemory(_block);
        NhsNumberState = DateOfBirthState = SexState = PostcodeState = FieldState.Absent;
        DateOfBirthAsWritten = default;
        Sex = Sex.Unknown;
        PostcodeIsFull = false;
        _postcodeLength = 0;
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => "PersonIdentity(redacted)";

    /// <summary>The memory, for tests of zeroing.</summary>
    internal ReadOnlySpan<byte> Block => _block;
}
