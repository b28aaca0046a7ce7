using System.CommandLine;
using Linkage.Kafka;
using Linkage.Worker.Configuration;
using Linkage.Worker.Display;
using Linkage.Worker.Ingestion;
using Linkage.Worker.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Linkage.Worker.Commands;

/// <summary><c>linkage run</c>: the worker, continuous or bounded.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var untilCaughtUp = new Option<bool>("--until-caught-up") { Description = "Read to the end offsets the topic has now, commit, and stop." };
        var config = new Option<string>("--config") { HelpName = "FILE", Description = "Configuration file (JSON, section Linkage); appsettings.json in the working folder by default." };
        var sets = new Option<string[]>("--set") { HelpName = "KEY=VALUE", Description = "KEY=VALUE, any setting, such as Output:PartitionBy=event_month; repeatable. Secrets are refused here.", AllowMultipleArgumentsPerToken = false };
        (Option<string> Option, string Key)[] flags =
        [
            (new("--brokers") { HelpName = "HOST:PORT,…", Description = "Bootstrap servers, host:port separated by commas." }, "Source:Brokers"),
            (new("--topic") { HelpName = "TOPIC", Description = "Topic." }, "Source:Topic"),
            (new("--group") { HelpName = "GROUP", Description = "Consumer group; workers of one group share the topic." }, "Source:Group"),
            (new("--registry") { HelpName = "FILE", Description = "Registry file (linkage registry build)." }, "Registry:Path"),
            (new("--keys") { HelpName = "FILE", Description = "Key ring file (linkage keys new)." }, "Keys:Path"),
            (new("--output") { HelpName = "DIR", Description = "Output folder." }, "Output:Directory"),
        ];
        var command = new Command("run", "Run the worker: Kafka in, linked and partitioned Parquet out. Exit codes: 0 done, 1 unexpected failure, 2 bad input, 3 too many rejects, 4 Kafka, 5 output, 130 and 143 stopped by a signal after a commit.") { untilCaughtUp, config, sets };
        foreach (var (option, _) in flags)
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, cancellation) =>
        {
            RunPlan plan;
            try
            {
                var settings = SettingsSources.Read(
                    parsed.GetValue(config),
                    parsed.GetValue(sets) ?? [],
                    flags.Select(f => new KeyValuePair<string, string?>(f.Key, parsed.GetValue(f.Option))));
                plan = RunSettings.Resolve(settings, parsed.GetValue(untilCaughtUp));
            }
            catch (SettingsException e)
            {
                await Console.Error.WriteLineAsync($"linkage: {e.Message}").ConfigureAwait(false);
                return ExitCode.BadInput;
            }

            return await RunAsync(plan, cancellation).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>Runs the worker under the host until it ends or a signal stops it.</summary>
    public static async Task<int> RunAsync(RunPlan plan, CancellationToken cancellation)
    {
        _ = Task.Run(KafkaSource.Preload, CancellationToken.None);
        using var signals = new StopSignals();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddOperatorConsole();

        // A last flush under load may take longer than the host's usual patience; what stops it is the operator's SIGKILL, never us.
        builder.Services.Configure<HostOptions>(static o => o.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.Services.AddSingleton(plan);
        var status = new RunStatus();
        builder.Services.AddSingleton(status);
        builder.Services.AddSingleton<IHostLifetime>(signals);
        builder.Services.AddSingleton<HostedRun>();
        builder.Services.AddHostedService(static s => s.GetRequiredService<HostedRun>());
        using var metrics = MetricsExport.Start(plan.Metrics);
        using var host = builder.Build();
        using var display = RunDisplay.For(plan, status);
        signals.Attach(host.Services.GetRequiredService<IHostApplicationLifetime>(), status);
        var service = host.Services.GetRequiredService<HostedRun>();
        await host.RunAsync(cancellation).ConfigureAwait(false);
        display.End();
        var result = service.Result;
        RunSummary.Print(plan, result);
        return result.ExitCode;
    }
}
