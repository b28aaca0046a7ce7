using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Attributes;

namespace Linkage.Benchmarks.Allocations;

/// <summary>
/// Runs every benchmark a few times in this process and holds the bytes it allocates an operation against <see cref="AllocationBudget"/>. No time is looked at: what this finds does not depend on the machine's
/// mood. In: the classes and the budget. Out: a line for each method, and whether all is well.
/// </summary>
internal sealed class AllocationGate(IReadOnlyList<Type> classes, AllocationBudget budget, TextWriter output)
{
    // A collection that ends a thread's allocation context counts the rest of it as allocated, and the runtime's own threads allocate: one reading may be too high, none is too low.
    private const int Readings = 8;

    // Code that has not been optimised may box what optimised code does not: after so many readings over the budget the method is called until it is.
    private const int ReadingsBeforeWarming = 2;
    private const int WarmingCalls = 40;
    private static readonly TimeSpan CompilerPatience = TimeSpan.FromMilliseconds(250);

    /// <summary>All classes of an assembly with benchmarks in them.</summary>
    public static IReadOnlyList<Type> ClassesOf(Assembly assembly) =>
    [
        .. assembly.GetTypes()
            .Where(static t => t is { IsPublic: true, IsAbstract: false, ContainsGenericParameters: false } && t.GetMethods().Any(static m => m.IsDefined(typeof(BenchmarkAttribute))))
            .OrderBy(static t => t.Name, StringComparer.Ordinal),
    ];

    /// <summary>Runs it all.</summary>
    /// <returns>Whether every benchmark has an entry and keeps to it.</returns>
    public bool Run()
    {
        var cases = classes.SelectMany(MeasuredCase.Of).ToList();
        var methods = cases.GroupBy(static c => MeasuredCase.BudgetName(c.Benchmark), StringComparer.Ordinal).ToList();
        var problems = budget.Problems([.. methods.Select(static m => m.Key)]).ToList();
        foreach (var method in methods)
        {
            if (!budget.BytesPerOperation.TryGetValue(method.Key, out var allowed))
                continue;
            var worst = 0.0;
            foreach (var (name, benchmark, parameters) in method)
            {
                using var measured = new MeasuredCase(benchmark, parameters);
                var bytes = Least(measured, benchmark.Descriptor.OperationsPerInvoke, allowed);
                worst = Math.Max(worst, bytes);
                if (bytes > allowed)
                    problems.Add($"{benchmark.Descriptor.Type.Name}.{name} allocates {Text(bytes)} bytes an operation, and may {Text(allowed)}");
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(worst > allowed ? "over" : "ok"),-5} {Text(worst),12} of {Text(allowed),12} bytes  {method.Key}"));
        }

        foreach (var problem in problems)
            output.WriteLine($"wrong: {problem}");
        output.WriteLine(problems.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{methods.Count - budget.NotHeld.Count} benchmarks keep to their budget, {budget.NotHeld.Count} are held to none")
            : string.Create(CultureInfo.InvariantCulture, $"{problems.Count} wrong; the budget is bench/allocation-budget.json, docs/benchmarks.md says how it is meant"));
        return problems.Count == 0;
    }

    // The least of the readings; stops at one that is within the budget.
    private static double Least(MeasuredCase measured, int operations, double allowed)
    {
        var least = double.MaxValue;
        measured.Run();
        for (var reading = 0; reading < Readings && least > allowed; reading++)
        {
            if (reading == ReadingsBeforeWarming)
                Warm(measured);
            least = Math.Min(least, (double)measured.Run() / operations);
        }

        return least;
    }

    private static void Warm(MeasuredCase measured)
    {
        for (var call = 0; call < WarmingCalls; call++)
            measured.Run();
        Thread.Sleep(CompilerPatience);
    }

    private static string Text(double bytes) => bytes.ToString("0.####", CultureInfo.InvariantCulture);
}
