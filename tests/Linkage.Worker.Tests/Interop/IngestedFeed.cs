using System.Collections.Concurrent;
using System.Text.Json;
using Confluent.Kafka;
using Linkage.Batches;
using Linkage.Kafka;
using Linkage.Matching;
using Linkage.Pseudonyms;
using Linkage.Worker.Synth;
using Linkage.Worker.Tests.Synth;

namespace Linkage.Worker.Tests.Interop;

/// <summary>
/// A feed on a broker, with keys and registry, to be ingested once for each way of writing tables: some 40,000 records of 800 participants, dirty, a fifth of
/// the batches as JSON, then batches of unusual content and messages that are no batches.
/// </summary>
public sealed class IngestedFeed : IDisposable
{
    internal const string Topic = "gp-records";
    private const int Partitions = 3;

    private static readonly SynthOptions Options = new() { Participants = 800, Records = 40_000, Dirt = 0.1, BatchRecords = 500, Seed = 20 };

    private readonly string _directory = Directory.CreateTempSubdirectory("linkage-interop-").FullName;
    private readonly List<SentMessage> _sent = [];
    private readonly ConcurrentBag<(ErrorCode Error, long Offset, long Expected)> _delivered = [];
    private readonly List<(SentMessage Message, string Reason, int Position)> _rejectedBatches = [];
    private readonly Dictionary<(string Batch, int Patient), (string ParticipantId, bool MustLink)> _truth = [];
    private readonly Dictionary<string, IngestedTables> _ingested = new(StringComparer.Ordinal);
    private readonly EmbeddedBroker _broker = new(Topic, Partitions);
    private readonly Dictionary<string, ParticipantIds> _participants;

    /// <summary>Makes the feed and sends it.</summary>
    public IngestedFeed()
    {
        var feed = SyntheticFeed.InMemory(Options);
        var rows = CsvRows.Read(feed.Participants);
        _participants = rows.GroupBy(row => row["participant_id"], StringComparer.Ordinal).ToDictionary(
            group => group.Key,
            group => new ParticipantIds(Ids(group, "genome_ids"), Ids(group, "questionnaire_ids"), Ids(group, "sample_ids")),
            StringComparer.Ordinal);
        BuildRegistry(feed.Participants);
        foreach (var row in TruthRow.Read(feed.Truth))
        {
            _truth.Add((row.BatchId, row.Patient), (row.ParticipantId, row.Clean));
        }

        Send(feed.Batches, new UnusualBatches(rows).Make());
    }

    /// <summary>The default: by event year, in several flushes, so that years have several files.</summary>
    internal IngestedTables ByYear => Ingest("event_year", plan => plan with { FlushRows = 6_000 });

    /// <summary>Not partitioned: one file a table, of many row groups.</summary>
    internal IngestedTables InOneFile => Ingest("none", plan => plan with
    {
        Partitioning = new(Tables.PartitionBy.None),
        Parquet = plan.Parquet with { RowGroupRows = 500, PageRows = 100 },
    });

    /// <summary>Seed and options, for messages.</summary>
    internal static string Origin => Options.ToString();

    /// <summary>Who each patient is, and whether they must be linked.</summary>
    internal IReadOnlyDictionary<(string Batch, int Patient), (string ParticipantId, bool MustLink)> Truth => _truth;

    /// <summary>Ingests the topic from its beginning into an output of this name, unless that was done before.</summary>
    internal IngestedTables Ingest(string name, Func<RunPlan, RunPlan> change)
    {
        if (!_ingested.TryGetValue(name, out var tables))
        {
            _ingested.Add(name, tables = IngestedTables.Run(change(new RunPlan
            {
                Kafka = new KafkaOptions { Brokers = _broker.Bootstrap, Topic = Topic, Group = name },
                RegistryPath = Path.Combine(_directory, "registry"),
                KeysPath = Path.Combine(_directory, "keys"),
                OutputDirectory = Path.Combine(_directory, name),
                UntilCaughtUp = true,
                Lanes = 2,
            })));
        }

        return tables;
    }

    /// <summary>What the tables must hold when these patients are linked.</summary>
    internal ExpectedTables Expect(IngestedTables tables, string? partition, Func<DateOnly, int, string, string> partitionOf)
    {
        var expected = new ExpectedTables(Topic, _sent, tables.Links, _participants, partition, partitionOf);
        foreach (var (message, reason, position) in _rejectedBatches)
        {
            expected.AddRejectedBatch(message, reason, position);
        }

        return expected;
    }

