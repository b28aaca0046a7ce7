using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Linkage.Worker.Synth;

namespace Linkage.Worker.Commands;

/// <summary><c>linkage synth</c>: writes a synthetic feed and says what it wrote. Exit codes: 0 done, 2 bad options or directory, 5 output could not be written.</summary>
public static class SynthCommand
{
    /// <summary>The command line.</summary>
    public static Command Create()
    {
        var to = new Option<string>("--out") { HelpName = "DIR", Description = "Folder to write participants.csv, batches/ and truth.csv to; empty, or an earlier synth output.", Required = true };
        var participants = new Option<int>("--participants") { HelpName = "N", Description = "Participants of the study.", Required = true };
        var records = new Option<long>("--records") { HelpName = "N", Description = "Records of all kinds together.", Required = true };
        var outside = new Option<double?>("--outside") { HelpName = "SHARE", Description = "Share of the patients who are not participants (0.3)." };
        var dirt = new Option<double?>("--dirt") { HelpName = "SHARE", Description = "Share of the patients whose identifiers are dirty (0.02)." };
        var batchRecords = new Option<int?>("--batch-records") { HelpName = "N", Description = "Records a batch (1000)." };
        var seed = new Option<long?>("--seed") { HelpName = "N", Description = "Same seed, same bytes (1)." };
        var command = new Command("synth", "Make synthetic GP records with every kind of dirt, and the truth about them.") { to, participants, records, outside, dirt, batchRecords, seed };
        command.SetAction((parsed, cancellation) =>
        {
            var options = new SynthOptions { Participants = parsed.GetRequiredValue(participants), Records = parsed.GetRequiredValue(records) };
            options = options with
            {
                Outside = parsed.GetValue(outside) ?? options.Outside,
                Dirt = parsed.GetValue(dirt) ?? options.Dirt,
                BatchRecords = parsed.GetValue(batchRecords) ?? options.BatchRecords,
                Seed = parsed.GetValue(seed) ?? options.Seed,
            };
            return Task.FromResult(Run(options, parsed.GetRequiredValue(to), Console.Out, Console.Error, cancellation));
        });
        return command;
    }

    /// <summary>Runs the command.</summary>
    public static int Run(SynthOptions options, string directory, TextWriter stdout, TextWriter stderr, CancellationToken cancellation = default)
    {
        if ((options.Problem() ?? SyntheticFeed.ProblemOf(directory)) is { } problem)
        {
            stderr.WriteLine("linkage: " + problem);
            return ExitCode.BadInput;
        }

        var watch = Stopwatch.StartNew();
        SyntheticFeedSummary summary;
        try
        {
            summary = SyntheticFeed.Write(options, directory, progress: null, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            stderr.WriteLine("linkage: " + exception.Message);
            return ExitCode.Output;
        }

        var seconds = watch.Elapsed.TotalSeconds;
        stdout.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Records:#,0} records of {summary.Patients:#,0} patients in {summary.Batches:#,0} batches ({summary.Bytes / 1e6:#,0.0} MB, {summary.Containers} files), {summary.ParticipantRows:#,0} participant rows, into {directory}"));
        stdout.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s, {summary.Records / seconds:#,0} records/s"));
        return ExitCode.Done;
    }
}
