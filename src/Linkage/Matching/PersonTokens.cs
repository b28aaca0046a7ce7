using Linkage.Identity;
using Linkage.Matching.Blocking;
using Linkage.Pseudonyms;

namespace Linkage.Matching;

/// <summary>
/// One person's tokens, computed in the order the cascade asks for them: the NHS number, which a batch has hashed already or which is one HMAC; the date of birth (a table); then all the rest
/// together (up to ten HMACs in one pass of the hash's lanes). Reused from person to person; not thread-safe.
/// </summary>
/// <param name="pseudonymiser">The key.</param>
/// <param name="forBlocks">Whether the rest includes <see cref="Blocks"/>: nothing but tier 3 asks for them.</param>
/// <param name="times">Takes the time of hashing; may be null.</param>
internal sealed class PersonTokens(Pseudonymiser pseudonymiser, bool forBlocks = true, StageTimes? times = null) : IDisposable
{
    private const int IncodeLength = 3;

    private readonly FewValueTokens few = new(pseudonymiser);
    private readonly TokenBatch batch = new(pseudonymiser);
    private PersonIdentity? person;
    private RegistryRow row;
    private BlockTokens blocks;
    private Token? number;
    private uint numberSlot;
    private bool complete;

    /// <summary>The person read last.</summary>
    public PersonIdentity Person => person ?? throw new InvalidOperationException("no person was read");

    /// <summary>Tokens of fields with few values, for tier 3, too.</summary>
    public FewValueTokens FewValues => few;

    /// <summary>Where this person's values are gathered; empty between two steps.</summary>
    public TokenBatch Batch => batch;

    /// <summary>Takes the next person; computes nothing yet.</summary>
    public void Read(PersonIdentity identity)
    {
        Forget();
        person = identity;
    }

    /// <summary>Takes the next person, whose NHS number was hashed and looked up with others.</summary>
    /// <param name="identity">The person.</param>
    /// <param name="nhsNumber">Token of the number; empty when there is no usable one.</param>
    /// <param name="numberRow">First row of the registry with that number; −1 when there is none.</param>
    public void Read(PersonIdentity identity, Token nhsNumber, int numberRow)
    {
        Read(identity);
        number = nhsNumber;
        NumberRow = numberRow;
    }

    /// <summary>Token of the NHS number; empty when there is no usable one.</summary>
    public Token NhsNumber => number ??= Person.HasNhsNumber ? pseudonymiser.Token(Purpose.NhsNumber, Person.NhsNumber) : default;

    /// <summary>First row of the registry with the NHS number, −1 for none; null when it was not looked up yet.</summary>
    public int? NumberRow { get; private set; }

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

    /// <summary>All tokens. Valid until the next <see cref="Read(PersonIdentity)"/>.</summary>
    public ref readonly RegistryRow All
    {
        get
        {
            Complete();
            return ref row;
        }
    }

    /// <summary>Likewise, what blocks are looked up by besides; empty unless asked for at construction.</summary>
    public ref readonly BlockTokens Blocks
    {
        get
        {
            Complete();
            return ref blocks;
        }
    }

    /// <summary>First of two steps for who has more of the person to hash: adds what <see cref="All"/> and <see cref="Blocks"/> need to <see cref="Batch"/>.</summary>
    /// <param name="swapped">Whether blocks are looked up with exchanged names, too.</param>
    public void Gather(bool swapped)
    {
        var identity = Person;
        row = default;
        GatherFewValues(identity);
        if (number is null)
            numberSlot = batch.Add(Purpose.NhsNumber, identity.NhsNumber);
        // One letter is an abbreviation or stands for "not known" (X): it would make one surname of thousands.
        if (identity.Surname.Length > 1)
            row.Surname = batch.Add(Purpose.Surname, identity.Surname);
        row.Forename = batch.Add(Purpose.Forename, identity.Forename);
        var postcode = identity.Postcode;
        if (identity.PostcodeIsFull)
        {
            row.Postcode = batch.Add(Purpose.Postcode, postcode);
            postcode = postcode[..Math.Max(0, postcode.Length - IncodeLength)];
        }

        // An outcode (2 to 4 characters) is never the text of a unit postcode (5 to 7): one purpose serves both.
        row.Outcode = batch.Add(Purpose.Postcode, postcode);
        if (forBlocks)
            blocks = BlockTokens.Gather(identity, swapped, batch);
    }

    /// <summary>Second step, when the batch is computed.</summary>
    public void Take()
    {
        row.NhsNumber = number ??= batch.Token(numberSlot);
        batch.Take(ref row.Surname);
        batch.Take(ref row.Forename);
        batch.Take(ref row.Postcode);
        batch.Take(ref row.Outcode);
        blocks.Take(batch);
        complete = true;
    }

    /// <summary>Zeroes the person's tokens.</summary>
    public void Forget()
    {
        batch.Clear();
        row = default;
        blocks = default;
        person = null;
        number = null;
        NumberRow = null;
        complete = false;
    }

    /// <summary>Zeroes all tokens kept.</summary>
    public void Dispose()
    {
        few.Dispose();
        Forget();
        batch.Dispose();
    }

    // The date as a whole only when the calendar has it; its parts as written: 31 February still has its year and month.
    private DateOfBirth Date => person?.DateOfBirth ?? default;

    private DateOfBirth Parts => person?.DateOfBirthAsWritten ?? default;

    private void Complete()
    {
        if (complete)
            return;
        var started = times?.Now() ?? 0;
        Gather(swapped: true);
        batch.Compute();
        Take();
        batch.Clear();
        times?.HashedSince(started);
    }

    private void GatherFewValues(PersonIdentity identity)
    {
        row.DateOfBirth = few.Date(Date);
        row.BirthYear = few.Year(Parts.Year);
        row.BirthMonth = few.Month(Parts.Month);
        row.BirthDay = few.Day(Parts.Day);
        row.Sex = few.Sex(identity.Sex);
        var initial = identity.ForenameInitial;
        row.ForenameInitial = few.Initial(initial);
        // Three bytes and more: scripts in which one character can be a whole name.
        if (!identity.Forename.IsEmpty && identity.Forename.Length == initial.Length && initial.Length < 3)
            row.Flags |= RowFlags.ForenameIsInitial;
        row.Flags |= identity.NhsNumberState switch
        {
            FieldState.ChiNumber => RowFlags.NumberIsChi,
            FieldState.NorthernIreland => RowFlags.NumberIsNorthernIreland,
            _ => RowFlags.None,
        };
    }
}
