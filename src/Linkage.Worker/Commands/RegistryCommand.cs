using System.CommandLine;

namespace Linkage.Worker.Commands;

/// <summary><c>linkage registry build</c> and <c>linkage registry info</c>.</summary>
internal static class RegistryCommand
{
    public static Command Create()
    {
        var participants = new Option<string>("--participants") { HelpName = "CSV", Description = "Participants CSV (schemas/participants.csv.md).", Required = true };
        var keys = new Option<string>("--keys") { HelpName = "FILE", Description = "Key ring file.", Required = true };
        var output = new Option<string>("--out") { HelpName = "FILE", Description = "Registry file to write.", Required = true };
        var filters = new FilterOptions();
        var build = new Command("build", "Build the registry: keyed tokens and filters, and ids of the participants; no identifier.") { participants, keys, output, filters.Fold, filters.Noise };
        build.SetAction(parsed => RegistryCommands.Build(parsed.GetRequiredValue(participants), parsed.GetRequiredValue(keys), parsed.GetRequiredValue(output), TimeProvider.System, Console.Out, Console.Error, filters.Of(parsed)));

        var file = new Argument<string>("FILE") { Description = "Registry file." };
        var verify = new Option<bool>("--verify") { Description = "Also check every section against its checksum." };
        var info = new Command("info", "Show a registry's header; needs no key.") { file, verify };
        info.SetAction(parsed => RegistryCommands.Info(parsed.GetRequiredValue(file), parsed.GetValue(verify), Console.Out, Console.Error));

        return new Command("registry", "Registries: the index of participants a worker links against.") { build, info };
    }
}
