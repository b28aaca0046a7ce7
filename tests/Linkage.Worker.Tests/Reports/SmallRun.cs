using Linkage.Kafka;
using Linkage.Pseudonyms;
using Linkage.Worker.Commands;
using Linkage.Worker.Ingestion;
using Linkage.Worker.Reports;
using Linkage.Worker.Synth;
using Microsoft.Extensions.Logging.Abstractions;

namespace Linkage.Worker.Tests.Reports;

/// <summary>A small feed, run through the worker once for all tests that look at what a run leaves. Copy its output before changing it.</summary>
public sealed class SmallRun : IDisposable
{
    private const string Topic = "gp-records";

    public SmallRun()
    {
        Root = Directory.CreateTempSubdirectory("linkage-small-").FullName;
        var feed = Path.Combine(Root, "feed");
        var keys = Path.Combine(Root, "keys.json");
        var registry = Path.Combine(Root, "registry");
        SyntheticFeed.Write(new SynthOptions { Participants = 150, Records = 6_000, Dirt = 0.3, BatchRecords = 200, Seed = 11 }, feed, progress: null, CancellationToken.None);
        KeyRing.CreateFile(keys, TimeProvider.System);
        Assert.Equal(0, RegistryCommands.Build(Path.Combine(feed, "participants.csv"), keys, registry, TimeProvider.System, TextWriter.Null, TextWriter.Null));
        using var broker = new EmbeddedBroker(Topic, 3);
        BatchProducer.Send(Path.Combine(feed, "batches"), BrokerCommand.Options(broker.Bootstrap, Topic), balance: true, progress: null, CancellationToken.None);
        var plan = new RunPlan
        {
            Kafka = new KafkaOptions { Brokers = broker.Bootstrap, Topic = Topic, Group = "tests" },
            RegistryPath = registry,
            KeysPath = keys,
            OutputDirectory = Output,
            UntilCaughtUp = true,
        };
        var result = WorkerRun.Execute(plan, new RunStatus(), NullLoggerFactory.Instance, CancellationToken.None);
        Assert.Equal((0, null), (result.ExitCode, result.Error));
        Report = result.Report!;
    }

    /// <summary>Folder of everything.</summary>
    public string Root { get; }

    /// <summary>The run's output.</summary>
    public string Output => Path.Combine(Root, "tables");

    /// <summary>The feed's truth.</summary>
    public string Truth => Path.Combine(Root, "feed", "truth.csv");

    /// <summary>The run's report.</summary>
    internal RunReport Report { get; }

    /// <summary>A copy of the output that a test may damage.</summary>
    public string CopyOutput()
    {
        var copy = Path.Combine(Root, Guid.NewGuid().ToString("N"));
        foreach (var file in Directory.EnumerateFiles(Output, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(copy, Path.GetRelativePath(Output, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        return copy;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

[CollectionDefinition(Name)]
public sealed class SmallRunTests : ICollectionFixture<SmallRun>
{
    public const string Name = "a small run";
}
