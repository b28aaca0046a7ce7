using System.Buffers.Binary;
using System.IO.Hashing;
using Linkage.Pseudonyms;

namespace Linkage.Matching.Links;

/// <summary>First part of a file of the ledger.</summary>
/// <param name="Table">Id of the table whose log the file belongs to.</param>
/// <param name="Version">Version of that log up to which the links are; −1 for a file of findings only, whose version is that of the entry that names it.</param>
/// <param name="Links">Number of links.</param>
/// <param name="Records">Number of records after them.</param>
public readonly record struct LinkFileHeader(Guid Table, long Version, long Links, long Records);

/// <summary>
/// Files of the link ledger (docs/linking.md): a header, links in order of their keys, records, a checksum; little-endian. In: a stream that is written or read from start
/// to end. The header has the key's check value, because links of another key cannot be recognised.
/// </summary>
public static class LinkFile
{
    internal const int HeaderSize = 88;
    internal const int ChecksumSize = sizeof(ulong);
    internal const int BufferSize = 360 * 128;

    internal static ReadOnlySpan<byte> Magic => "LINKS\0\0\u0001"u8;

    /// <summary>Bytes of a file with so many links and records.</summary>
    public static long BytesOf(long links, long records) => HeaderSize + (links * RememberedLink.Size) + (records * LinkRecord.Size) + ChecksumSize;

    /// <summary>Writes a file.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="header">The header.</param>
    /// <param name="key">The key the patients' keys are made with.</param>
    /// <param name="links">Hands over the links, in order of their keys.</param>
    /// <param name="records">The records.</param>
    public static void Write(Stream output, LinkFileHeader header, Pseudonymiser key, Action<Action<RememberedLink>> links, ReadOnlySpan<LinkRecord> records)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(links);
        if (header.Records != records.Length)
            throw new ArgumentException($"The header says {header.Records} records, there are {records.Length}.", nameof(header));
        var hash = new XxHash3();
        var buffer = new byte[BufferSize];
        WriteHeader(buffer, header, key);
        var used = HeaderSize;
        long count = 0;
        links(link =>
        {
            link.Write(Room(RememberedLink.Size));
            count++;
        });
        if (count != header.Links)
            throw new ArgumentException($"The header says {header.Links} links, there were {count}.", nameof(header));
        foreach (ref readonly var record in records)
            record.Write(Room(LinkRecord.Size));
        Flush();
        BinaryPrimitives.WriteUInt64LittleEndian(buffer, hash.GetCurrentHashAsUInt64());
        output.Write(buffer, 0, ChecksumSize);

        Span<byte> Room(int size)
        {
            if (buffer.Length - used < size)
                Flush();
            used += size;
            return buffer.AsSpan(used - size, size);
        }

        void Flush()
        {
            hash.Append(buffer.AsSpan(0, used));
            output.Write(buffer, 0, used);
            used = 0;
        }
    }

    /// <summary>Writes a file of findings, whose version is that of the log entry that will name it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="table">Id of the table whose log that is.</param>
    /// <param name="key">The key the patients' keys are made with.</param>
    /// <param name="findings">The findings.</param>
    public static void Write(Stream output, Guid table, Pseudonymiser key, LinkFindings findings)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(findings);
        var hash = new XxHash3();
        Span<byte> header = stackalloc byte[HeaderSize];
        WriteHeader(header, new LinkFileHeader(table, -1, 0, findings.Count), key);
        Put(header);
        foreach (var chunk in findings.Chunks)
            Put(chunk);
        Span<byte> checksum = stackalloc byte[ChecksumSize];
        BinaryPrimitives.WriteUInt64LittleEndian(checksum, hash.GetCurrentHashAsUInt64());
        output.Write(checksum);

        void Put(ReadOnlySpan<byte> bytes)
        {
            hash.Append(bytes);
            output.Write(bytes);
        }
    }

    private static void WriteHeader(Span<byte> bytes, LinkFileHeader header, Pseudonymiser key)
    {
        bytes[..HeaderSize].Clear();
        Magic.CopyTo(bytes);
        header.Table.TryWriteBytes(bytes[8..]);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], header.Version);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], header.Links);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[40..], header.Records);
        // Byte 48 to 79: whatever the key version, another key has another check value.
        key.KeyCheck.CopyTo(bytes[48..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[80..], key.KeyVersion);
    }
}

