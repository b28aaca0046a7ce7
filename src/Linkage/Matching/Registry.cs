using System.IO.Hashing;
using System.Security.Cryptography;
using Linkage.Kernels;
using Linkage.Matching.Blocking;
using Linkage.Matching.Scoring;
using Linkage.Parquet;
using Linkage.Pseudonyms;

namespace Linkage.Matching;

/// <summary>A registry file that cannot be used, or is of another key.</summary>
public sealed class RegistryException(string message) : Exception(message);

/// <summary>
/// The index of participants: one immutable, memory-mapped file (docs/registry-format.md). Ordinals run in bytewise order of participant_id, so sorting by
/// ordinal sorts by id. Thread-safe, except that nothing may use it during and after <see cref="Dispose"/>.
/// </summary>
public sealed class Registry : IDisposable
{
    private readonly MappedFile file;
    private readonly RegistryHeader header;
    private readonly string path;
    private readonly TokenProbe[] exactKeys = new TokenProbe[ExactKey.Count];
    private TokenProbe nhsNumbers;
    private MappedSpan<RegistryRow> rows;
    private MappedSpan<ScoredRow> scoredRows;

    private Registry(MappedFile file, RegistryHeader header, string path)
    {
        this.file = file;
        this.header = header;
        this.path = path;
        rows = Map<RegistryRow>(Section.Rows);
        scoredRows = Map<ScoredRow>(Section.ScoredRows);
        Blocks = new BlockIndex(Map<long>(Section.BlockDirectory), Map<BlockEntry>(Section.BlockEntries));
        nhsNumbers = new TokenProbe(Map<TokenBucket>(Section.NhsNumberIndex));
        for (var key = 0; key < exactKeys.Length; key++)
            exactKeys[key] = new TokenProbe(Map<TokenBucket>(Section.ExactKeyIndex1 + key));
        ParticipantIds = Texts(Section.ParticipantIdOffsets, firstOnly: false);
        ParticipantHashes = new ParticipantHashes(ParticipantIds, ParticipantCount);
        GenomeIds = Texts(Section.GenomeIdOffsets, firstOnly: true);
        AllGenomeIds = Texts(Section.GenomeIdOffsets, firstOnly: false);
        QuestionnaireIds = Texts(Section.QuestionnaireIdOffsets, firstOnly: true);
        AllQuestionnaireIds = Texts(Section.QuestionnaireIdOffsets, firstOnly: false);
        AllSampleIds = Texts(Section.SampleIdOffsets, firstOnly: false);
    }

