using BenchmarkDotNet.Attributes;
using Linkage.Benchmarks.Allocations;

namespace Linkage.Benchmarks.Tests;

/// <summary>Benchmarks that allocate what their names say.</summary>
[Unit("look-up", Bytes = 16)]
public class MadeUpBenchmarks
{
    private byte[]? _kept;
    private bool _isReady;

    /// <summary>Set-ups and clean-ups so far.</summary>
    public static (int SetUps, int CleanUps) Calls { get; set; }

    [Params(1_000, 1_000_000_000)]
    [ForAllocations(10)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        // What takes gigabytes would fail here.
        Xunit.Assert.Equal(10, Size);
        Calls = (Calls.SetUps + 1, Calls.CleanUps);
        _isReady = true;
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _isReady = false;
        Calls = (Calls.SetUps, Calls.CleanUps + 1);
    }

    [Benchmark(OperationsPerInvoke = 4)]
    public int Nothing() => _isReady ? Size : throw new InvalidOperationException("not set up");

    [Benchmark(OperationsPerInvoke = 8)]
    [Unit("array")]
    public byte[] Arrays() => _kept = new byte[1_000];

    [Benchmark(Baseline = true)]
    [Arguments(100)]
    [Arguments(3_000)]
    public byte[] Argued(int length) => _kept = new byte[length];

    // Boxed where it is called by reflection.
    [Benchmark]
    public (long, long) Pair() => (Size, Size);
}

/// <summary>A benchmark that cannot be measured where it is called.</summary>
public class LateBenchmarks
{
    [Benchmark]
    public async Task<int> Later() => await Task.FromResult(1);
}