    /// <summary>A folder of its own for a test.</summary>
    internal string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(_directory, name)).FullName;

    /// <inheritdoc/>
    public void Dispose()
    {
        _broker.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static string[] Ids(IEnumerable<Dictionary<string, string>> rows, string column) =>
        [.. rows.SelectMany(row => row[column].Split(';', StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal)];

    private void BuildRegistry(byte[] csv)
    {
        var participants = Path.Combine(_directory, "participants.csv");
        File.WriteAllBytes(participants, csv);
        KeyRing.CreateFile(Path.Combine(_directory, "keys"), TimeProvider.System);
        using var keys = KeyRing.Load(Path.Combine(_directory, "keys"));
        using var pseudonymiser = keys.Pseudonymiser(keys.CurrentVersion);
        using var builder = new RegistryBuilder(pseudonymiser);
        ParticipantsCsv.Read(participants, builder);
        Assert.Empty(builder.WriteFile(Path.Combine(_directory, "registry"), DateTimeOffset.UnixEpoch).Issues);
    }

    private void Send(IReadOnlyList<byte[]> batches, IReadOnlyList<UnusualBatch> unusual)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = _broker.Bootstrap, LingerMs = 5 }).Build();
        foreach (var (index, avro) in batches.Index())
        {
            var batch = SentBatch.Decode(avro);
            var json = index % 5 == 0;
            Send(producer, batch.Practice.Sum(letter => letter) % Partitions, json ? Json(avro) : avro, batch, json ? "application/json" : "avro/binary");
        }

        foreach (var (index, special) in unusual.Index())
        {
            var batch = SentBatch.Decode(special.Avro);
            Send(producer, index % Partitions, special.Avro, batch, null);
            foreach (var (patient, truth) in special.Patients.Index())
            {
                _truth.Add((batch.Id, patient), truth);
            }
        }

        byte[] trailing = [.. unusual[0].Avro, 0];
        _rejectedBatches.Add((Send(producer, 0, null, null, null), "tombstone", 0));
        _rejectedBatches.Add((Send(producer, 1, [0xFF, 0x00, 0x7F], null, null), "unknown-framing", 0));
        _rejectedBatches.Add((Send(producer, 2, trailing, null, "avro/binary"), "trailing-bytes", unusual[0].Avro.Length));
        Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(60)));
        Assert.Equal(_sent.Count, _delivered.Count);
        Assert.All(_delivered, delivery => Assert.Equal((ErrorCode.NoError, delivery.Expected), (delivery.Error, delivery.Offset)));
    }

    private SentMessage Send(IProducer<byte[]?, byte[]?> producer, int partition, byte[]? value, SentBatch? batch, string? contentType)
    {
        // A minute apart: the time of a message is seen in rejects, and in batches that do not say when they were made.
        var timestamp = 1_718_000_000_123 + (60_000L * _sent.Count);
        var message = new Message<byte[]?, byte[]?> { Value = value, Headers = [], Timestamp = new Timestamp(timestamp, TimestampType.CreateTime) };
        if (contentType is not null)
        {
            message.Headers.Add("content-type", System.Text.Encoding.ASCII.GetBytes(contentType));
        }

        var offset = _sent.Count(other => other.Partition == partition);
        producer.Produce(new TopicPartition(Topic, partition), message, report => _delivered.Add((report.Error.Code, report.Offset.Value, offset)));
        var sent = new SentMessage(value, batch, partition, offset, timestamp);
        _sent.Add(sent);
        return sent;
    }

    private static byte[] Json(byte[] avro)
    {
        using var raw = RawBatch.Copy(avro, isTombstone: false, BatchFormat.Avro, "topic", 0, 0, DateTime.UnixEpoch);
        Assert.True(new BatchDecoder(new BatchLimits()).Decode(raw, out var batch).Ok);
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            BatchJson.Write(batch, json);
        }

        return bytes.WrittenSpan.ToArray();
    }
}

/// <summary>Tests that share one feed and its ingestions.</summary>
[CollectionDefinition(Name)]
public sealed class InteropTests : ICollectionFixture<IngestedFeed>
{
    internal const string Name = "interop";
}
