using Linkage.Identity;
using Linkage.Pseudonyms;

namespace Linkage.Matching.Scoring;

/// <summary>
/// One person as tier 3 sees it, on top of the tokens of tiers 1 and 2. For a registry row: <see cref="Scored"/>. For a patient also what errors in the record could have
/// made of the person: names exchanged, other forenames in front, day and month exchanged. Reused from person to person; not thread-safe.
/// </summary>
internal sealed class PersonFeatures(Pseudonymiser pseudonymiser, FewValueTokens fewValues) : IDisposable
{
    /// <summary>Other forenames looked at.</summary>
    public const int OtherForenames = 3;

    // Parents are so many years older than their children.
    private const int YoungestParent = 15;
    private const int OldestParent = 60;

    // A name longer than this, letters exchanged, is still like itself by its bigrams.
    private const int LongestSorted = 64;

    private readonly FilterEncoder _encoder = new(pseudonymiser);
    private readonly BirthTypos _typos = new(fewValues);
    private readonly ulong[] _others = new ulong[OtherForenames];
    private RegistryRow _tokens;
    private ScoredRow _scored;
    private RegistryRow _swappedTokens;
    private ScoredRow _swapped;
    private PersonIdentity? _pending;
    private FilterTreatment _filters;
    private int _otherCount;
    private int _birthYear;

    /// <summary>The person's tokens.</summary>
    public ref readonly RegistryRow Tokens => ref _tokens;

    /// <summary>The person's filter and further tokens.</summary>
    public ref readonly ScoredRow Scored => ref _scored;

    /// <summary>Tokens with surname and forename in each other's place; only names and initial are filled. Valid if <see cref="CanSwapNames"/>.</summary>
    public ref readonly RegistryRow SwappedTokens => ref _swappedTokens;

    /// <summary>Likewise.</summary>
    public ref readonly ScoredRow Swapped => ref _swapped;

    /// <summary>Whether both names are written out: whether they could have been exchanged.</summary>
    public bool CanSwapNames { get; private set; }

    /// <summary>Slips of the patient's date of birth.</summary>
    public BirthTypos Typos => _typos;

    /// <summary>Tokens of the second, third and fourth forename, under the key of forenames.</summary>
    public ReadOnlySpan<ulong> Others => _others.AsSpan(0, _otherCount);

    /// <summary>Token of the forenames' field written as one name: RO NAN is RONAN; 0 when it is one.</summary>
    public ulong JoinedForename { get; private set; }

    /// <summary>Token of the date with day and month exchanged; 0 when that is no other date of the calendar.</summary>
    public ulong SwappedDate { get; private set; }

    /// <summary>Token under the day's key of the month, and under the month's key of the day; 0 when missing.</summary>
    public ulong MonthAsDay { get; private set; }

    /// <summary>Likewise.</summary>
    public ulong DayAsMonth { get; private set; }

    /// <summary>Whether a year of birth, given as its token, is a parent's or a child's of the patient.</summary>
    public bool IsOfOtherGeneration(ulong birthYear)
    {
        if (_birthYear == 0 || birthYear == 0 || birthYear == _tokens.BirthYear)
            return false;
        for (var years = YoungestParent; years <= OldestParent; years++)
        {
            if (fewValues.Year(Math.Max(0, _birthYear - years)) == birthYear || fewValues.Year(_birthYear + years) == birthYear)
                return true;
        }

        return false;
    }

    /// <summary>Takes a row of the registry.</summary>
    public void Read(PersonIdentity person, in RegistryRow tokens)
    {
        ReadForBlocks(person, in tokens);
        ReadForComparison(person);
    }

    // What blocks are looked up by.
    private void ReadForBlocks(PersonIdentity person, in RegistryRow tokens)
    {
        _tokens = tokens;
        _scored = default;
        _scored.SurnameSound = person.Surname.Length > 1 ? Sound(Purpose.SurnameSound, person.Surname) : 0;
        _scored.ForenameSound = person.Forename.Length > 1 ? Sound(Purpose.ForenameSound, ForenameForms.Root(person.Forename)) : 0;
        if (person.PostcodeState == FieldState.Malformed)
        {
            _scored.Code = Token(Purpose.Postcode, person.OpaquePostcode);
        }
        else if (person.PostcodeIsFull)
        {
            _scored.Code = tokens.Postcode;
            _scored.Sector = Token(Purpose.PostcodeSector, person.Postcode[..^2]);
        }

        var born = person.DateOfBirthAsWritten;
        if (born.Year != 0 && (born is { Month: 1, Day: 1 } || (born.Month == 0 && born.Day == 0)))
            _scored.Flags |= ScoredFlags.YearOnly;
    }

