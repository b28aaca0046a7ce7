using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Linkage.Benchmarks.Allocations;

namespace Linkage.Benchmarks;

/// <summary>
/// What memory itself allows: cache lines read in random order, over as many bytes as table and rows of <see cref="TokenProbeBenchmarks"/> have, on pages of 4 KiB. A look-up that finds its row reads two lines, one that finds nothing
/// mostly one.
/// </summary>
[Unit("line")]
public unsafe class MemoryBenchmarks
{
    private const int Invocation = 1 << 20;
    private const int LineBytes = 64;
    private byte* _memory;
    private long _lines;
    private long _at;
    private ulong _state;

    public static IEnumerable<int> Sizes => RegistrySizes.All;

    /// <summary>Tokens in the registry that is as large.</summary>
    [ParamsSource(nameof(Sizes))]
    [ForAllocations(10_000)]
    public int Entries { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var registry = new SimulatedRegistry(Entries, largePages: false);
        _lines = registry.Bytes / LineBytes;
        registry.Release();
        _memory = (byte*)SimulatedRegistry.Allocate(_lines * LineBytes, largePages: false);
        // One cycle through all lines (Sattolo 1986), each line holding the number of the next.
        var random = new Random(20263);
        for (var line = 0L; line < _lines; line++)
            *Line(line) = line;
        for (var line = _lines - 1; line > 0; line--)
        {
            var other = random.NextInt64(line);
            (*Line(line), *Line(other)) = (*Line(other), *Line(line));
        }
    }

    [GlobalCleanup]
    public void Release() => NativeMemory.AlignedFree(_memory);

    /// <summary>Each read says where the next one is: the latency.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Invocation)]
    public long DependentReads()
    {
        var at = _at;
        for (var i = 0; i < Invocation; i++)
            at = *Line(at);
        return _at = at;
    }

    /// <summary>Every place is known beforehand: as many reads at once as the processor has under way.</summary>
    [Benchmark(OperationsPerInvoke = Invocation)]
    public long IndependentReads()
    {
        var sum = 0L;
        var state = _state;
        for (var i = 0; i < Invocation; i++)
        {
            // Knuth's linear congruential generator: its high bits are random enough.
            state = (state * 6364136223846793005) + 1442695040888963407;
            sum += *Line((long)Math.BigMul(state, (ulong)_lines, out _));
        }

        _state = state;
        return sum;
    }

    private long* Line(long line) => (long*)(_memory + (line * LineBytes));
}
