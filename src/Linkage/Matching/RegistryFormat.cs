using System.Buffers.Binary;
using System.IO.Hashing;
using Linkage.Kernels;
using Linkage.Matching.Blocking;
using Linkage.Matching.Scoring;
using Linkage.Pseudonyms;

namespace Linkage.Matching;

/// <summary>Parts of a registry file, by their number in the section table.</summary>
internal enum Section
{
    /// <summary><see cref="RegistryRow"/>s in order of participant.</summary>
    Rows,

    /// <summary>Token table: NHS number to the first row that bears it.</summary>
    NhsNumberIndex,

    /// <summary>Token tables: exact keys 1 to 5 to rows.</summary>
    ExactKeyIndex1,
    ExactKeyIndex2,
    ExactKeyIndex3,
    ExactKeyIndex4,
    ExactKeyIndex5,

    /// <summary>participant_id: 64-bit offsets into the bytes, one more than participants; then the bytes. Likewise the lists below, joined by ';'.</summary>
    ParticipantIdOffsets,
    ParticipantIdBytes,
    GenomeIdOffsets,
    GenomeIdBytes,
    QuestionnaireIdOffsets,
    QuestionnaireIdBytes,
    SampleIdOffsets,
    SampleIdBytes,

    /// <summary><see cref="ScoredRow"/>s, one for each of <see cref="Rows"/>.</summary>
    ScoredRows,

    /// <summary><see cref="BlockEntry"/>s.</summary>
    BlockEntries,

    /// <summary>Directories of the block keys, one after the other (<see cref="BlockIndex"/>).</summary>
    BlockDirectory,

    /// <summary>Number of sections of format 2.</summary>
    Count,
}

/// <summary>Where a section lies and what it hashes to.</summary>
/// <param name="Offset">Bytes from the start of the file; a multiple of <see cref="RegistryFormat.Alignment"/>.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Checksum">XXH3-64 of the bytes.</param>
internal readonly record struct SectionEntry(long Offset, long Length, ulong Checksum);

/// <summary>
/// The first 1,024 bytes of a registry file. Byte layout in docs/registry-format.md.
/// </summary>
internal sealed record RegistryHeader
{
    private const int MagicAt = 0, VersionAt = 8, SectionCountAt = 12, KeyVersionAt = 16, FoldAt = 20, FlipAt = 22, FileLengthAt = 24, KeyCheckAt = 32, CreatedAt = 64;
    private const int CountsAt = 72, SectionsAt = 256, ChecksumAt = RegistryFormat.HeaderLength - 8;

    public int FormatVersion { get; init; } = RegistryFormat.Version;
    public int KeyVersion { get; init; }
    public long FileLength { get; init; }
    public byte[] KeyCheck { get; init; } = [];
    public DateTimeOffset Created { get; init; }
    public RegistryCounts Counts { get; init; }
    public FilterTreatment Filters { get; init; }
    public SectionEntry[] Sections { get; init; } = [];

