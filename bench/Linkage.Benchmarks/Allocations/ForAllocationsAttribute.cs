namespace Linkage.Benchmarks.Allocations;

/// <summary>
/// Values a benchmark's parameter has instead of its own when only allocations are looked at (<see cref="AllocationGate"/>), so that this takes moments: bytes an operation do not follow the size of a registry.
/// </summary>
/// <param name="values">The values, of the parameter's type.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ForAllocationsAttribute(params object[] values) : Attribute
{
    /// <summary>The values.</summary>
    public IReadOnlyList<object> Values { get; } = values;
}
