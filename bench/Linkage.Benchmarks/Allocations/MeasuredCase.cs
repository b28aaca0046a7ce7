using System.Collections;
using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using BenchmarkDotNet.Running;

namespace Linkage.Benchmarks.Allocations;

/// <summary>One case of a benchmark, run in this process: its set-up, its method once, its clean-up.</summary>
internal sealed class MeasuredCase : IDisposable
{
    private readonly Descriptor _descriptor;
    private readonly object _instance;
    private readonly Action _work;

    /// <summary>Makes the case ready: parameters set, global set-up done.</summary>
    public MeasuredCase(BenchmarkCase benchmark, IReadOnlyDictionary<string, object?> parameters)
    {
        _descriptor = benchmark.Descriptor;
        _instance = Activator.CreateInstance(_descriptor.Type)!;
        foreach (var parameter in benchmark.Parameters.Items.Where(static p => !p.IsArgument))
            Set(parameter.Name, parameters[parameter.Name]);
        Call(_descriptor.GlobalSetupMethod);
        _work = Compile(_descriptor.WorkloadMethod, [.. benchmark.Parameters.Items.Where(static p => p.IsArgument).Select(static p => p.Value)]);
    }

    /// <summary>Every case of a class with the values that its parameters have here, one of each.</summary>
    public static IEnumerable<(string Name, BenchmarkCase Benchmark, IReadOnlyDictionary<string, object?> Parameters)> Of(Type type)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var benchmark in BenchmarkConverter.TypeToBenchmarks(type).BenchmarksCases)
        {
            foreach (var parameters in Values(type, benchmark))
            {
                var name = $"{benchmark.Descriptor.WorkloadMethod.Name}[{string.Join(", ", parameters.Select(static p => string.Create(CultureInfo.InvariantCulture, $"{p.Key}={p.Value}")))}]";
                if (seen.Add(name))
                    yield return (name, benchmark, parameters);
            }
        }
    }

    /// <summary>Name in the budget: of the method, whatever the parameters.</summary>
    public static string BudgetName(BenchmarkCase benchmark) => $"{benchmark.Descriptor.Type.Name}.{benchmark.Descriptor.WorkloadMethod.Name}";

    /// <summary>The method once; returns the bytes it allocated, on all threads.</summary>
    public long Run()
    {
        Call(_descriptor.IterationSetupMethod);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        _work();
        var bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        Call(_descriptor.IterationCleanupMethod);
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose() => Call(_descriptor.GlobalCleanupMethod);

    private static List<Dictionary<string, object?>> Values(Type type, BenchmarkCase benchmark)
    {
        List<Dictionary<string, object?>> all = [new(StringComparer.Ordinal)];
        foreach (var parameter in benchmark.Parameters.Items)
        {
            var small = parameter.IsArgument ? null : Member(type, parameter.Name).GetCustomAttribute<ForAllocationsAttribute>();
            var values = small?.Values ?? [parameter.Value];
            all = [.. all.SelectMany(p => values.Select(v => new Dictionary<string, object?>(p, StringComparer.Ordinal) { [parameter.Name] = v }))];
        }

        return all;
    }

    private static MemberInfo Member(Type type, string name) =>
        type.GetMember(name, MemberTypes.Property | MemberTypes.Field, BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public).Single();

    private void Set(string name, object? value)
    {
        if (Member(_descriptor.Type, name) is PropertyInfo property)
            property.SetValue(_instance, value);
        else
            ((FieldInfo)Member(_descriptor.Type, name)).SetValue(_instance, value);
    }

    // Compiled, for a call by reflection would allocate. What the method returns is dropped without being boxed.
    private Action Compile(MethodInfo method, object?[] arguments)
    {
        if (typeof(Task).IsAssignableFrom(method.ReturnType) || method.ReturnType.GetMethod("GetAwaiter") is not null || (method.ReturnType != typeof(string) && typeof(IEnumerator).IsAssignableFrom(method.ReturnType)))
            throw new NotSupportedException($"{_descriptor.Type.Name}.{method.Name} does its work after it returned; a benchmark here is synchronous.");
        var values = method.GetParameters().Zip(arguments, static (p, a) => (Expression)Expression.Constant(a, p.ParameterType));
        return Expression.Lambda<Action>(Expression.Call(method.IsStatic ? null : Expression.Constant(_instance), method, values)).Compile();
    }

    private void Call(MethodInfo? method)
    {
        if (method?.Invoke(method.IsStatic ? null : _instance, []) is Task task)
            task.GetAwaiter().GetResult();
    }
}
