using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Linkage.Benchmarks.Figures;
using Linkage.Benchmarks.Results;
using Perfolizer.Horology;

namespace Linkage.Benchmarks.Tests;

public sealed class ResultsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("linkage-results-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(0.00123456, "0.00123")]
    [InlineData(0.999, "0.999")]
    [InlineData(1.0, "1.00")]
    [InlineData(47.6543, "47.7")]
    [InlineData(999.4, "999")]
    [InlineData(1_234.5, "1,234")]
    [InlineData(12_345_678.9, "12,345,679")]
    [InlineData(null, "")]
    public void Figures_have_three_digits(double? value, string text) => Assert.Equal(text, FigureColumn.Number(value));

    [Theory]
    [InlineData(0x30000130L, "3.0.19")]
    [InlineData(0x30500040L, "3.5.4")]
    public void A_version_of_OpenSSL_is_read(long number, string text) => Assert.Equal(text, Surroundings.OpenSsl(number));

    [Fact]
    public void What_a_figure_depends_on_is_known_here()
    {
        var rows = Surroundings.Read().ToDictionary(static r => r.What, static r => r.Value, StringComparer.Ordinal);
        Assert.Equal(["processor", "system", ".NET", "Linkage", "kernels", "widest vectors", "OpenSSL", "day"], rows.Keys);
        Assert.All(rows.Values, static v => Assert.NotEmpty(v));
        Assert.Equal(Environment.Version.ToString(), rows[".NET"]);
        Assert.Contains("token_probe ", rows["kernels"], StringComparison.Ordinal);
    }

    /// <summary>BenchmarkDotNet itself, in this process: what it measures is of no interest, how it is written is.</summary>
    [Fact]
    public void A_class_has_a_file_with_stable_names_a_table_for_each_unit_and_ratios_to_the_peer()
    {
        var job = Job.Dry.WithToolchain(InProcessEmitToolchain.Instance).WithIterationCount(2).WithIterationTime(TimeInterval.Millisecond);
        var config = ManualConfig.CreateEmpty().AddLogger(NullLogger.Instance).AddJob(job).AddExporter(new ResultsExporter()).AddDiagnoser(BenchmarkDotNet.Diagnosers.MemoryDiagnoser.Default).WithArtifactsPath(_folder);
        var summary = BenchmarkRunner.Run<Exported>(config);
        Assert.All(summary.Reports, static r => Assert.True(r.Success));

        var path = Assert.Single(Directory.GetFiles(Path.Combine(_folder, "results")));
        Assert.Equal("Exported.md", Path.GetFileName(path));
        var text = File.ReadAllText(path);
        Assert.StartsWith("# Exported\n\n| | |\n|---|---|\n| processor | ", text, StringComparison.Ordinal);
        Assert.Contains("| benchmark | ns/look-up | least ns/look-up | most ns/look-up | million look-ups/s | MB/s | B/look-up | x peer |\n|---|---:|", text, StringComparison.Ordinal);
        Assert.Contains("| benchmark | ns/query | least ns/query | most ns/query | million queries/s | B/query | x peer |\n|---|---:|", text, StringComparison.Ordinal);

        var results = ResultsFile.Read(path);
        Assert.Equal(["Peer[Size=1]", "Ours[Size=1, wide=False]", "Ours[Size=1, wide=True]", "Other[Size=1]", "Peer[Size=2]", "Ours[Size=2, wide=False]", "Ours[Size=2, wide=True]", "Other[Size=2]"], results.Rows.OrderBy(static r => r.Contains("Size=2", StringComparison.Ordinal)).ThenBy(static r => r[0] switch { 'P' => 0, 'O' when r[1] == 'u' => 1, _ => 2 }).ThenBy(static r => r, StringComparer.Ordinal));
        Assert.All(results.Rows, row => Assert.NotEqual("", results.Cell(row, "x peer")!.Value.Text));
        Assert.Equal("1.00", results.Cell("Peer[Size=2]", "x peer")!.Value.Text);
        Assert.Equal(("million look-ups/s", true), (results.Cell("Peer[Size=1]", "million/s")!.Value.Heading, results.Cell("Peer[Size=1]", "MB/s") is not null));
        Assert.Null(results.Cell("Other[Size=1]", "MB/s"));
    }

    [Fact]
    public void The_pipelines_figures_are_taken_over_by_stage()
    {
        const string Spread = """{ "median": 2000000, "least": 1500000, "most": 2500000 }""";
        const string Seconds = """{ "median": 0.5, "least": 0.4, "most": 0.75 }""";
        const string Json =
            $$"""
            { "linkage_version": "0.1.0", "linkage_commit": "0123456789abcdef", "kernel_paths": { "token_probe": "vector128", "keyed_hash": "scalar" }, "participants": 500000, "registry_rows": 664714, "registry_bytes": 250000000, "records": 4000000, "patients": 320000, "batches": 4100, "lanes": 2, "processors": 2, "runs": 5,
              "sources": { "memory": { "records_per_second": {{Spread}}, "records_per_second_a_core": {{Spread}}, "seconds": {{Seconds}}, "cpu_seconds": {{Seconds}}, "allocated_bytes_a_record": {{Seconds}},
                "stages": { "decode": { "cpu_seconds": {{Seconds}}, "share": 0.125, "records_per_second_a_core": 8000000 } } } } }
            """;
        var path = Path.Combine(_folder, "pipeline.md");
        File.WriteAllText(path, PipelineResults.Text(Json, "pipeline", [("processor", "any"), ("Linkage", "another build"), ("kernels", "another choice")]));
        var results = ResultsFile.Read(path);
        Assert.Equal(["memory", "memory.decode"], results.Rows);
        Assert.Equal(("2.00", "1.50", "2.50", "0.500"), (results.Cell("memory", "million records/s a core")!.Value.Text, results.Cell("memory", "least")!.Value.Text, results.Cell("memory", "most")!.Value.Text, results.Cell("memory", "wall s")!.Value.Text));
        Assert.Equal(("12.5%", "8.00"), (results.Cell("memory.decode", "share")!.Value.Text, results.Cell("memory.decode", "million records/s a core")!.Value.Text));
        Assert.Contains("| records | 4,000,000 of 320,000 patients in 4,100 batches |", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Contains("| processor | any |\n| Linkage | 0.1.0 (0123456789) |\n| kernels | token_probe vector128, keyed_hash scalar |\n", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => PipelineResults.Text("{}", "pipeline", []));
        Assert.Throws<InvalidDataException>(() => PipelineResults.Text("[", "pipeline", []));
    }
}

/// <summary>What the exporter is tried on.</summary>
[Unit("look-up", Bytes = 16)]
public class Exported
{
    [BenchmarkDotNet.Attributes.Params(1, 2)]
    public int Size { get; set; }

    [BenchmarkDotNet.Attributes.Benchmark(Baseline = true)]
    public int Peer() => Spin();

    [BenchmarkDotNet.Attributes.Benchmark]
    [BenchmarkDotNet.Attributes.Arguments(true)]
    [BenchmarkDotNet.Attributes.Arguments(false)]
    public int Ours(bool wide) => wide ? Spin() : Spin() + 1;

    [BenchmarkDotNet.Attributes.Benchmark]
    [Unit("query", Plural = "queries")]
    public int Other() => Spin();

    private int Spin()
    {
        var sum = 0;
        for (var i = 0; i < 100_000; i++)
            sum += i ^ Size;
        return sum;
    }
}
