using Linkage.Identity;
using Linkage.Pseudonyms;

namespace Linkage.Matching;

/// <summary>
/// One person's tokens, computed in the order the cascade asks for them: the NHS number (one HMAC), the date of birth (a table), then all the rest (up to four
/// HMACs). Reused from person to person; not thread-safe.
/// </summary>
internal sealed class PersonTokens(Pseudonymiser pseudonymiser) : IDisposable
{
    private const int IncodeLength = 3;

    private readonly FewValueTokens few = new(pseudonymiser);
    private PersonIdentity? person;
    private RegistryRow row;
    private bool complete;

    /// <summary>The person read last.</summary>
    public PersonIdentity Person => person ?? throw new InvalidOperationException("no person was read");

    /// <summary>Tokens of fields with few values, for tier 3, too.</summary>
    public FewValueTokens FewValues => few;

    /// <summary>Takes the next person; computes the NHS number's token only.</summary>
    public void Read(PersonIdentity identity)
    {
        person = identity;
        row = default;
        complete = false;
        if (identity.HasNhsNumber)
            row.NhsNumber = pseudonymiser.Token(Purpose.NhsNumber, identity.NhsNumber);
    }

    /// <summary>Token of the NHS number; empty when there is no usable one.</summary>
    public Token NhsNumber => row.NhsNumber;

    /// <summary>Token of the full date of birth; 0 when not full.</summary>
    public ulong DateOfBirth => row.DateOfBirth != 0 ? row.DateOfBirth : row.DateOfBirth = few.Date(Date);

    /// <summary>What tells this date of birth, full or not, from another one; 0 when there is none.</summary>
    public ulong DateSignature =>
        Date.IsFull ? DateOfBirth : few.Year(Parts.Year) ^ ulong.RotateLeft(few.Month(Parts.Month), 21) ^ ulong.RotateLeft(few.Day(Parts.Day), 42);

    /// <summary>
    /// Born on 1 January: for many people, of many countries, the day that was written down when only the year was known. It shares a date of birth among
    /// far more people than chance would.
    /// </summary>
    public bool BornOnNewYearsDay => Date is { Month: 1, Day: 1 };

    /// <summary>Token under the day's key of the month; 0 when the month is missing. For dates with day and month swapped.</summary>
    public ulong MonthAsDay => few.Day(Parts.Month);

    /// <summary>Token under the month's key of the day; 0 when the day is missing.</summary>
    public ulong DayAsMonth => few.Month(Parts.Day);

    /// <summary>All tokens. Valid until the next <see cref="Read"/>.</summary>
    public ref readonly RegistryRow All
    {
        get
        {
            if (!complete)
                Complete();
            return ref row;
        }
    }

    /// <summary>Zeroes the person's tokens.</summary>
    public void Forget()
    {
        row = default;
        person = null;
        complete = false;
    }

    /// <summary>Zeroes all tokens kept.</summary>
    public void Dispose()
    {
        few.Dispose();
        Forget();
    }

    // The date as a whole only when the calendar has it; its parts as written: 31 February still has its year and month.
    private DateOfBirth Date => person?.DateOfBirth ?? default;

    private DateOfBirth Parts => person?.DateOfBirthAsWritten ?? default;

    private void Complete()
    {
        var identity = person ?? throw new InvalidOperationException("no person was read");
        row.DateOfBirth = few.Date(Date);
        row.BirthYear = few.Year(Parts.Year);
        row.BirthMonth = few.Month(Parts.Month);
        row.BirthDay = few.Day(Parts.Day);
        row.Sex = few.Sex(identity.Sex);
        row.Flags |= identity.NhsNumberState switch
        {
            FieldState.ChiNumber => RowFlags.NumberIsChi,
            FieldState.NorthernIreland => RowFlags.NumberIsNorthernIreland,
            _ => RowFlags.None,
        };
        // One letter is an abbreviation or stands for "not known" (X): it would make one surname of thousands.
        if (identity.Surname.Length > 1)
            row.Surname = Hash(Purpose.Surname, identity.Surname);
        var forename = identity.Forename;
        row.Forename = Hash(Purpose.Forename, forename);
        var initial = identity.ForenameInitial;
        row.ForenameInitial = few.Initial(initial);
        // Three bytes and more: scripts in which one character can be a whole name.
        if (!forename.IsEmpty && forename.Length == initial.Length && initial.Length < 3)
            row.Flags |= RowFlags.ForenameIsInitial;
        var postcode = identity.Postcode;
        if (identity.PostcodeIsFull)
        {
            row.Postcode = Hash(Purpose.Postcode, postcode);
            postcode = postcode[..Math.Max(0, postcode.Length - IncodeLength)];
        }

        // An outcode (2 to 4 characters) is never the text of a unit postcode (5 to 7): one purpose serves both.
        row.Outcode = Hash(Purpose.Postcode, postcode);
        complete = true;
    }

    private ulong Hash(Purpose purpose, ReadOnlySpan<byte> value) => value.IsEmpty ? 0 : pseudonymiser.Token(purpose, value).High;
}
