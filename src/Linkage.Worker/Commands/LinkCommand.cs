using System.CommandLine;
using Linkage.Worker.Display;
using Linkage.Worker.Linking;

namespace Linkage.Worker.Commands;

/// <summary>
/// <c>linkage link</c>: links two files with the linker of <c>linkage run</c>, without Kafka. Exit codes: 0 done, 2 an input that cannot be used, 5 the output cannot be
/// written, 130 and 143 stopped; only with 0 is there an output.
/// </summary>
internal static class LinkCommand
{
    public static Command Create()
    {
        var participants = new Option<string>("--participants") { HelpName = "CSV", Description = "Participants CSV (schemas/participants.csv.md).", Required = true };
        var patients = new Option<string>("--patients") { HelpName = "CSV", Description = "Patients CSV: patient_id and the same identifier columns.", Required = true };
        var keys = new Option<string>("--keys") { HelpName = "FILE", Description = "Key ring file.", Required = true };
        var output = new Option<string>("--out") { HelpName = "CSV", Description = "Where the decisions go, a row a patient; may be left out with --explain." };
        var model = new Option<string>("--model") { HelpName = "FILE", Description = "Match model (the built-in one)." };
        var manyToOne = new Option<bool>("--many-to-one") { Description = "Several patients may be one person; without it those who claim one participant go to review." };
        var explain = new Option<string>("--explain") { HelpName = "ID", Description = "Show how the match weight of this patient_id comes about." };
        var exhaustive = new Option<bool>("--exhaustive") { Description = "Compare each patient with all participants, not only with candidates from blocks; slow." };
        var filters = new FilterOptions();
        var command = new Command("link", "Link a patients file to a participants file, without Kafka.") { participants, patients, keys, output, model, manyToOne, explain, exhaustive, filters.Fold, filters.Noise };
        command.SetAction(parsed =>
        {
            using var signals = new StopSignals();
            var job = new LinkJob
            {
                Participants = parsed.GetRequiredValue(participants),
                Patients = parsed.GetRequiredValue(patients),
                Keys = parsed.GetRequiredValue(keys),
                Output = parsed.GetValue(output),
                Model = parsed.GetValue(model),
                ManyToOne = parsed.GetValue(manyToOne),
                Explain = parsed.GetValue(explain),
                Exhaustive = parsed.GetValue(exhaustive),
                Filters = filters.Of(parsed),
            };
            return job.Run(TimeProvider.System, () => signals.Received, Terminal.Output(), Console.Error);
        });
        return command;
    }
}
