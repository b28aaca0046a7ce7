using System.CommandLine;
using Linkage.Worker;
using Linkage.Worker.Commands;

// Compose with `new`: each command is one file in Commands/, and says itself what it takes.
var root = new RootCommand("Linkage takes GP record batches from Kafka, links the patients to a study's participants under keyed pseudonyms, and writes partitioned Parquet.")
{
    KeysCommand.Create(),
    RegistryCommand.Create(),
    SynthCommand.Create(),
    BrokerCommand.Create(),
    ProduceCommand.Create(),
    RunCommand.Create(),
    DemoCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine($"linkage: {error.Message}");
    }

    Console.Error.WriteLine($"linkage: see `linkage {string.Join(' ', parsed.CommandResult.Command == root ? [] : new[] { parsed.CommandResult.Command.Name + " " })}--help`.");
    return ExitCode.BadInput;
}

return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }).ConfigureAwait(false);
