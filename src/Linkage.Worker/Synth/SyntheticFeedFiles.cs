using System.Globalization;
using System.Text;
using Linkage.Batches;

namespace Linkage.Worker.Synth;

/// <summary>
/// The directory of a feed: participants.csv, truth.csv, truth-batches.csv, batches/00000.avro and on (in the order of time), and synth.json, which says
/// how it was made and, by <c>complete</c>, whether it is whole.
/// </summary>
internal sealed class SyntheticFeedFiles : IDisposable
{
    private const string Marker = "synth.json";
    private const string BatchDirectory = "batches";
    private const long ContainerBytes = 64 << 20;
    private static readonly string[] Tables = ["participants.csv", "truth.csv", "truth-batches.csv"];

    private readonly string _directory;
    private readonly SynthOptions _options;
    private readonly FileStream _participants, _truth, _truthBatches;
    private FileStream? _container;
    private AvroContainerWriter? _writer;
    private int _containers, _period;
    private long _records, _batches, _bytes, _participantRows, _patients;

    /// <summary>Prepares the directory; <see cref="IOException"/> if it holds anything else.</summary>
    public SyntheticFeedFiles(string directory, SynthOptions options)
    {
        _directory = directory;
        _options = options;
        Prepare();
        WriteMarker(complete: false);
        _participants = Create(Tables[0], ParticipantRows.Header);
        _truth = Create(Tables[1], TruthRows.Header);
        _truthBatches = Create(Tables[2], TruthRows.BatchHeader);
    }

    /// <summary>Appends a part.</summary>
    public void Add(FeedPart part)
    {
        _participants.Write(part.Participants.Span);
        _truth.Write(part.Truth.Span);
        _truthBatches.Write(part.TruthBatches.Span);
        _participantRows += part.Participants.Span.Count((byte)'\n');
        _patients += part.Truth.Span.Count((byte)'\n');
        _records += part.Records;
        _batches += part.Lengths.Count;
        var at = 0;
        foreach (var length in part.Lengths)
        {
            if (_container is null || part.Period != _period || _container.Position >= ContainerBytes)
            {
                NextContainer(part.Period);
            }

            // A container has its schema once, and no framing a datum.
            _writer!.Append(part.Batches.Span.Slice(at + BatchSchema.SingleObjectHeader, length - BatchSchema.SingleObjectHeader));
            at += length;
        }
    }

    /// <summary>Closes all files and marks the feed as whole.</summary>
    public SyntheticFeedSummary Finish()
    {
        Dispose();
        WriteMarker(complete: true);
        return new SyntheticFeedSummary(_records, _batches, _containers, _bytes, _participantRows, _patients);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseContainer();
        _participants.Dispose();
        _truth.Dispose();
        _truthBatches.Dispose();
    }

    /// <summary>Null if a feed may be written into the directory: it is new, empty, or holds a feed and nothing else.</summary>
    public static string? ProblemOf(string directory)
    {
        if (File.Exists(directory))
        {
            return $"{directory} is a file; choose a directory";
        }

        var foreign = Entries(directory).Find(name => name != Marker && name != BatchDirectory && !Tables.Contains(name, StringComparer.Ordinal))
            ?? Entries(Path.Combine(directory, BatchDirectory)).Find(name => !name.EndsWith(".avro", StringComparison.Ordinal));
        if (foreign is null && !File.Exists(Path.Combine(directory, Marker)))
        {
            foreign = Entries(directory).FirstOrDefault();
        }

        return foreign is null ? null : $"{directory} is not empty and not a feed made by synth (found {foreign}); choose a new directory";
    }

    private static List<string> Entries(string directory) =>
        Directory.Exists(directory) ? [.. Directory.EnumerateFileSystemEntries(directory).Select(path => Path.GetFileName(path)!)] : [];

    private void Prepare()
    {
        if (ProblemOf(_directory) is { } problem)
        {
            throw new IOException(problem);
        }

        var batches = Path.Combine(_directory, BatchDirectory);
        Directory.CreateDirectory(batches);
        foreach (var name in Entries(batches))
        {
            File.Delete(Path.Combine(batches, name));
        }

        foreach (var name in Tables)
        {
            File.Delete(Path.Combine(_directory, name));
        }

    }

    private void WriteMarker(bool complete)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {
              "made_by": "linkage synth",
              "participants": {{_options.Participants}},
              "records": {{_options.Records}},
              "sent_records": {{_options.SentRecords ?? _options.Records}},
              "outside": {{_options.Outside}},
              "dirt": {{_options.Dirt}},
              "batch_records": {{_options.BatchRecords}},
              "seed": {{_options.Seed}},
              "complete": {{(complete ? "true" : "false")}}
            }

            """);
        File.WriteAllText(Path.Combine(_directory, Marker), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    private FileStream Create(string name, ReadOnlySpan<byte> header)
    {
        var stream = new FileStream(Path.Combine(_directory, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 16);
        stream.Write(header);
        return stream;
    }

    private void NextContainer(int period)
    {
        CloseContainer();
        _period = period;
        var name = _containers.ToString("00000", CultureInfo.InvariantCulture) + ".avro";
        _container = Create(Path.Combine(BatchDirectory, name), []);
        Span<byte> marker = stackalloc byte[16];
        var random = new SeededRandom(_options.Seed, RandomPurpose.SyncMarker, _containers);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(marker, random.Next());
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(marker[8..], random.Next());
        _writer = new AvroContainerWriter(_container, marker);
        _containers++;
    }

    private void CloseContainer()
    {
        _writer?.Dispose();
        _writer = null;
        if (_container is not null)
        {
            _container.Flush();
            _bytes += _container.Length;
            _container.Dispose();
            _container = null;
        }
    }
}
