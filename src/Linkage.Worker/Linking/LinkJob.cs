using Linkage.Matching;
using Linkage.Matching.Scoring;
using Linkage.Pseudonyms;
using Linkage.Worker.Commands;
using Spectre.Console;

namespace Linkage.Worker.Linking;

/// <summary>
/// One call of <c>linkage link</c>, from files to exit code. In: participants and patients as CSV, a key ring, a match model. Out: a row a patient, a summary on the
/// console, errors as lines of text.
/// </summary>
internal sealed class LinkJob
{
    /// <summary>Participants CSV.</summary>
    public required string Participants { get; init; }

    /// <summary>Patients CSV.</summary>
    public required string Patients { get; init; }

    /// <summary>Key ring file.</summary>
    public required string Keys { get; init; }

    /// <summary>Output CSV; null only to explain.</summary>
    public string? Output { get; init; }

    /// <summary>Match model file; null for the one that ships.</summary>
    public string? Model { get; init; }

    /// <summary>Each patient by itself: no rivals.</summary>
    public bool ManyToOne { get; init; }

    /// <summary>patient_id to explain.</summary>
    public string? Explain { get; init; }

    /// <summary>No blocks: every participant is a candidate.</summary>
    public bool Exhaustive { get; init; }

    /// <summary>What is done to the registry's filters: to measure what it costs.</summary>
    public FilterTreatment Filters { get; init; }

    /// <summary>Threads that link.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

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
        catch (Exception e) when (e is PeopleCsvException or KeyRingException or MatchModelException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"linkage: {e.Message}");
            return ExitCode.BadInput;
        }
    }

    private (int Code, string? Problem) Run(TimeProvider clock, Func<int?> stopped, IAnsiConsole console)
    {
        if (Output is null && Explain is null)
            return (ExitCode.BadInput, "--out is needed: where the decisions go.");
        if (Output is not null && InputFiles.Overwritten("--out", Output, Participants, Patients, Keys, Model) is { } overwritten)
            return (ExitCode.BadInput, overwritten);
        if (FilterOptions.ProblemOf(Filters) is { } problem)
            return (ExitCode.BadInput, problem);
        using var keys = KeyRing.Load(Keys);
        var model = Model is null ? MatchModel.Default : MatchModel.Load(Model);
        using var patients = new PatientsCsv(Patients);
        // Opened before the work: that is not to end at a folder that is not there.
        using var output = Output is null ? null : new ReplacedFile(Output);

        var started = clock.GetTimestamp();
        using var key = keys.Pseudonymiser(keys.CurrentVersion);
        using var participants = Build(key, clock);
        var registry = participants.Registry;
        var registrySeconds = clock.GetElapsedTime(started).TotalSeconds;

        started = clock.GetTimestamp();
        using var linking = new FileLinking(registry, key, model, new LinkerOptions { Exhaustive = Exhaustive, WeighAll = true }, Threads);
        var writer = new PairsWriter(output, registry);
        using var batch = new OneBatch();
        ILinkedPatients linked = output is null ? new NoPatients() : ManyToOne ? new SinglePatients(writer) : batch;
        var explained = new ExplainedPatient(Explain, linking);
        linking.Run(patients, linked, explained.LookIn, stop: () => stopped() is not null || (output is null && explained.IsFound));
        if (stopped() is { } signal)
            return (signal, "stopped by a signal; nothing was written.");
        if (Explain is not null && !explained.IsFound)
            return (ExitCode.BadInput, $"{Patients} has no line with the patient_id {Explain} that can be used; nothing was written.");

        if (output is not null)
        {
            if (!ManyToOne)
                batch.Write(linking, writer);
            writer.Flush();
            output.Publish();
            LinkSummary.Print(
                new LinkFigures
                {
                    Participants = participants.Report,
                    Patients = patients.Report,
                    Totals = writer.Totals,
                    Scored = linking.Scored,
                    Model = model.Version,
                    RegistrySeconds = registrySeconds,
                    LinkSeconds = clock.GetElapsedTime(started).TotalSeconds,
                    Threads = Threads,
                },
                console);
        }

        if (explained.IsFound)
        {
            var final = output is null || ManyToOne ? explained.Decision : batch.Decisions[explained.Place];
            Waterfall.Print(Explain!, in final, explained.Explanation, registry, model, console);
        }

        if (Output is not null)
            console.Profile.Out.Writer.WriteLine($"links   {Output}");
        return (ExitCode.Done, null);
    }

    private PrivateRegistry Build(Pseudonymiser key, TimeProvider clock)
    {
        using var builder = new RegistryBuilder(key, Filters);
        ParticipantsCsv.Read(Participants, builder);
        return PrivateRegistry.Of(builder, clock);
    }
}
