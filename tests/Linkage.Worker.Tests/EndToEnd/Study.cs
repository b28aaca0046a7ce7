using System.Globalization;
using Linkage.Batches;
using Linkage.Worker.Tests.Synth;

namespace Linkage.Worker.Tests.EndToEnd;

/// <summary>A synthetic study in a folder of its own: feed, key ring and registry, all made by the program. Gone when disposed.</summary>
internal sealed class Study : IDisposable
{
    private int _runs;

    /// <summary>Makes a study.</summary>
    public Study(int seed, long records, int participants, double outside = 0.3, double dirt = 0.1, int batchRecords = 250)
    {
        Folder = Directory.CreateTempSubdirectory("linkage-e2e-").FullName;
        try
        {
            Make(seed, records, participants, outside, dirt, batchRecords);
        }
        catch
        {
            Dispose();
            throw;
        }

        Records = records;
    }

    /// <summary>Folder of everything.</summary>
    public string Folder { get; }

    public string Feed => Path.Combine(Folder, "feed");

    public string Drop => Path.Combine(Feed, "batches");

    public string Participants => Path.Combine(Feed, "participants.csv");

    public string Keys => Path.Combine(Folder, "keys");

    public string Registry => Path.Combine(Folder, "registry");

    /// <summary>Records of all kinds in the feed.</summary>
    public long Records { get; }

    /// <summary>A folder that is not there yet.</summary>
    public OutputFolder NewOutput() => new(Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"out-{Interlocked.Increment(ref _runs)}")));

    /// <summary>
    /// Command line of a run. Every run has a group of its own, so that none waits for the session of one that was killed: the logs say where
    /// to resume, not the group.
    /// </summary>
    public string[] RunArguments(Broker broker, OutputFolder output, bool untilCaughtUp, string[] settings, string? group = null) =>
    [
        "run", .. untilCaughtUp ? ["--until-caught-up"] : Array.Empty<string>(),
        "--brokers", broker.Address, "--topic", Broker.Topic, "--group", group ?? "group-" + Guid.NewGuid().ToString("N"),
        "--registry", Registry, "--keys", Keys, "--output", output.Path,
        "--set", "Kafka:session.timeout.ms=3000",
        .. settings.SelectMany(static s => new[] { "--set", s }),
    ];

    /// <summary>A bounded run to its end.</summary>
    public Ended Run(Broker broker, OutputFolder output, params string[] settings) => LinkageProgram.Run(RunArguments(broker, output, untilCaughtUp: true, settings));

    /// <summary>A continuous run.</summary>
    public Child StartContinuous(Broker broker, OutputFolder output, params string[] settings) => LinkageProgram.Start(RunArguments(broker, output, untilCaughtUp: false, settings));

    /// <summary>truth.csv.</summary>
    public List<TruthRow> Truth() => TruthRow.Read(File.ReadAllBytes(Path.Combine(Feed, "truth.csv")));

    /// <summary>truth-batches.csv.</summary>
    public List<Dictionary<string, string>> TruthBatches() => CsvRows.Read(File.ReadAllBytes(Path.Combine(Feed, "truth-batches.csv")));

    /// <summary>The batches of the feed in order, single-object framed.</summary>
    public List<byte[]> Batches()
    {
        var batches = new List<byte[]>();
        foreach (var file in Directory.GetFiles(Drop, "*.avro").Order(StringComparer.Ordinal))
        {
            using var stream = File.OpenRead(file);
            using var reader = new AvroContainerReader(stream, Path.GetFileName(file));
            while (reader.TryRead(out var batch))
            {
                batches.Add(batch.ToArray());
            }
        }

        return batches;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Make(int seed, long records, int participants, double outside, double dirt, int batchRecords)
    {
        LinkageProgram.Run(
            "synth", "--out", Feed, "--participants", Text(participants), "--records", Text(records), "--seed", Text(seed),
            "--outside", outside.ToString(CultureInfo.InvariantCulture), "--dirt", dirt.ToString(CultureInfo.InvariantCulture), "--batch-records", Text(batchRecords)).Expect(0);
        LinkageProgram.Run("keys", "new", "--out", Keys).Expect(0);
        LinkageProgram.Run("registry", "build", "--participants", Participants, "--keys", Keys, "--out", Registry).Expect(0);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A study that tests share: its feed in a broker, and the tables of one undisturbed run to compare with.</summary>
public sealed class SharedStudy : IDisposable
{
    /// <summary>Makes it all.</summary>
    public SharedStudy()
    {
        Study = new Study(seed: 20_260_101, records: 30_000, participants: 600);
        try
        {
            Broker = new Broker(8, Study.Drop);
            Reference = Study.NewOutput();
            ReferenceRun = Study.Run(Broker, Reference).Expect(0);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal Study Study { get; }

    internal Broker Broker { get; } = null!;

    internal OutputFolder Reference { get; } = null!;

    internal Ended ReferenceRun { get; } = null!;

    /// <summary>Next offset of every partition once everything is read.</summary>
    internal SortedDictionary<int, long> Ends() => Reference.Progress("gp_clinical");

    /// <summary>Rows that a run buffers for this feed: what Flush:MaxRows counts.</summary>
    internal long BufferedRows => OutputFolder.Tables.Sum(Reference.RowsByLog);

    /// <inheritdoc/>
    public void Dispose()
    {
        Broker?.Dispose();
        Study.Dispose();
    }
}

/// <summary>Tests that share a study run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class SharedStudyTests : ICollectionFixture<SharedStudy>
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "shared study";
}
