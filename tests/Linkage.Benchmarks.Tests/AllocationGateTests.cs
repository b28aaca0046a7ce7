using System.Globalization;
using Linkage.Benchmarks.Allocations;
using Linkage.Benchmarks.Results;

namespace Linkage.Benchmarks.Tests;

/// <summary>What other tests allocate meanwhile would count.</summary>
[CollectionDefinition(nameof(AloneTests), DisableParallelization = true)]
public sealed class AloneTests;

[Collection(nameof(AloneTests))]
public sealed class AllocationGateTests : IDisposable
{
    private static readonly Dictionary<string, double> Right = new(StringComparer.Ordinal)
    {
        ["MadeUpBenchmarks.Nothing"] = 0,
        ["MadeUpBenchmarks.Arrays"] = 128,
        ["MadeUpBenchmarks.Argued"] = 3_024,
        ["MadeUpBenchmarks.Pair"] = 0,
    };

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void What_keeps_to_its_budget_passes_with_small_parameters_set_up_and_cleaned_up()
    {
        MadeUpBenchmarks.Calls = default;
        var (passes, output) = Run(Right);
        Assert.True(passes, output);
        // 1,000 bytes and an array's header by eight operations.
        Assert.Contains("128 of          128 bytes  MadeUpBenchmarks.Arrays", output, StringComparison.Ordinal);
        Assert.Contains("4 benchmarks keep to their budget, 0 are held to none", output, StringComparison.Ordinal);
        Assert.Equal((5, 5), MadeUpBenchmarks.Calls);
    }

    [Theory]
    [InlineData("MadeUpBenchmarks.Arrays", 127.9, "MadeUpBenchmarks.Arrays[Size=10] allocates 128 bytes an operation, and may 127.9")]
    [InlineData("MadeUpBenchmarks.Argued", 3_023, "MadeUpBenchmarks.Argued[Size=10, length=3000] allocates 3024 bytes an operation, and may 3023")]
    [InlineData("MadeUpBenchmarks.Nothing", -1, "MadeUpBenchmarks.Nothing may allocate -1 bytes: no fewer than 0")]
    [InlineData("MadeUpBenchmarks.Gone", 0, "MadeUpBenchmarks.Gone has an entry, and is no benchmark: remove it")]
    public void What_does_not_is_named(string name, double bytes, string problem)
    {
        var (passes, output) = Run(new Dictionary<string, double>(Right, StringComparer.Ordinal) { [name] = bytes });
        Assert.False(passes);
        Assert.Contains($"wrong: {problem}\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_benchmark_without_an_entry_fails()
    {
        var without = new Dictionary<string, double>(Right, StringComparer.Ordinal);
        without.Remove("MadeUpBenchmarks.Pair");
        var (passes, output) = Run(without);
        Assert.False(passes);
        Assert.Contains("wrong: MadeUpBenchmarks.Pair has no entry: add it to bytes_per_operation (0 for a kernel), or to not_held with the reason\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_held_to_nothing_needs_a_reason_and_is_not_run()
    {
        var without = new Dictionary<string, double>(Right, StringComparer.Ordinal);
        without.Remove("MadeUpBenchmarks.Argued");
        MadeUpBenchmarks.Calls = default;
        var (passes, output) = Run(without, ("MadeUpBenchmarks.Argued", "not ours"));
        Assert.True(passes, output);
        Assert.Equal((3, 3), MadeUpBenchmarks.Calls);
        Assert.Contains("wrong: MadeUpBenchmarks.Argued is held to nothing, without a reason: give it\n", Run(without, ("MadeUpBenchmarks.Argued", " ")).Output, StringComparison.Ordinal);
        Assert.Contains("wrong: MadeUpBenchmarks.Argued is both in bytes_per_operation and in not_held: remove one\n", Run(Right, ("MadeUpBenchmarks.Argued", "not ours")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_benchmark_that_goes_on_after_it_returned_is_refused()
    {
        var budget = new AllocationBudget(new Dictionary<string, double>(StringComparer.Ordinal) { ["LateBenchmarks.Later"] = 0 }, new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.Throws<NotSupportedException>(() => new AllocationGate([typeof(LateBenchmarks)], budget, TextWriter.Null).Run());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{ "bytes_per_operation": {} }""")]
    [InlineData("""{ "bytes_per_operation": { "A.B": "none" }, "not_held": {} }""")]
    [InlineData("""{ "bytes_per_operation": {}, "not_held": {}, "more": 1 }""")]
    public void What_is_no_budget_is_refused(string json)
    {
        File.WriteAllText(_file, json);
        Assert.Contains(_file, Assert.Throws<InvalidDataException>(() => AllocationBudget.Read(_file)).Message, StringComparison.Ordinal);
    }

    /// <summary>The measuring itself is what CI runs (`--allocations`); that every benchmark has an entry is quickly said here too.</summary>
    [Fact]
    public void Every_benchmark_of_this_checkout_has_an_entry()
    {
        var classes = AllocationGate.ClassesOf(typeof(BenchmarkSettings).Assembly);
        Assert.NotEmpty(classes);
        Assert.Empty(AllocationBudget.Read(AllocationBudget.PathIn(Checkout.Root)).Problems([.. classes.SelectMany(MeasuredCase.Of).Select(static c => MeasuredCase.BudgetName(c.Benchmark)).Distinct(StringComparer.Ordinal)]));
    }

    [Fact]
    public void Every_benchmark_of_this_checkout_says_what_one_operation_is() =>
        Assert.All(AllocationGate.ClassesOf(typeof(BenchmarkSettings).Assembly).SelectMany(MeasuredCase.Of), static c => Assert.True(BenchmarkFigures.UnitOf(c.Benchmark).Name != "operation", $"{MeasuredCase.BudgetName(c.Benchmark)} needs a [Unit]"));

    private static (bool Passes, string Output) Run(Dictionary<string, double> budget, params (string Name, string Reason)[] notHeld)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        var passes = new AllocationGate([typeof(MadeUpBenchmarks)], new AllocationBudget(budget, notHeld.ToDictionary(static n => n.Name, static n => n.Reason, StringComparer.Ordinal)), output).Run();
        return (passes, output.ToString().ReplaceLineEndings("\n"));
    }
}