/// <summary>Reads a file of the link ledger from start to end: header, all links, all records, checksum. Memory does not grow with the file.</summary>
public sealed class LinkFileReader
{
    private readonly XxHash3 _hash = new();
    private readonly byte[] _buffer = new byte[LinkFile.BufferSize];
    private readonly byte[] _keyCheck = new byte[Pseudonymiser.KeyCheckSize];
    private readonly Stream _input;
    private readonly string _name;
    private int _at;
    private int _end;
    private long _links;
    private long _records;

    /// <summary>Reads the header.</summary>
    /// <param name="input">The file, at its start.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidDataException">It is not a file of a ledger, or was cut off.</exception>
    public LinkFileReader(Stream input, long length, string name)
    {
        ArgumentNullException.ThrowIfNull(input);
        _input = input;
        _name = name;
        var bytes = Take(LinkFile.HeaderSize);
        if (!bytes.StartsWith(LinkFile.Magic))
            throw Damaged("it does not begin as one");
        Header = new LinkFileHeader(new Guid(bytes[8..24]), BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]));
        bytes[48..80].CopyTo(_keyCheck);
        var room = length - LinkFile.HeaderSize - LinkFile.ChecksumSize;
        if (Header.Links < 0 || Header.Records < 0 || Header.Links > room / RememberedLink.Size || Header.Records > room / LinkRecord.Size
            || (Header.Links * RememberedLink.Size) + (Header.Records * LinkRecord.Size) != room)
        {
            throw Damaged("its length is not what its header says");
        }

        (_links, _records) = (Header.Links, Header.Records);
    }

    /// <summary>The header.</summary>
    public LinkFileHeader Header { get; }

    /// <summary>Whether the patients' keys are of this key.</summary>
    public bool IsOf(Pseudonymiser key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.KeyCheckEquals(_keyCheck);
    }

    /// <summary>The next link, in order of keys; false after the last.</summary>
    public bool TryReadLink(out RememberedLink link)
    {
        link = default;
        if (_links == 0)
            return false;
        _links--;
        link = RememberedLink.Read(Take(RememberedLink.Size));
        return true;
    }

    /// <summary>The next record, links left out or not; false after the last, when the checksum has been found right.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public bool TryReadRecord(out LinkRecord record)
    {
        while (TryReadLink(out _))
        {
            // The checksum is over all.
        }

        record = default;
        if (_records > 0)
        {
            _records--;
            record = LinkRecord.Read(Take(LinkRecord.Size));
            return true;
        }

        if (_records == 0)
        {
            _records = -1;
            var expected = _hash.GetCurrentHashAsUInt64();
            if (BinaryPrimitives.ReadUInt64LittleEndian(Take(LinkFile.ChecksumSize)) != expected)
                throw Damaged("its checksum is wrong");
        }

        return false;
    }


    private ReadOnlySpan<byte> Take(int size)
    {
        if (_end - _at < size)
        {
            _buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
            _end -= _at;
            _at = 0;
            _end += _input.ReadAtLeast(_buffer.AsSpan(_end), size - _end, throwOnEndOfStream: false);
            if (_end < size)
                throw Damaged("it was cut off");
        }

        _at += size;
        var taken = _buffer.AsSpan(_at - size, size);
        _hash.Append(taken);
        return taken;
    }

    private InvalidDataException Damaged(string how) => new($"'{_name}' is no file of the link ledger: {how}. Restore it from a copy; or remove the folder it is in: then the links of before are not remembered.");
}
