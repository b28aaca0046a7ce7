using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text.Unicode;
using Linkage.Identity;
using Linkage.Matching.Blocking;
using Linkage.Matching.Scoring;
using Linkage.Pseudonyms;

namespace Linkage.Matching;

/// <summary>
/// Builds a registry. In: rows of a participants file, in any order. Out: the registry's bytes, the same for the same rows, key and time, and a
/// <see cref="RegistryReport"/>. Identifiers become tokens as rows come in and are not kept. About 500 bytes of memory a row. Not thread-safe.
/// </summary>
public sealed class RegistryBuilder : IDisposable
{
    private const int LongestId = 256;
    private const int LongestList = 16384;

    private readonly Pseudonymiser pseudonymiser;
    private readonly PersonTokens tokens;
    private readonly PersonFeatures features;
    private readonly FilterTreatment filters;
    private readonly PersonIdentity person = new();
    private readonly RowStore store = new();
    private readonly RegistryReport report = new();
    private readonly byte[][] lists = [new byte[LongestList], new byte[LongestList], new byte[LongestList]];
    private bool written;

    /// <summary>A builder for one registry under one key, which it does not own.</summary>
    /// <param name="pseudonymiser">The key.</param>
    /// <param name="filters">What is done to the filters beyond encoding them; nothing by default. Flip from 0 to below 0.5.</param>
    public RegistryBuilder(Pseudonymiser pseudonymiser, FilterTreatment filters = default)
    {
        ArgumentNullException.ThrowIfNull(pseudonymiser);
        if (filters.Flip is not (>= 0 and < 0.5))
            throw new ArgumentOutOfRangeException(nameof(filters), filters.Flip, "the share of bits to flip must be from 0 to below 0.5");
        this.pseudonymiser = pseudonymiser;
        // As the header keeps it.
        this.filters = filters with { Flip = Math.Round(filters.Flip * RegistryFormat.FlipScale) / RegistryFormat.FlipScale };
        tokens = new PersonTokens(pseudonymiser);
        features = new PersonFeatures(pseudonymiser, tokens.FewValues);
    }

    /// <summary>Whether bytes can be somebody's id in a study's files: 1 to 256 of them, UTF-8, no control character.</summary>
    public static bool IsUsableId(ReadOnlySpan<byte> id) => !id.IsEmpty && IsText(id, LongestId);

    /// <summary>Rows taken so far.</summary>
    public int RowCount => store.Count;

    /// <summary>Adds a row. Nothing it holds makes it throw: what is wrong with it is reported by line.</summary>
    public void Add(in ParticipantRow row)
    {
        report.Lines++;
        if (!TakeId(row.ParticipantId, row.Line, out var id))
            return;
        person.Set(row.NhsNumber, row.Surname, row.Forename, row.OtherForenames, row.DateOfBirth, row.Sex, row.Postcode);
        // Ids go into the output tables as they are.
        if (Discloses(id))
        {
            report.Add(RowIssue.IdIsNhsNumber, row.Line);
            person.Clear();
            return;
        }

        tokens.Read(person);
        ref var stored = ref store.Add();
        features.Read(tokens);
        stored = new StoredRow { Tokens = tokens.All, Scored = features.Scored, Line = row.Line, Content = Content(in row) };
        filters.FoldInto(ref stored.Scored.Filter);
        filters.Disturb(tokens.Batch, ref stored.Scored.Filter);

        var consent = ConsentWords.Read(row.Consent);
        if (consent != Consent.Given)
            stored.Tokens.Flags |= RowFlags.Withdrawn;
        if (consent == Consent.Unknown)
            report.Add(RowIssue.UnknownConsent, row.Line);
        ReportFields(row.Line, in stored.Tokens, in stored.Scored);
        store.AddTexts(ref stored, id, List(0, row.GenomeIds, row.Line), List(1, row.QuestionnaireIds, row.Line), List(2, row.SampleIds, row.Line));
        person.Clear();
    }

    /// <summary>
    /// Reports a line that could not be read. If <paramref name="participantId"/> names a participant of other lines, that one counts as withdrawn:
    /// the line may have said so.
    /// </summary>
    public void AddUnreadable(int line, ReadOnlySpan<byte> participantId)
    {
        report.Lines++;
        report.Add(RowIssue.UnreadableLine, line);
        var id = participantId.Trim((byte)' ');
        if (id.IsEmpty || !IsText(id, LongestId))
            return;
        ref var stored = ref store.Add();
        stored = new StoredRow { Line = line, Unreadable = true };
        store.AddTexts(ref stored, id, default, default, default);
    }

