using System.CommandLine;
using System.Globalization;
using Linkage.Kafka;

namespace Linkage.Worker.Commands;

/// <summary><c>linkage broker</c>: the embedded broker as a process.</summary>
internal static class BrokerCommand
{
    public static Command Create()
    {
        var topic = new Option<string>("--topic") { HelpName = "NAME:PARTITIONS", Description = "NAME:PARTITIONS, such as gp-records:8.", Required = true };
        var port = new Option<int>("--port") { HelpName = "N", Description = "Port on 127.0.0.1; any free one by default." };
        var load = new Option<string>("--load") { HelpName = "DIR", Description = "Folder of a file drop (*.avro) to load into the topic first." };
        var untilEof = new Option<bool>("--until-eof") { Description = "End when standard input ends as well: a parent that dies takes the broker with it." };
        var command = new Command("broker", "Run the embedded broker (for demonstrations and tests) until SIGTERM; prints `bootstrap HOST:PORT` when ready.") { topic, port, load, untilEof };
        command.SetAction(async (parsed, cancellation) =>
        {
            var spec = parsed.GetRequiredValue(topic);
            var colon = spec.LastIndexOf(':');
            if (colon <= 0 || !int.TryParse(spec.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var partitions) || partitions is < 1 or > 10_000)
            {
                await Console.Error.WriteLineAsync($"linkage: --topic takes NAME:PARTITIONS with 1 to 10000 partitions, such as gp-records:8; got '{spec}'.").ConfigureAwait(false);
                return ExitCode.BadInput;
            }

            using var signals = new StopSignals();
            try
            {
                using var broker = new EmbeddedBroker(spec[..colon], partitions, parsed.GetValue(port));
                if (parsed.GetValue(load) is { } directory)
                {
                    var sent = BatchProducer.Send(directory, Options(broker.Bootstrap, spec[..colon]), balance: true, progress: null, cancellation);
                    await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"loaded {sent.Batches} batches, {sent.Bytes} bytes")).ConfigureAwait(false);
                }

                await Console.Out.WriteLineAsync($"bootstrap {broker.Bootstrap}").ConfigureAwait(false);
                await Console.Out.FlushAsync(cancellation).ConfigureAwait(false);
                var ended = parsed.GetValue(untilEof) ? Task.WhenAny(signals.Stopped, EndOfInputAsync()) : signals.Stopped;
                await ended.WaitAsync(cancellation).ConfigureAwait(false);
                return signals.Received ?? ExitCode.Done;
            }
            catch (Exception e) when (ProduceCommand.ExitCodeOf(e) is { } code)
            {
                await Console.Error.WriteLineAsync($"linkage: {e.Message}").ConfigureAwait(false);
                return code;
            }
        });
        return command;
    }

    private static async Task EndOfInputAsync()
    {
        var input = Console.OpenStandardInput();
        await using (input.ConfigureAwait(false))
        {
            await input.CopyToAsync(Stream.Null).ConfigureAwait(false);
        }
    }

    /// <summary>Options to produce to a topic; no group is joined.</summary>
    public static KafkaOptions Options(string brokers, string topic) => new() { Brokers = brokers, Topic = topic, Group = "linkage-produce" };
}
