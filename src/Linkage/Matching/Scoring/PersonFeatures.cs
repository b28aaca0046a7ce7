using Linkage.Identity;
using Linkage.Pseudonyms;

namespace Linkage.Matching.Scoring;

/// <summary>
/// One person as tier 3 sees it, on top of the tokens of tiers 1 and 2. For a registry row: <see cref="Scored"/>. For a patient also what errors in the record could have
/// made of the person: names exchanged, other forenames in front, day and month exchanged. Reused from person to person; not thread-safe.
/// </summary>
/// <param name="pseudonymiser">The key.</param>
/// <param name="fewValues">Tokens of fields with few values.</param>
/// <param name="times">Takes the time of hashing what comparison needs; may be null.</param>
internal sealed class PersonFeatures(Pseudonymiser pseudonymiser, FewValueTokens fewValues, StageTimes? times = null) : IDisposable
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
    private PersonTokens? _pending;
    private FilterTreatment _filters;
    private int _otherCount;
    private int _birthYear;
    private ulong _joinedForename;

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
    public ulong JoinedForename => _joinedForename;

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

    /// <summary>Takes a row of the registry: all of its hashes, those of <paramref name="row"/> included, in one pass.</summary>
    public void Read(PersonTokens row)
    {
        _scored = default;
        row.Gather(swapped: false);
        var filter = GatherForComparison(row);
        row.Batch.Compute();
        row.Take();
        TakeForComparison(row.Batch, in filter);
        row.Batch.Clear();
        ReadForBlocks(row);
    }

    /// <summary>
    /// Takes a patient, to be compared with rows whose filters were treated so. Only what blocks are looked up by is computed; the rest when there is somebody to compare
    /// (<see cref="Complete"/>): most patients of tier 3 have no candidate.
    /// </summary>
    public void ReadPatient(PersonTokens patient, FilterTreatment filters)
    {
        _scored = default;
        ReadForBlocks(patient);
        var person = patient.Person;
        _pending = patient;
        _filters = filters;
        _otherCount = 0;
        _joinedForename = 0;
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
        _swappedTokens = _tokens;
        _swappedTokens.ForenameInitial = fewValues.Initial(person.Surname[..1]);
        _swapped = _scored;
        _swapped.SurnameSound = patient.Blocks.SwappedSurnameSound;
        _swapped.ForenameSound = patient.Blocks.SwappedForenameSound;
    }

    /// <summary>Computes what comparison needs of the patient read last, once. The identity must still be that patient's.</summary>
    public void Complete()
    {
        if (_pending is not { } patient)
            return;
        _pending = null;
        var started = times?.Now() ?? 0;
        var batch = patient.Batch;
        var filter = GatherForComparison(patient);
        var swapped = GatherVariants(patient.Person, batch);
        batch.Compute();
        TakeForComparison(batch, in filter);
        TakeVariants(batch, in swapped);
        batch.Clear();
        _filters.FoldInto(ref _scored.Filter);
        if (CanSwapNames)
            _filters.FoldInto(ref _swapped.Filter);
        times?.HashedSince(started);
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
        SwappedDate = MonthAsDay = DayAsMonth = _joinedForename = 0;
        CanSwapNames = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        _encoder.Dispose();
    }

    // What blocks are looked up by.
    private void ReadForBlocks(PersonTokens person)
    {
        _tokens = person.All;
        ref readonly var blocks = ref person.Blocks;
        _scored.SurnameSound = blocks.SurnameSound;
        _scored.ForenameSound = blocks.ForenameSound;
        _scored.Sector = blocks.Sector;
        _scored.Code = _tokens.Postcode != 0 ? _tokens.Postcode : blocks.OpaqueCode;
        var born = person.Person.DateOfBirthAsWritten;
        if (born.Year != 0 && (born is { Month: 1, Day: 1 } || (born.Month == 0 && born.Day == 0)))
            _scored.Flags |= ScoredFlags.YearOnly;
    }

    // What rows are compared by, besides.
    private FilterSlots GatherForComparison(PersonTokens tokens)
    {
        var (person, batch) = (tokens.Person, tokens.Batch);
        _scored.SurnameLetters = person.Surname.Length > 1 ? Letters(Purpose.SurnameSound, person.Surname, batch) : 0;
        var forename = person.Forename.Length > 1;
        _scored.ForenameRoot = forename ? batch.Add(Purpose.ForenameRoot, ForenameForms.Root(person.Forename)) : 0;
        _scored.ForenameLetters = forename ? Letters(Purpose.ForenameSound, person.Forename, batch) : 0;
        _scored.OtherForename = person.OtherForenameCount > 0 ? batch.Add(Purpose.Forename, person.OtherForename(0)) : 0;
        return _encoder.Gather(person, batch, out _scored.Filter);
    }

    private void TakeForComparison(TokenBatch batch, in FilterSlots filter)
    {
        batch.Take(ref _scored.SurnameLetters);
        batch.Take(ref _scored.ForenameRoot);
        batch.Take(ref _scored.ForenameLetters);
        batch.Take(ref _scored.OtherForename);
        _encoder.Take(batch, in filter, ref _scored.Filter);
    }

    // What errors in a patient's record could have made of the names.
    private FilterSlots GatherVariants(PersonIdentity person, TokenBatch batch)
    {
        _otherCount = Math.Min(person.OtherForenameCount, OtherForenames);
        for (var i = 0; i < _otherCount; i++)
            _others[i] = batch.Add(Purpose.Forename, person.OtherForename(i));
        _joinedForename = _otherCount > 0 ? batch.Add(Purpose.Forename, person.ForenamesAsOne) : 0;
        if (!CanSwapNames)
            return default;
        _swappedTokens.Surname = batch.Add(Purpose.Surname, person.Forename);
        _swappedTokens.Forename = batch.Add(Purpose.Forename, person.Surname);
        return _encoder.GatherSwapped(person, batch, out _swapped.Filter);
    }

    private void TakeVariants(TokenBatch batch, in FilterSlots swapped)
    {
        foreach (ref var other in _others.AsSpan(0, _otherCount))
            batch.Take(ref other);
        batch.Take(ref _joinedForename);
        if (!CanSwapNames)
            return;
        batch.Take(ref _swappedTokens.Surname);
        batch.Take(ref _swappedTokens.Forename);
        _encoder.Take(batch, in swapped, ref _swapped.Filter);
    }

    // Under the key of sounds, with a mark in front: never the text of a sound.
    private static uint Letters(Purpose purpose, ReadOnlySpan<byte> name, TokenBatch batch)
    {
        if (name.Length > LongestSorted)
            return 0;
        Span<byte> sorted = stackalloc byte[LongestSorted + 1];
        sorted = sorted[..(name.Length + 1)];
        name.CopyTo(sorted[1..]);
        sorted[1..].Sort();
        sorted[0] = (byte)'#';
        return batch.Add(purpose, sorted);
    }
}