    /// <summary>Writes the registry to a stream that can seek, from its current position 0. Once per builder.</summary>
    public RegistryReport Write(Stream destination, DateTimeOffset created)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (!destination.CanSeek || destination.Position != 0)
            throw new ArgumentException("must be able to seek and be at its start", nameof(destination));
        if (written)
            throw new InvalidOperationException("this builder has written its registry");
        written = true;
        using var merged = new RegistryMerge(store, report);
        merged.Write(destination, pseudonymiser, filters, created);
        return report;
    }

    /// <summary>
    /// Writes the registry to a file, readable by its owner only: under a temporary name beside it, synced, renamed over <paramref name="path"/>. On failure
    /// (<see cref="IOException"/>, <see cref="UnauthorizedAccessException"/>) what stood there stands.
    /// </summary>
    public RegistryReport WriteFile(string path, DateTimeOffset created)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            // Written 2 MiB at a time the file lies in large pages in the system's cache, and is mapped so at once (docs/kernels.md).
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 2 << 20 };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(temporary, options))
            {
                Write(file, created);
                file.Flush(flushToDisk: true);
            }

            // A name that is taken is replaced by rename(2): readers see the old registry or the new one.
            if (File.Exists(path))
                File.Replace(temporary, path, destinationBackupFileName: null);
            else
                File.Move(temporary, path);
            DirectorySync.Of(path);
            return report;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Zeroes tokens and identifiers.</summary>
    public void Dispose()
    {
        person.Clear();
        features.Dispose();
        tokens.Dispose();
    }

    private bool TakeId(ReadOnlySpan<byte> value, int line, out ReadOnlySpan<byte> id)
    {
        id = value.Trim((byte)' ');
        if (id.IsEmpty)
            report.Add(RowIssue.MissingParticipantId, line);
        else if (!IsText(id, LongestId))
            report.Add(RowIssue.UnusableParticipantId, line);
        else
            return true;
        return false;
    }

    private void ReportFields(int line, in RegistryRow hashed, in ScoredRow scored)
    {
        report.Add(person, line);
        var links = !hashed.NhsNumber.IsEmpty;
        for (var key = 0; key < ExactKey.Count && !links; key++)
            links = ExactKey.TryHash(key, in hashed, out _);
        for (var key = 0; key < BlockKey.Count && !links; key++)
            links = BlockKey.TryHash(key, 0, in hashed, in scored, out _);
        if (!links)
            report.Add(RowIssue.CannotLink, line);
    }

    /// <summary>The ids of a list, trimmed, without empty and repeated ones, joined by ';'.</summary>
    private ReadOnlySpan<byte> List(int buffer, ReadOnlySpan<byte> value, int line)
    {
        if (value.IsEmpty)
            return default;
        if (!IsText(value, LongestList))
        {
            report.Add(RowIssue.ListUnusable, line);
            return default;
        }

        foreach (var range in value.Split((byte)';'))
        {
            if (Discloses(value[range]))
            {
                report.Add(RowIssue.ListHasNhsNumber, line);
                return default;
            }
        }

        var target = new IdList(lists[buffer]);
        target.AddAll(value);
        return target.Written;
    }

    /// <summary>Whether an id is the NHS number of its own row, however spaced. That another number passes the check proves nothing: one in eleven does.</summary>
    private bool Discloses(ReadOnlySpan<byte> id)
    {
        Span<byte> digits = stackalloc byte[NhsNumber.Length];
        return person.HasNhsNumber && NhsNumber.IsUsable(NhsNumber.Parse(id, digits)) && person.NhsNumber.SequenceEqual(digits);
    }

    private static bool IsText(ReadOnlySpan<byte> value, int longest)
    {
        if (value.Length > longest || !Utf8.IsValid(value))
            return false;
        foreach (var b in value)
        {
            if (b is < 0x20 or 0x7f)
                return false;
        }

        // U+FFFD: the file's reader met bytes that are not UTF-8.
        return value.IndexOf("\uFFFD"u8) < 0;
    }

    // Tells whether two lines are the same; lives in memory only, during the build.
    private static ulong Content(in ParticipantRow row)
    {
        var hash = new XxHash3();
        Span<byte> length = stackalloc byte[4];
        Append(hash, length, row.NhsNumber);
        Append(hash, length, row.Surname);
        Append(hash, length, row.Forename);
        Append(hash, length, row.OtherForenames);
        Append(hash, length, row.DateOfBirth);
        Append(hash, length, row.Sex);
        Append(hash, length, row.Postcode);
        Append(hash, length, row.GenomeIds);
        Append(hash, length, row.QuestionnaireIds);
        Append(hash, length, row.SampleIds);
        Append(hash, length, row.Consent);
        return hash.GetCurrentHashAsUInt64();
    }

    private static void Append(XxHash3 hash, Span<byte> length, ReadOnlySpan<byte> field)
    {
        BinaryPrimitives.WriteInt32LittleEndian(length, field.Length);
        hash.Append(length);
        hash.Append(field);
    }
}
