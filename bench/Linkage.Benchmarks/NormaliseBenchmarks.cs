using BenchmarkDotNet.Attributes;
using Linkage.Identity;

namespace Linkage.Benchmarks;

/// <summary>Fields as sent to normalised identifiers, per patient: all of them, and what tier 1 needs.</summary>
[Unit("patient")]
public class NormaliseBenchmarks
{
    private const int Patients = 10_000;

    private readonly PersonIdentity _identity = new();
    private byte[][][] _fields = [];

    [GlobalSetup]
    public void Setup() => _fields = People.Fields(Patients, 20261);

    /// <summary>All fields.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Patients)]
    public int AllFields()
    {
        var usable = 0;
        foreach (var fields in _fields)
        {
            People.Set(_identity, fields);
            usable += _identity.NhsNumberState == FieldState.Present ? 1 : 0;
        }

        return usable;
    }

    /// <summary>NHS number and date of birth: nearly every patient is settled by them.</summary>
    [Benchmark(OperationsPerInvoke = Patients)]
    public int NumberAndDate()
    {
        var usable = 0;
        Span<byte> digits = stackalloc byte[NhsNumber.Length];
        foreach (var fields in _fields)
        {
            var state = NhsNumber.Parse(fields[0], digits);
            usable += DateOfBirth.Parse(fields[4], out var born) == state ? born.Day : 0;
        }

        return usable;
    }
}
