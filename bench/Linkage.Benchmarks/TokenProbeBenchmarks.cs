using System.Collections.Frozen;
using BenchmarkDotNet.Attributes;
using Linkage.Benchmarks.Allocations;
using Linkage.Kernels;

namespace Linkage.Benchmarks;

/// <summary>
/// Tokens to rows: millions of different tokens in random order, half of them or all of them in the registry, 1,024 a call as the patients of a batch are. Every found token is confirmed in its row. The peer is the
/// platform's <see cref="Dictionary{TKey,TValue}"/>, which has the tokens in itself. Each invocation takes the next million of the tokens, so that no cache keeps what the one before has read.
/// </summary>
[Unit("look-up")]
public class TokenProbeBenchmarks
{
    private const int Invocation = 1 << 20;
    private const int Call = 1024;

    private readonly int[] _found = new int[Call];
    private SimulatedRegistry? _registry;
    private Dictionary<UInt128, int> _dictionary = [];
    private FrozenDictionary<UInt128, int> _frozen = FrozenDictionary<UInt128, int>.Empty;
    private UInt128[] _queries = [];
    private int _next;

    public static IEnumerable<int> Sizes => RegistrySizes.All;

    public static IEnumerable<KernelPath> Paths => new[] { KernelPath.Vector256, KernelPath.Vector128, KernelPath.Scalar }.Where(KernelDispatch.IsSupported);

    /// <summary>Tokens in the registry.</summary>
    [ParamsSource(nameof(Sizes))]
    [ForAllocations(10_000)]
    public int Entries { get; set; }

    /// <summary>Of a hundred tokens that are looked up, how many are in the registry.</summary>
    [Params(50, 100)]
    public int Hits { get; set; }

    [GlobalSetup(Targets = [nameof(Batched), nameof(OneByOne)])]
    public void Setup() => Make(largePages: false);

    [GlobalSetup(Target = nameof(LargePages))]
    public void SetupLargePages() => Make(largePages: true);

    [GlobalSetup(Target = nameof(Dictionary))]
    public void SetupDictionary()
    {
        Make(largePages: false);
        _dictionary = Fill();
        Release();
    }

    [GlobalSetup(Target = nameof(Frozen))]
    public void SetupFrozen()
    {
        Make(largePages: false);
        _frozen = Fill().ToFrozenDictionary();
        Release();
    }

    [GlobalCleanup]
    public void Release()
    {
        _registry?.Release();
        _registry = null;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Invocation)]
    public long Dictionary()
    {
        var sum = 0L;
        foreach (ref readonly var token in Take())
            sum += _dictionary.TryGetValue(token, out var row) ? row : -1;
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Invocation)]
    public long Frozen()
    {
        var sum = 0L;
        foreach (ref readonly var token in Take())
            sum += _frozen.TryGetValue(token, out var row) ? row : -1;
        return sum;
    }

    /// <summary>The reference: each search by itself, tag after tag.</summary>
    [Benchmark(OperationsPerInvoke = Invocation)]
    public long OneByOne()
    {
        var sum = 0L;
        var probe = _registry!.Probe;
        foreach (ref readonly var token in Take())
        {
            var cursor = probe.Start((ulong)token);
            while (probe.Next(KernelPath.Scalar, ref cursor, out var row))
            {
                if (_registry[row] != token)
                    continue;
                sum += row;
                break;
            }
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Invocation)]
    [ArgumentsSource(nameof(Paths))]
    public int Batched(KernelPath path) => Find(path);

    /// <summary>The same on pages of 2 MiB, where the system gives them, as a mapped registry asks for them.</summary>
    [Benchmark(OperationsPerInvoke = Invocation)]
    public int LargePages() => Find(KernelDispatch.TokenProbe);

    private int Find(KernelPath path)
    {
        var tokens = Take();
        for (var at = 0; at < Invocation; at += Call)
            _registry!.Find(path, tokens.Slice(at, Call), _found);
        return _found[^1];
    }

    private ReadOnlySpan<UInt128> Take()
    {
        var tokens = _queries.AsSpan(_next, Invocation);
        _next = (_next + Invocation) % _queries.Length;
        return tokens;
    }

    private void Make(bool largePages)
    {
        _registry = new SimulatedRegistry(Entries, largePages);
        // What sixteen invocations touch at 60 million is several times the largest cache.
        _queries = _registry.Queries((Entries > 1_000_000 ? 16 : 4) * Invocation, Hits);
    }

    private Dictionary<UInt128, int> Fill()
    {
        var dictionary = new Dictionary<UInt128, int>(Entries);
        for (var row = 0; row < Entries; row++)
            dictionary.Add(_registry![row], row);
        return dictionary;
    }
}
