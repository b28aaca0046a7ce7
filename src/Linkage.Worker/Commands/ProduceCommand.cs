using System.CommandLine;
using System.Globalization;
using Linkage.Kafka;
using Linkage.Worker.Configuration;
using Linkage.Worker.Ingestion;

namespace Linkage.Worker.Commands;

/// <summary><c>linkage produce</c>: the batches of a file drop to Kafka.</summary>
internal static class ProduceCommand
{
    public static Command Create()
    {
        var from = new Option<string>("--from") { HelpName = "DIR", Description = "Folder of Avro container files (*.avro).", Required = true };
        var brokers = new Option<string>("--brokers") { HelpName = "HOST:PORT,…", Description = "Bootstrap servers.", Required = true };
        var topic = new Option<string>("--topic") { HelpName = "TOPIC", Description = "Topic.", Required = true };
        var config = new Option<string>("--config") { HelpName = "FILE", Description = "Configuration file; its Linkage:Kafka settings (TLS, SASL) are used." };
        var sets = new Option<string[]>("--set") { HelpName = "KEY=VALUE", Description = "KEY=VALUE, a Kafka setting; repeatable." };
        var command = new Command("produce", "Send the batches of a file drop to Kafka, a practice's batches in order.") { from, brokers, topic, config, sets };
        command.SetAction((parsed, cancellation) =>
        {
            try
            {
                var settings = new SettingsReader(SettingsSources.Read(parsed.GetValue(config), parsed.GetValue(sets) ?? [], []));
                var options = BrokerCommand.Options(parsed.GetRequiredValue(brokers), parsed.GetRequiredValue(topic)) with { Settings = settings.Below("Kafka:") };
                var sent = BatchProducer.Send(parsed.GetRequiredValue(from), options, balance: false, progress: null, cancellation);
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"produced {sent.Batches} batches, {sent.Bytes} bytes to {options.Topic}"));
                return Task.FromResult(ExitCode.Done);
            }
            catch (Exception e) when (ExitCodeOf(e) is { } code)
            {
                Console.Error.WriteLine($"linkage: {e.Message}");
                return Task.FromResult(code);
            }
        });
        return command;
    }

    /// <summary>Exit code of a failure a user can cause while reading a file drop and sending it; null for a defect of ours.</summary>
    public static int? ExitCodeOf(Exception error) => error switch
    {
        SettingsException or InvalidDataException or DirectoryNotFoundException or FileNotFoundException or UnauthorizedAccessException => ExitCode.BadInput,
        _ => WorkerRun.ExitCodeOf(error),
    };
}
