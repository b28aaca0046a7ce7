using System.Globalization;
using Linkage.Kafka;

namespace Linkage.Worker.Commands;

/// <summary>The embedded broker as a process of its own, with the batches of a feed in its topic. Disposing ends it.</summary>
internal sealed class LoadedBroker : IDisposable
{
    private const string Ready = "bootstrap ";
    private const int UsualPartitions = 8;
    private readonly ChildProgram _program;

    private LoadedBroker(ChildProgram program, int partitions)
    {
        _program = program;
        Partitions = partitions;
    }

    /// <summary>host:port; null when the broker ended before it was ready, and has said why on standard error.</summary>
    public string? Bootstrap { get; private set; }

    /// <summary>Process id.</summary>
    public int ProcessId => _program.Id;

    /// <summary>Partitions of the topic.</summary>
    public int Partitions { get; }

    /// <summary>Partitions that hold all batches of a folder on the embedded broker: eight, or more where they need more.</summary>
    public static int PartitionsFor(string batches, CancellationToken stop) => Math.Max(UsualPartitions, LoadPlan.Scan(batches, stop).PartitionsNeeded ?? UsualPartitions);

    /// <summary>Starts a broker and waits until everything is loaded.</summary>
    /// <param name="directory">Its working folder.</param>
    /// <param name="topic">Topic.</param>
    /// <param name="partitions">Partitions.</param>
    /// <param name="batches">Folder of the batches.</param>
    /// <param name="stop">Stops the waiting, and the broker.</param>
    public static async Task<LoadedBroker> StartAsync(string directory, string topic, int partitions, string batches, CancellationToken stop)
    {
        var broker = new LoadedBroker(
            ChildProgram.Start(directory, piped: true, "broker", "--topic", string.Create(CultureInfo.InvariantCulture, $"{topic}:{partitions}"), "--load", batches, "--until-eof"),
            partitions);
        try
        {
            while (broker.Bootstrap is null && await broker._program.Output.ReadLineAsync(stop).ConfigureAwait(false) is { } line)
            {
                broker.Bootstrap = line.StartsWith(Ready, StringComparison.Ordinal) ? line[Ready.Length..] : null;
            }

            return broker;
        }
        catch
        {
            broker.Dispose();
            throw;
        }
    }

    /// <summary>Exit code of a broker that ended before it was ready.</summary>
    public async Task<int> FailureAsync(CancellationToken stop) => await _program.WaitAsync(stop).ConfigureAwait(false) is var ended and not ExitCode.Done ? ended : ExitCode.Failed;

    /// <inheritdoc/>
    public void Dispose() => _program.Dispose();
}