    /// <summary>
    /// Maps a registry file after checking magic, format version, sizes and header checksum; <see cref="RegistryException"/> names the file and what to do.
    /// Takes the same time for any size; see <see cref="Verify"/> for a full check.
    /// </summary>
    public static Registry Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!BitConverter.IsLittleEndian)
            throw new RegistryException("registry files are mapped as they are and need a little-endian machine");
        MappedFile? mapped = null;
        try
        {
            mapped = MappedFile.Open(path);
            var bytes = mapped.Section<byte>(0, mapped.Length);
            var start = bytes.Slice(0, (int)Math.Min(RegistryFormat.HeaderLength, bytes.Length));
            var registry = new Registry(mapped, RegistryHeader.Read(start, mapped.Length, path), path);
            mapped = null;
            return registry;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistryException($"{path} cannot be read: {e.Message}");
        }
        finally
        {
            mapped?.Dispose();
        }
    }

    /// <summary>Path the file was opened by.</summary>
    public string Path => path;

    /// <summary>Bytes of the file.</summary>
    public long FileLength => header.FileLength;

    /// <summary>Version of the file format.</summary>
    public int FormatVersion => header.FormatVersion;

    /// <summary>When the registry was built, UTC.</summary>
    public DateTimeOffset Created => header.Created;

    /// <summary>What it holds, in numbers.</summary>
    public RegistryCounts Counts => header.Counts;

    /// <summary>Key version the registry was built with.</summary>
    public int KeyVersion => header.KeyVersion;

    /// <summary>Participants (withdrawn included).</summary>
    public int ParticipantCount => (int)header.Counts.Participants;

    /// <summary>participant_id by ordinal.</summary>
    public IUtf8Values ParticipantIds { get; }

    /// <summary>Hash of participant_id by ordinal.</summary>
    internal ParticipantHashes ParticipantHashes { get; }

    /// <summary>First genome id by ordinal; null when the participant has none.</summary>
    public IUtf8Values GenomeIds { get; }

    /// <summary>First questionnaire id by ordinal; null when none.</summary>
    public IUtf8Values QuestionnaireIds { get; }

    /// <summary>All genome ids by ordinal, joined by ';'; null when none.</summary>
    public IUtf8Values AllGenomeIds { get; }

    /// <summary>All questionnaire ids, likewise.</summary>
    public IUtf8Values AllQuestionnaireIds { get; }

    /// <summary>All sample ids, likewise.</summary>
    public IUtf8Values AllSampleIds { get; }

    /// <summary>Checks that the registry was built with this key; <see cref="RegistryException"/> otherwise. Constant-time comparison.</summary>
    public void RequireKey(Pseudonymiser pseudonymiser)
    {
        ArgumentNullException.ThrowIfNull(pseudonymiser);
        if (CryptographicOperations.FixedTimeEquals(header.KeyCheck, pseudonymiser.KeyCheck))
            return;
        throw new RegistryException(pseudonymiser.KeyVersion == KeyVersion
            ? $"{path} was built with another key (version {KeyVersion} of another key file); use that key file, or build the registry again with this one"
            : $"{path} was built with key version {KeyVersion}, and version {pseudonymiser.KeyVersion} was given; use version {KeyVersion}, or build the registry again");
    }

    /// <summary>
    /// Reads the whole file and compares every section with its checksum; <see cref="RegistryException"/> names the damaged section. Takes as long as
    /// reading the file.
    /// </summary>
    public void Verify()
    {
        long end = RegistryFormat.HeaderLength;
        for (var i = 0; i < header.Sections.Length; i++)
        {
            VerifyGap(end, header.Sections[i].Offset, (Section)i);
            end = header.Sections[i].Offset + header.Sections[i].Length;
            var bytes = Map<byte>((Section)i);
            var hash = new XxHash3();
            for (long at = 0; at < bytes.Length;)
            {
                var part = bytes.Slice(at, (int)Math.Min(bytes.Length - at, 1 << 24));
                hash.Append(part);
                at += part.Length;
            }

            if (hash.GetCurrentHashAsUInt64() != header.Sections[i].Checksum)
                throw new RegistryException($"{path} is damaged (checksum of section {(Section)i}); copy it again, or build it again with 'linkage registry build'");
        }
    }

    /// <summary>Sections follow each other; what lies between two is less than an alignment step, and zero.</summary>
    private void VerifyGap(long start, long end, Section section)
    {
        if (end - start is < 0 or >= RegistryFormat.Alignment || file.Section<byte>(start, end - start).Slice(0, (int)(end - start)).ContainsAnyExcept((byte)0))
            throw new RegistryException($"{path} is damaged (before section {section}); copy it again, or build it again with 'linkage registry build'");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // From here on every look-up finds an empty section instead of memory that is gone.
        rows = default;
        scoredRows = default;
        Blocks = default;
        nhsNumbers = default;
        Array.Clear(exactKeys);
        file.Dispose();
    }

    /// <summary>A row of <see cref="RegistryCounts.Rows"/>.</summary>
    internal ref readonly RegistryRow Row(int number)
    {
        if ((ulong)number >= (ulong)rows.Length)
            ThrowDamaged();
        ref readonly var row = ref rows[number];
        if ((uint)row.Participant >= (uint)ParticipantCount)
            ThrowDamaged();
        return ref row;
    }

    /// <summary>What tier 3 needs of a row besides <see cref="Row"/>.</summary>
    internal ref readonly ScoredRow Scored(int number)
    {
        if ((ulong)number >= (ulong)scoredRows.Length)
            ThrowDamaged();
        return ref scoredRows[number];
    }

    /// <summary>Asks memory for a row that is read soon: it is far away, and mostly not in a cache.</summary>
    internal void PrefetchTokens(int number) => rows.Prefetch(number);

    /// <summary>Likewise, for <see cref="Scored"/>.</summary>
    internal void PrefetchScored(int number) => scoredRows.Prefetch(number);

    /// <summary>Rows by block key.</summary>
    internal BlockIndex Blocks { get; private set; }

    /// <summary>What was done to the filters.</summary>
    public FilterTreatment Filters => header.Filters;

    /// <summary>First row with this NHS number; −1 when there is none.</summary>
    internal int FindNhsNumber(Token token)
    {
        var cursor = nhsNumbers.Start(token.High);
        while (nhsNumbers.Next(ref cursor, out var number))
        {
            if (Row(number).NhsNumber == token)
                return number;
        }

        return -1;
    }

    /// <summary>
    /// Likewise for many tokens at once: <paramref name="found"/>, as long as <paramref name="tokens"/>, takes the first row with each number, −1 where there is none and for an empty
    /// token. The rows found are in the cache afterwards.
    /// </summary>
    internal void FindNhsNumbers(ReadOnlySpan<Token> tokens, Span<int> found)
    {
        // A row begins with its NHS number.
        if (!nhsNumbers.FindRows(tokens, rows, tokenOffset: 0, found))
            ThrowDamaged();
    }

    /// <summary>Whether a participant, by ordinal, withdrew consent.</summary>
    internal bool HasWithdrawn(int participant)
    {
        // Rows are in order of participant, and every participant has one at least; withdrawal stands on each.
        long low = 0, high = rows.Length - 1;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (rows[middle].Participant < participant)
                low = middle + 1;
            else
                high = middle;
        }

        ref readonly var row = ref Row((int)low);
        if (row.Participant != participant)
            ThrowDamaged();
        return (row.Flags & RowFlags.Withdrawn) != RowFlags.None;
    }

    /// <summary>The token table of an exact key, 0 to <see cref="ExactKey.Count"/> − 1.</summary>
    internal TokenProbe ExactKeyIndex(int key) => exactKeys[key];

    /// <summary>First and last row of the participant that has this row.</summary>
    internal (int First, int Last) RowsOfParticipant(int number)
    {
        var participant = Row(number).Participant;
        int first = number, last = number;
        while (first > 0 && number - first < RegistryFormat.RowsPerParticipant && Row(first - 1).Participant == participant)
            first--;
        while (last + 1 < rows.Length && last - number < RegistryFormat.RowsPerParticipant && Row(last + 1).Participant == participant)
            last++;
        return (first, last);
    }

    /// <summary>First row of a participant: rows are in order of participant.</summary>
    internal int FirstRowOf(int participant)
    {
        int low = 0, high = (int)rows.Length;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (Row(middle).Participant < participant)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>Whether the participant that has this row has a usable number that contradicts the patient's in any row.</summary>
    internal bool HasOtherNumber(int number, in RegistryRow patient)
    {
        var (first, last) = RowsOfParticipant(number);
        for (var row = first; row <= last; row++)
        {
            if (patient.NumbersDiffer(in Row(row)))
                return true;
        }

        return false;
    }

    private MappedSpan<T> Map<T>(Section section)
        where T : unmanaged
    {
        var entry = header.Sections[(int)section];
        return file.SectionOfBytes<T>(entry.Offset, entry.Length);
    }

    private MappedTexts Texts(Section offsets, bool firstOnly) => new(Map<long>(offsets), Map<byte>(offsets + 1), firstOnly, path);

    private void ThrowDamaged()
    {
        ObjectDisposedException.ThrowIf(file.Length == 0, this);
        throw new RegistryException($"{path} is damaged (row numbers); build it again with 'linkage registry build'");
    }
}
