using System.CommandLine;
using System.CommandLine.Parsing;
using Linkage.Kernels;
using Linkage.Worker;
using Linkage.Worker.Commands;

MemoryPrivacy.Protect();

// Somebody who forces a path measures or tests it: any other path would mislead them, whatever the command.
if (KernelDispatch.Problem is { } problem)
{
    Console.Error.WriteLine($"linkage: {problem}");
    return ExitCode.BadInput;
}

// Compose with `new`: each command is one file in Commands/, and says itself what it takes.
var root = new RootCommand("Linkage takes GP record batches from Kafka, links the patients to a study's participants under keyed pseudonyms, and writes partitioned Parquet.")
{
    KeysCommand.Create(),
    RegistryCommand.Create(),
    SynthCommand.Create(),
    BrokerCommand.Create(),
    ProduceCommand.Create(),
    RunCommand.Create(),
    RunsCommand.Create(),
    LinkCommand.Create(),
    EvaluateCommand.Create(),
    VerifyCommand.Create(),
    CompactCommand.Create(),
    TrainCommand.Create(),
    DemoCommand.Create(),
    BenchCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine($"linkage: {error.Message}");
    }

    var words = new List<string> { "--help" };
    for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Parent: not null } command; at = command.Parent)
    {
        words.Insert(0, command.Command.Name);
    }

    Console.Error.WriteLine($"linkage: see `linkage {string.Join(' ', words)}`.");
    return ExitCode.BadInput;
}

return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }).ConfigureAwait(false);
