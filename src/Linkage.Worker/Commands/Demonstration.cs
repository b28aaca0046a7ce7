using System.Diagnostics;
using System.Globalization;
using Linkage.Matching;
using Linkage.Pseudonyms;
using Linkage.Worker.Synth;

namespace Linkage.Worker.Commands;

/// <summary>
/// The steps of <c>linkage demo</c>, one line each with its time. The broker and the worker are processes of their own, so that what the worker reports of its
/// memory and processor time is its own, and its batches come over TCP.
/// </summary>
internal sealed class Demonstration(SynthOptions synth, int? partitions, DemoFolder folder, TextWriter output, TextWriter error)
{
    private const string Topic = "gp-records";
    private const string Group = "linkage-demo";
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>Runs all steps; ends with the exit code of the first that failed.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        MakeFeed(stop);
        MakeKeys();
        if (MakeRegistry() is var code and not ExitCode.Done)
        {
            return code;
        }

        var topicPartitions = partitions ?? LoadedBroker.PartitionsFor(folder.Batches, stop);
        using var broker = await LoadedBroker.StartAsync(folder.Root, Topic, topicPartitions, folder.Batches, stop).ConfigureAwait(false);
        if (broker.Bootstrap is not { } bootstrap)
        {
            return await broker.FailureAsync(stop).ConfigureAwait(false);
        }

        Step("broker", string.Create(CultureInfo.InvariantCulture, $"{bootstrap}, process {broker.ProcessId}, topic {Topic} with {topicPartitions} partitions, batches loaded"));
        using (var worker = ChildProgram.Start(folder.Root, piped: false, [.. Run(bootstrap)]))
        {
            code = await worker.WaitAsync(stop).ConfigureAwait(false);
        }

        if (code != ExitCode.Done)
        {
            return code;
        }

        Step("run", string.Create(CultureInfo.InvariantCulture, $"a process of its own, from start to exit ({Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s for the whole demonstration)"));
        Next();
        return ExitCode.Done;
    }

    private void MakeFeed(CancellationToken stop)
    {
        var summary = SyntheticFeed.Write(synth, folder.Feed, progress: null, stop);
        Step("synth", string.Create(CultureInfo.InvariantCulture, $"{summary.Records:N0} records of {summary.Patients:N0} patient entries in {summary.Batches:N0} batches, {synth.Outside * 100:0.#}% of the people from outside the study"));
    }

    private void MakeKeys()
    {
        KeyRing.CreateFile(folder.Keys, TimeProvider.System);
        Step("keys", "a new key ring with one random key, mode 0600");
    }

    private int MakeRegistry()
    {
        using var said = new StringWriter(CultureInfo.InvariantCulture);
        var code = RegistryCommands.Build(folder.Participants, folder.Keys, folder.Registry, TimeProvider.System, said, error);
        if (code == ExitCode.Done)
        {
            using var registry = Registry.Open(folder.Registry);
            Step("registry", string.Create(CultureInfo.InvariantCulture, $"{registry.ParticipantCount:N0} participants, {registry.FileLength / 1e6:F1} MB of tokens and ids"));
        }

        return code;
    }

    private string[] Run(string bootstrap) =>
        ["run", "--until-caught-up", "--brokers", bootstrap, "--topic", Topic, "--group", Group, "--registry", folder.Registry, "--keys", folder.Keys, "--output", folder.Tables];

    private void Step(string name, string what)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"demo  {_watch.Elapsed.TotalSeconds,6:F2} s  {name,-9} {what}"));
        output.Flush();
        _watch.Restart();
    }

    private void Next()
    {
        string[] program = [.. ChildProgram.CommandLine];
        program[^1] = Short(program[^1]);

        // Not `*` or `**`: these match checkpoints in _delta_log too, once there are any.
        var glob = Path.Combine(folder.Tables, "gp_clinical", "event_year=*", "*.parquet").Replace("'", "''", StringComparison.Ordinal);
        var query = $"SELECT event_year, count(*) AS events, count(DISTINCT participant_id) AS participants FROM read_parquet('{glob}', hive_partitioning=true) GROUP BY ALL ORDER BY ALL";
        output.WriteLine();
        output.WriteLine("Where to look next");
        output.WriteLine($"  tables  {folder.Tables}");
        output.WriteLine($"  query   duckdb -c {ShellWords.DoubleQuote(query)}");
        output.WriteLine($"  runs    {ShellWords.Join([.. program, "runs", "--output", Short(folder.Tables)])}");
        output.WriteLine($"  check   {ShellWords.Join([.. program, "verify", "--output", Short(folder.Tables), "--truth", Short(folder.Truth)])}");
    }

    /// <summary>A path as one would type it here.</summary>
    private static string Short(string path) => Path.GetRelativePath(Directory.GetCurrentDirectory(), path) is var relative && !relative.StartsWith("..", StringComparison.Ordinal) && relative.Contains('/', StringComparison.Ordinal) ? relative : path;
}