    private void ReadForComparison(PersonIdentity person)
    {
        _encoder.Encode(person, out _scored.Filter);
        _scored.SurnameLetters = person.Surname.Length > 1 ? Letters(Purpose.SurnameSound, person.Surname) : 0;
        if (person.Forename.Length > 1)
        {
            _scored.ForenameRoot = Token(Purpose.ForenameRoot, ForenameForms.Root(person.Forename));
            _scored.ForenameLetters = Letters(Purpose.ForenameSound, person.Forename);
        }

        _scored.OtherForename = person.OtherForenameCount > 0 ? Token(Purpose.Forename, person.OtherForename(0)) : 0;
    }

    /// <summary>
    /// Takes a patient, to be compared with rows whose filters were treated so. Only what blocks are looked up by is computed; the rest when there is somebody to compare
    /// (<see cref="Complete"/>): most patients of tier 3 have no candidate.
    /// </summary>
    public void ReadPatient(PersonIdentity person, in RegistryRow tokens, FilterTreatment filters)
    {
        ReadForBlocks(person, in tokens);
        _pending = person;
        _filters = filters;
        _otherCount = 0;
        JoinedForename = 0;
        var born = person.DateOfBirthAsWritten;
        _typos.Read(born);
        _birthYear = born.Year;
        MonthAsDay = fewValues.Day(born.Month);
        DayAsMonth = fewValues.Month(born.Day);
        SwappedDate = 0;
        if (born.Month != born.Day && born.Month != 0 && born.Day is > 0 and <= 12 && born.Year != 0)
            SwappedDate = fewValues.Date(new DateOfBirth(born.Year, born.Day, born.Month));
        CanSwapNames = person.Surname.Length > 1 && person.Forename.Length > 1;
        if (!CanSwapNames)
            return;
        _swappedTokens = tokens;
        _swappedTokens.ForenameInitial = fewValues.Initial(person.Surname[..1]);
        _swapped = _scored;
        _swapped.SurnameSound = Sound(Purpose.SurnameSound, person.Forename);
        _swapped.ForenameSound = Sound(Purpose.ForenameSound, ForenameForms.Root(person.Surname));
    }

    /// <summary>Computes what comparison needs of the patient read last, once. The identity must still be that patient's.</summary>
    public void Complete()
    {
        if (_pending is not { } person)
            return;
        _pending = null;
        ReadForComparison(person);
        _filters.FoldInto(ref _scored.Filter);
        _otherCount = Math.Min(person.OtherForenameCount, OtherForenames);
        for (var i = 0; i < _otherCount; i++)
            _others[i] = Token(Purpose.Forename, person.OtherForename(i));
        JoinedForename = person.OtherForenameCount > 0 ? Token(Purpose.Forename, person.ForenamesAsOne) : 0;
        if (!CanSwapNames)
            return;
        _swappedTokens.Surname = Token(Purpose.Surname, person.Forename);
        _swappedTokens.Forename = Token(Purpose.Forename, person.Surname);
        _encoder.EncodeSwapped(person, out _swapped.Filter);
        _filters.FoldInto(ref _swapped.Filter);
    }

    /// <summary>Zeroes the person's tokens.</summary>
    public void Forget()
    {
        _pending = null;
        _tokens = _swappedTokens = default;
        _scored = _swapped = default;
        Array.Clear(_others);
        _typos.Forget();
        _otherCount = _birthYear = 0;
        SwappedDate = MonthAsDay = DayAsMonth = JoinedForename = 0;
        CanSwapNames = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        _encoder.Dispose();
    }

    // Under the key of sounds, with a mark in front: never the text of a sound.
    private uint Letters(Purpose purpose, ReadOnlySpan<byte> name)
    {
        if (name.Length > LongestSorted)
            return 0;
        Span<byte> sorted = stackalloc byte[LongestSorted + 1];
        sorted = sorted[..(name.Length + 1)];
        name.CopyTo(sorted[1..]);
        sorted[1..].Sort();
        sorted[0] = (byte)'#';
        return (uint)Token(purpose, sorted);
    }

    private ulong Sound(Purpose purpose, ReadOnlySpan<byte> name)
    {
        Span<byte> sound = stackalloc byte[NameSound.MaxLength];
        var length = NameSound.Write(name, sound);
        return Token(purpose, sound[..length]);
    }

    private ulong Token(Purpose purpose, ReadOnlySpan<byte> value) => value.IsEmpty ? 0 : pseudonymiser.Token(purpose, value).High;
}
