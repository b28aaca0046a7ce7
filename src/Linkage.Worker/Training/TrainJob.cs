using System.Globalization;
using System.IO.Hashing;
using Linkage.Identity;
using Linkage.Matching;
using Linkage.Matching.Scoring;
using Linkage.Matching.Scoring.Training;
using Linkage.Pseudonyms;
using Linkage.Worker.Commands;
using Linkage.Worker.Linking;
using Spectre.Console;

namespace Linkage.Worker.Training;

/// <summary>
/// One call of <c>linkage train</c>, from files to exit code. In: participants and patients as CSV, a key ring, a model to begin with. Out: a model file, a summary on the
/// console, errors as lines of text. Nothing of it holds an identifier.
/// </summary>
internal sealed class TrainJob
{
    /// <summary>Participants CSV.</summary>
    public required string Participants { get; init; }

    /// <summary>Patients CSV.</summary>
    public required string Patients { get; init; }

    /// <summary>Key ring file.</summary>
    public required string Keys { get; init; }

    /// <summary>Model file to write.</summary>
    public required string Output { get; init; }

    /// <summary>Model file to begin with; null for the one that ships.</summary>
    public string? Base { get; init; }

    /// <summary>Seed of the pairs drawn.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Version of the model; null: made from its numbers.</summary>
    public string? Version { get; init; }

    /// <summary>Runs it. <paramref name="stopped"/>: exit code of the signal received, if any.</summary>
    public int Run(TimeProvider clock, Func<int?> stopped, IAnsiConsole console, TextWriter error)
    {
        try
        {
            var (code, problem) = Run(clock, stopped, console);
            if (problem is not null)
                error.WriteLine($"linkage: {problem}");
            return code;
        }
        catch (OutputFileException e)
        {
            error.WriteLine($"linkage: {e.Message}");
            return ExitCode.Output;
        }
        catch (TrainingException e)
        {
            TrainSummary.Print(e.Sessions, console);
            error.WriteLine($"linkage: {e.Message}");
            return ExitCode.BadInput;
        }
        catch (Exception e) when (e is PeopleCsvException or KeyRingException or MatchModelException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"linkage: {e.Message}");
            return ExitCode.BadInput;
        }
    }

    private (int Code, string? Problem) Run(TimeProvider clock, Func<int?> stopped, IAnsiConsole console)
    {
        if (InputFiles.Overwritten("--out", Output, Participants, Patients, Keys, Base) is { } overwritten)
            return (ExitCode.BadInput, overwritten);
        if (Version is not null && !MatchModel.IsVersion(Version))
            return (ExitCode.BadInput, $"--version {Version} is not 1 to 64 letters (a to z), digits, '.', '-' and '_'.");
        using var keys = KeyRing.Load(Keys);
        var original = Base is null ? MatchModel.Default : MatchModel.Load(Base);
        using var patients = new PatientsCsv(Patients);
        // Opened before the work: that is not to end at a folder that is not there.
        using var output = new ReplacedFile(Output);

        var started = clock.GetTimestamp();
        using var key = keys.Pseudonymiser(keys.CurrentVersion);
        using var participants = Build(key, clock);
        using var pairs = new TrainingPairs(participants.Registry, key, original, Seed);
        if (Compare(patients, pairs, stopped) is { } signal)
            return (signal, "stopped by a signal; nothing was written.");
        var data = pairs.Finish();
        var result = ModelTraining.Estimate(original, Version ?? "trained", Description(original, participants, data), data.Random, data.Sessions);
        var model = Version is null ? result.Model with { Version = NameOf(result.Model) } : result.Model;
        var bytes = Bytes(model);
        output.Write(bytes);
        output.Publish();
        var figures = new TrainFigures
        {
            Base = original,
            Participants = participants.Report,
            Patients = patients.Report,
            Data = data,
            Result = result with { Model = model },
            Seconds = clock.GetElapsedTime(started).TotalSeconds,
        };
        TrainSummary.Print(figures, console);
        console.Profile.Out.Writer.WriteLine($"model   {Output}");
        return (ExitCode.Done, null);
    }

    private PrivateRegistry Build(Pseudonymiser key, TimeProvider clock)
    {
        using var builder = new RegistryBuilder(key);
        ParticipantsCsv.Read(Participants, builder);
        return PrivateRegistry.Of(builder, clock);
    }

    // The exit code of a signal that came first.
    private static int? Compare(PatientsCsv patients, TrainingPairs pairs, Func<int?> stopped)
    {
        using var rows = new PatientRows();
        var person = new PersonIdentity();
        while (patients.Fill(rows))
        {
            for (var patient = 0; patient < rows.Count; patient++)
            {
                rows.Read(patient, person);
                pairs.Add(person);
            }

            rows.Clear();
            person.Clear();
            if (stopped() is { } signal)
                return signal;
        }

        return null;
    }

    private string Description(MatchModel original, PrivateRegistry participants, TrainingData data) => string.Create(
        CultureInfo.InvariantCulture,
        $"Estimated without truth from {participants.Report.Counts.Participants:N0} participants and {data.Patients:N0} patients, beginning with {original.Version}, seed {Seed}.");

    private static string NameOf(MatchModel model) =>
        string.Create(CultureInfo.InvariantCulture, $"trained-{XxHash3.HashToUInt64(Bytes(model)) >> 32:x8}");

    private static byte[] Bytes(MatchModel model)
    {
        using var bytes = new MemoryStream();
        model.Write(bytes);
        return bytes.ToArray();
    }
}