    public void Write(Span<byte> header)
    {
        header.Clear();
        RegistryFormat.Magic.CopyTo(header[MagicAt..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[VersionAt..], FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(header[SectionCountAt..], Sections.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[KeyVersionAt..], KeyVersion);
        header[FoldAt] = (byte)(Filters.Fold ? 1 : 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header[FlipAt..], (ushort)Math.Round(Filters.Flip * RegistryFormat.FlipScale));
        BinaryPrimitives.WriteInt64LittleEndian(header[FileLengthAt..], FileLength);
        KeyCheck.CopyTo(header[KeyCheckAt..]);
        BinaryPrimitives.WriteInt64LittleEndian(header[CreatedAt..], Created.ToUnixTimeMilliseconds());
        var at = CountsAt;
        foreach (var count in Counts.Values())
        {
            BinaryPrimitives.WriteInt64LittleEndian(header[at..], count);
            at += 8;
        }

        for (var i = 0; i < Sections.Length; i++)
        {
            var entry = header[(SectionsAt + (24 * i))..];
            BinaryPrimitives.WriteInt64LittleEndian(entry, Sections[i].Offset);
            BinaryPrimitives.WriteInt64LittleEndian(entry[8..], Sections[i].Length);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[16..], Sections[i].Checksum);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(header[ChecksumAt..], XxHash3.HashToUInt64(header[..ChecksumAt]));
    }

    /// <summary>Reads and checks a header against the file's length; <see cref="RegistryException"/> says what is wrong with the file.</summary>
    public static RegistryHeader Read(ReadOnlySpan<byte> header, long fileLength, string path)
    {
        const string rebuild = "build it again with 'linkage registry build'";
        if (header.Length < RegistryFormat.HeaderLength || !header[MagicAt..].StartsWith(RegistryFormat.Magic))
            throw new RegistryException($"{path} is not a registry file (it does not begin as one); {rebuild}");
        var version = BinaryPrimitives.ReadInt32LittleEndian(header[VersionAt..]);
        if (version != RegistryFormat.Version)
            throw new RegistryException($"{path} has registry format {version}; this program reads format {RegistryFormat.Version}; {rebuild}");
        if (XxHash3.HashToUInt64(header[..ChecksumAt]) != BinaryPrimitives.ReadUInt64LittleEndian(header[ChecksumAt..]))
            throw new RegistryException($"{path} is damaged (header checksum); {rebuild}");
        var stated = BinaryPrimitives.ReadInt64LittleEndian(header[FileLengthAt..]);
        if (stated != fileLength)
            throw new RegistryException($"{path} is damaged ({fileLength} bytes, its header says {stated}); copy it again, or {rebuild}");
        if (BinaryPrimitives.ReadInt32LittleEndian(header[SectionCountAt..]) != (int)Section.Count)
            throw new RegistryException($"{path} is damaged (number of sections); {rebuild}");
        var sections = new SectionEntry[(int)Section.Count];
        for (var i = 0; i < sections.Length; i++)
        {
            var entry = header[(SectionsAt + (24 * i))..];
            sections[i] = new SectionEntry(
                BinaryPrimitives.ReadInt64LittleEndian(entry),
                BinaryPrimitives.ReadInt64LittleEndian(entry[8..]),
                BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]));
        }

        Span<long> counts = stackalloc long[RegistryCounts.Length];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = BinaryPrimitives.ReadInt64LittleEndian(header[(CountsAt + (8 * i))..]);
        var read = new RegistryHeader
        {
            FormatVersion = version,
            KeyVersion = BinaryPrimitives.ReadInt32LittleEndian(header[KeyVersionAt..]),
            FileLength = stated,
            KeyCheck = header.Slice(KeyCheckAt, 32).ToArray(),
            Created = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(header[CreatedAt..]), 0, RegistryFormat.LastTimestamp)),
            Counts = RegistryCounts.From(counts),
            Filters = new FilterTreatment(header[FoldAt] != 0, BinaryPrimitives.ReadUInt16LittleEndian(header[FlipAt..]) / RegistryFormat.FlipScale),
            Sections = sections,
        };
        if (!read.Fits())
            throw new RegistryException($"{path} is damaged (sections do not fit the counts); {rebuild}");
        return read;
    }

    private bool Fits()
    {
        if (Filters.Flip >= 0.5)
            return false;
        if (Counts.Participants is < 0 or > int.MaxValue || Counts.Rows is < 0 or > int.MaxValue || Counts.Rows < Counts.Participants)
            return false;
        for (var i = 0; i < Sections.Length; i++)
        {
            var (offset, length, _) = Sections[i];
            var fits = offset >= RegistryFormat.HeaderLength && offset % RegistryFormat.Alignment == 0 && length >= 0 && offset <= FileLength - length;
            if (!fits || !LengthFits((Section)i, length))
                return false;
        }

        return true;
    }

    private bool LengthFits(Section section, long length) => section switch
    {
        Section.Rows => length == Counts.Rows * RegistryRow.Size,
        >= Section.NhsNumberIndex and <= Section.ExactKeyIndex5 => length % TokenBucket.Size == 0,
        Section.ParticipantIdOffsets or Section.GenomeIdOffsets or Section.QuestionnaireIdOffsets or Section.SampleIdOffsets =>
            length == (Counts.Participants + 1) * sizeof(long),
        Section.ScoredRows => length == Counts.Rows * ScoredRow.Size,
        Section.BlockDirectory => length == BlockIndex.DirectoryLength(Counts.Rows) * sizeof(long),
        Section.BlockEntries => length % BlockEntry.Size == 0,
        _ => true,
    };
}

/// <summary>Constants of the file format.</summary>
internal static class RegistryFormat
{
    /// <summary>Version of the format; other versions are refused.</summary>
    public const int Version = 2;

    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 1024;

    /// <summary>Sections start at multiples of it: a cache line, and what 512-bit vectors like.</summary>
    public const int Alignment = 64;

    /// <summary>
    /// Rows kept of those that share one exact key. More say only that the key is a placeholder (the same made-up person many times): its patients go to
    /// review, and a search stays short.
    /// </summary>
    public const int RowsPerKey = 16;

    /// <summary>Rows kept of one participant; so many former names and postcodes nobody has.</summary>
    public const int RowsPerParticipant = 256;

    /// <summary>Steps of the flip probability of filters in the header.</summary>
    public const double FlipScale = 65536;

    /// <summary>9999-12-31T23:59:59.999Z in milliseconds since 1970.</summary>
    public const long LastTimestamp = 253402300799999;

    /// <summary>A name, and bytes that a text-mode transfer would change.</summary>
    public static ReadOnlySpan<byte> Magic => "LKREG\r\n\u001a"u8;
}
