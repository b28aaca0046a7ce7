using System.Diagnostics;
using System.Globalization;
using Linkage.Worker.Synth;

namespace Linkage.Worker.Commands;

/// <summary><c>linkage synth</c>: writes a synthetic feed and says what it wrote. Exit codes: 0 done, 2 bad options or directory, 5 output could not be written.</summary>
public static class SynthCommand
{
    private const int ExitUsage = 2;
    private const int ExitOutput = 5;

    /// <summary>Runs the command.</summary>
    public static int Run(SynthOptions options, string directory, TextWriter stdout, TextWriter stderr, CancellationToken cancellation = default)
    {
        if ((options.Problem() ?? SyntheticFeed.ProblemOf(directory)) is { } problem)
        {
            stderr.WriteLine("synth: " + problem);
            return ExitUsage;
        }

        var watch = Stopwatch.StartNew();
        SyntheticFeedSummary summary;
        try
        {
            summary = SyntheticFeed.Write(options, directory, progress: null, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            stderr.WriteLine("synth: " + exception.Message);
            return ExitOutput;
        }

        var seconds = watch.Elapsed.TotalSeconds;
        stdout.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Records:#,0} records of {summary.Patients:#,0} patients in {summary.Batches:#,0} batches ({summary.Bytes / 1e6:#,0.0} MB, {summary.Containers} files), {summary.ParticipantRows:#,0} participant rows, into {directory}"));
        stdout.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s, {summary.Records / seconds:#,0} records/s"));
        return 0;
    }
}
