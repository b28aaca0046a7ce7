using System.CommandLine;
using System.Globalization;
using Linkage.Worker.Synth;

namespace Linkage.Worker.Commands;

/// <summary><c>linkage demo</c>: the whole job on made-up data, with nothing set up before.</summary>
internal static class DemoCommand
{
    private const int LeastPartitions = 1, MostPartitions = 1_000;

    public static Command Create()
    {
        var records = new Option<long>("--records") { HelpName = "N", Description = "Records to make and ingest.", DefaultValueFactory = static _ => 1_000_000 };
        var participants = new Option<int>("--participants") { HelpName = "N", Description = "Participants of the study.", DefaultValueFactory = static _ => 20_000 };
        var outside = new Option<double>("--outside") { HelpName = "SHARE", Description = "Share of the patients who are not participants.", DefaultValueFactory = static _ => 0.3 };
        var dirt = new Option<double>("--dirt") { HelpName = "SHARE", Description = "Share of the patients whose identifiers are dirty.", DefaultValueFactory = static _ => 0.02 };
        var seed = new Option<long>("--seed") { HelpName = "N", Description = "Same seed, same data.", DefaultValueFactory = static _ => 1 };
        var partitions = new Option<int?>("--partitions") { HelpName = "N", Description = "Partitions of the topic; by default 8, or as many as the embedded broker needs to hold all of it." };
        var directory = new Option<string>("--out") { HelpName = "DIR", Description = "Folder to work in. A rerun replaces what an earlier demonstration wrote there.", DefaultValueFactory = static _ => Path.Combine("artifacts", "demo") };
        var command = new Command("demo", "Show the whole job on made-up data: synth, keys, registry, embedded broker, bounded run, and where to look next.") { records, participants, outside, dirt, seed, partitions, directory };
        command.SetAction((parsed, cancellation) =>
        {
            var synth = new SynthOptions
            {
                Participants = parsed.GetValue(participants),
                Records = parsed.GetValue(records),
                Outside = parsed.GetValue(outside),
                Dirt = parsed.GetValue(dirt),
                Seed = parsed.GetValue(seed),
            };
            return RunAsync(synth, parsed.GetValue(partitions), parsed.GetRequiredValue(directory), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(SynthOptions synth, int? partitions, string directory, CancellationToken cancellation)
    {
        var problem = synth.Problem() ?? (partitions is < LeastPartitions or > MostPartitions
            ? string.Create(CultureInfo.InvariantCulture, $"--partitions {partitions}: allowed is {LeastPartitions} to {MostPartitions}")
            : null);
        if (problem is not null)
        {
            await Console.Error.WriteLineAsync($"linkage: {problem}").ConfigureAwait(false);
            return ExitCode.BadInput;
        }

        DemoFolder folder;
        try
        {
            folder = DemoFolder.Take(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"linkage: {e.Message}").ConfigureAwait(false);
            return ExitCode.BadInput;
        }

        using (folder)
        using (var signals = new StopSignals())
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
        {
            _ = signals.Stopped.ContinueWith(_ => stop.Cancel(), stop.Token, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            try
            {
                return await new Demonstration(synth, partitions, folder, Console.Out, Console.Error).RunAsync(stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (signals.Received is not null)
            {
                return signals.Received.Value;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync($"linkage: {e.Message}").ConfigureAwait(false);
                return ExitCode.Output;
            }
        }
    }
}
