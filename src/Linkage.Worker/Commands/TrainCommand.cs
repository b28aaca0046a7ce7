using System.CommandLine;
using Linkage.Worker.Display;
using Linkage.Worker.Training;

namespace Linkage.Worker.Commands;

/// <summary>
/// <c>linkage train</c>: estimates a match model from two files, without truth (docs/match-model.md). Exit codes: 0 done, 2 an input that cannot be used or holds too few pairs
/// of one person, 5 the output cannot be written, 130 and 143 stopped; only with 0 is there an output.
/// </summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var participants = new Option<string>("--participants") { HelpName = "CSV", Description = "Participants CSV (schemas/participants.csv.md).", Required = true };
        var patients = new Option<string>("--patients") { HelpName = "CSV", Description = "Patients CSV: patient_id and the same identifier columns.", Required = true };
        var keys = new Option<string>("--keys") { HelpName = "FILE", Description = "Key ring file.", Required = true };
        var output = new Option<string>("--out") { HelpName = "MODEL", Description = "Model file to write.", Required = true };
        var original = new Option<string>("--base") { HelpName = "MODEL", Description = "Match model to begin with (the built-in one)." };
        var seed = new Option<int>("--seed") { HelpName = "N", Description = "Seed of the pairs drawn: same files, same seed, same model.", DefaultValueFactory = static _ => 1 };
        var version = new Option<string>("--version") { HelpName = "NAME", Description = "Version of the model (trained- and eight digits made from its numbers)." };
        var command = new Command("train", "Estimate a match model from two files, without knowing who is who.") { participants, patients, keys, output, original, seed, version };
        command.SetAction(parsed =>
        {
            using var signals = new StopSignals();
            var job = new TrainJob
            {
                Participants = parsed.GetRequiredValue(participants),
                Patients = parsed.GetRequiredValue(patients),
                Keys = parsed.GetRequiredValue(keys),
                Output = parsed.GetRequiredValue(output),
                Base = parsed.GetValue(original),
                Seed = parsed.GetValue(seed),
                Version = parsed.GetValue(version),
            };
            return job.Run(TimeProvider.System, () => signals.Received, Terminal.Output(), Console.Error);
        });
        return command;
    }
}
