using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Linkage.Kernels;
using Linkage.Worker.Benchmarking;
using Linkage.Worker.Reports;
using Linkage.Worker.Synth;
using Linkage.Worker.Tests.EndToEnd;
using Linkage.Worker.Tests.Synth;

namespace Linkage.Worker.Tests.Benchmarking;

/// <summary><c>linkage bench</c> as a process, in a folder of its own that is also the one for temporary files.</summary>
public sealed class BenchCommandTests : IDisposable
{
    private const int Records = 8_000;
    private static readonly string[] Stages = ["decode", "hash", "link", "columns", "encode", "commit", "other", "all"];
    private static readonly string[] Small = ["bench", "--participants", "300", "--records", "8000", "--dirt", "0.2", "--batch-records", "200", "--seed", "77"];
    private readonly string _folder = Directory.CreateTempSubdirectory("linkage-bench-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Counts_are_exact_figures_add_up_and_nothing_is_left_but_the_figures()
    {
        var ended = Run([.. Small, "--runs", "3", "--lanes", "2", "--json", "figures.json"]).Expect(0);
        Assert.Equal([".json"], Left().Select(static name => Path.GetExtension(name)));
        Assert.Empty(ended.ErrorLines);
        var feed = SyntheticFeed.InMemory(new SynthOptions { Participants = 300, Records = Records, Dirt = 0.2, BatchRecords = 200, Seed = 77 });
        var report = Read("figures.json");
        Assert.Equal((Records, TruthRow.Read(feed.Truth).Count, feed.Batches.Count, feed.Batches.Sum(static b => (long)b.Length)), (report.Records, report.Patients, report.Batches, report.Bytes));
        Assert.Equal((300, 2, 3, Environment.ProcessorCount), (report.Participants, report.Lanes, report.Runs, report.Processors));
        Assert.Equal(RunReporting.Version, report.LinkageVersion);
        Assert.Equal(KernelDispatch.Chosen.Keys.Order(StringComparer.Ordinal), report.KernelPaths.Keys.Order(StringComparer.Ordinal));
        Assert.True(report.RegistryRows >= 300 && report.RegistryBytes > 0 && report.PeakMemoryBytes > report.Bytes);
        Assert.Equal(["memory", "broker"], report.Sources.Keys);
        foreach (var source in report.Sources.Values)
        {
            Assert.Equal(Records, source.Fate.In);
            Assert.Equal(source.Fate.In, source.Fate.Out + source.Fate.Kept + source.Fate.Dropped + source.Fate.Rejected);
            Assert.True(source.Fate is { Out: > 0, Dropped: > 0, Rejected: > 0, Kept: 0 }, source.Fate.ToString());
            Assert.Equal(Stages, source.Stages.Keys);
            Assert.All(source.Stages.Values.Select(static s => s.CpuSeconds).Append(source.Seconds).Append(source.RecordsPerSecond).Append(source.RecordsPerSecondACore).Append(source.AllocatedBytesARecord), static s => Assert.True(s.Least >= 0 && s.Least <= s.Median && s.Median <= s.Most, s.ToString()));
            Assert.Equal(source.CpuSeconds, source.Stages["all"].CpuSeconds);
            Assert.Equal((1.0, Records / source.CpuSeconds.Median), (source.Stages["all"].Share, source.Stages["all"].RecordsPerSecondACore));
            Assert.Equal((Records / source.Seconds.Most, Records / source.Seconds.Least), (source.RecordsPerSecond.Least, source.RecordsPerSecond.Most));
        }

        // Where they come from changes nothing of what they are.
        Assert.Equal(report.Sources["memory"].Fate, report.Sources["broker"].Fate);
        Assert.All(Stages, stage => Assert.Matches($@"(?m)^ +{stage} +[\d.,]+ ", ended.Output));
        Assert.Matches(@"(?m)^ +memory +[\d.,]+ ", ended.Output);
    }

    [Fact]
    public void A_folder_is_used_again_with_the_same_settings_made_anew_with_others_and_what_a_run_says_of_it_is_the_same()
    {
        string[] bench = [.. Small, "--runs", "1", "--from", "memory", "--work", "work", "--json", "figures.json"];
        var first = Run(bench).Expect(0);
        Assert.DoesNotContain("of an earlier benchmark", first.Output, StringComparison.Ordinal);
        var (one, registry) = (Read("figures.json"), File.ReadAllBytes(Work("participants.registry")));
        var stages = Assert.Single(one.Sources).Value.Stages;
        var known = stages.Where(static s => s.Key is not ("other" or "all")).Sum(static s => s.Value.CpuSeconds.Median);
        Assert.Equal(Math.Max(stages["all"].CpuSeconds.Median, known), known + stages["other"].CpuSeconds.Median, precision: 6);

        Assert.Contains("of an earlier benchmark with the same settings: 300 participants, 8,000 records", Run(bench).Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(registry, File.ReadAllBytes(Work("participants.registry")));
        Assert.Equal(one.Sources["memory"].Fate, Read("figures.json").Sources["memory"].Fate);
        Assert.Equal(["figures.json", "work"], Left());
        Assert.Equal([".linkage-bench", "feed", "keys.json", "participants.registry", "study.json"], Directory.EnumerateFileSystemEntries(Work("")).Select(static p => Path.GetFileName(p)).Order(StringComparer.Ordinal));

        using (var broker = new Broker(3, Work("feed", "batches")))
        {
            LinkageProgram.Run("run", "--until-caught-up", "--brokers", broker.Address, "--topic", Broker.Topic, "--group", "g", "--registry", Work("participants.registry"), "--keys", Work("keys.json"), "--output", Path.Combine(_folder, "tables")).Expect(0);
        }

        var run = Assert.Single(new OutputFolder(Path.Combine(_folder, "tables")).Reports()).Records.Values;
        Assert.Equal(new RecordFate(run.Sum(static r => r.In), run.Sum(static r => r.Out), run.Sum(static r => r.Kept), run.Sum(static r => r.Dropped), run.Sum(static r => r.Rejected)), one.Sources["memory"].Fate);

        // Another seed; then a registry that is none any more.
        bench[Array.IndexOf(bench, "77")] = "78";
        Assert.DoesNotContain("of an earlier benchmark", Run(bench).Expect(0).Output, StringComparison.Ordinal);
        Assert.NotEqual(registry, File.ReadAllBytes(Work("participants.registry")));
        File.WriteAllText(Work("participants.registry"), "of another version");
        Assert.DoesNotContain("of an earlier benchmark", Run(bench).Expect(0).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--from memory, broker or both", "--from", "disk")]
    [InlineData("--runs 0: allowed is 1 to 1,000", "--runs", "0")]
    [InlineData("--lanes 65: allowed is 1 to 64", "--lanes", "65")]
    [InlineData("--records 0: allowed is 1 to 1,000,000,000", "--records", "0")]
    [InlineData("--participants 0: allowed is 1 to 60,000,000", "--participants", "0")]
    [InlineData("--outside 0.95: allowed is 0 to 0.9", "--outside", "0.95")]
    [InlineData("--batch-records 0: allowed is 1 to 1,000,000", "--batch-records", "0")]
    [InlineData("is a file; choose a folder", "--work", "/dev/null")]
    [InlineData("Cannot parse argument 'many'", "--runs", "many")]
    [InlineData("'more'", "more")]
    public void A_bad_option_ends_with_2_and_touches_nothing(string problem, params string[] arguments)
    {
        var ended = Run(["bench", .. arguments]).Expect(2);
        Assert.Equal("", ended.Output);
        Assert.StartsWith("linkage: ", ended.Error, StringComparison.Ordinal);
        Assert.Contains(problem.Replace("--from memory", "--from disk: allowed is memory", StringComparison.Ordinal), ended.Error, StringComparison.Ordinal);
        Assert.Empty(Left());
    }

    [Fact]
    public void A_folder_of_somebody_elses_is_left_alone()
    {
        Directory.CreateDirectory(Work(""));
        File.WriteAllText(Work("thesis.txt"), "years of work");
        var ended = Run([.. Small, "--work", "work"]).Expect(2);
        Assert.Contains("thesis.txt", ended.Error, StringComparison.Ordinal);
        Assert.Equal("years of work", File.ReadAllText(Work("thesis.txt")));
        Assert.Single(Directory.EnumerateFileSystemEntries(Work("")));
    }

    [Fact]
    public void A_file_for_the_figures_that_cannot_be_written_is_said_before_anything_is_measured()
    {
        var ended = Run([.. Small, "--json", "none/figures.json"]).Expect(5);
        Assert.Contains("none/figures.json cannot be written", ended.Error, StringComparison.Ordinal);
        Assert.Equal("", ended.Output);
        Assert.Empty(Left());
    }

    [Fact]
    public void A_signal_ends_it_with_its_code_and_nothing_is_left()
    {
        using var child = LinkageProgram.Start([.. Small, "--runs", "1000", "--json", "figures.json"], _folder, interruptible: true);
        child.Until(() => child.Output.Contains("run 1 of 1000", StringComparison.Ordinal), "the first run");
        child.End(Child.Interrupt).Expect(130);
        Assert.Empty(Left());
    }

    [Fact]
    public void The_document_names_every_field_of_the_figures_and_every_stage()
    {
        var text = Repository.Text("docs", "benchmarks.md");
        var fields = Fields(BenchJson.Default.BenchReport).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(fields.Count > 25, string.Join(' ', fields));
        Assert.All(fields.Concat(Stages), name => Assert.Contains($"`{name}`", text, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Fields(JsonTypeInfo type) => type.ElementType is { } element
        ? Fields(BenchJson.Default.GetTypeInfo(element)!)
        : type.Properties.SelectMany(static p => Fields(BenchJson.Default.GetTypeInfo(p.PropertyType)!).Prepend(p.Name));

    private Ended Run(string[] arguments)
    {
        using var child = LinkageProgram.Start(arguments, _folder);
        return child.WaitForEnd();
    }

    private BenchReport Read(string file) => JsonSerializer.Deserialize(File.ReadAllText(Path.Combine(_folder, file)), BenchJson.Default.BenchReport)!;

    private string Work(params string[] parts) => Path.Combine([_folder, "work", .. parts]);

    // The runtime's own files in the folder for temporary ones are not the program's.
    private string[] Left() => [.. Directory.EnumerateFileSystemEntries(_folder).Select(static p => Path.GetFileName(p)).Where(static n => !n.StartsWith("clr-debug-pipe", StringComparison.Ordinal) && !n.StartsWith("dotnet-diagnostic", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
