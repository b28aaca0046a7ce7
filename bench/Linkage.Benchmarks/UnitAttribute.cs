namespace Linkage.Benchmarks;

/// <summary>What one operation of a benchmark is, for the columns' names: <c>ns/token</c>, <c>million tokens/s</c>. On a class, or on a method that differs from its class.</summary>
/// <param name="name">The thing that is done once an operation, in the singular: token, look-up, comparison, row.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class UnitAttribute(string name) : Attribute
{
    /// <summary>In the singular.</summary>
    public string Name { get; } = name;

    /// <summary>In the plural; an s is added by default.</summary>
    public string Plural { get; init; } = name + "s";

    /// <summary>Bytes one operation reads, for the column MB/s (1,000,000 bytes); 0, the default, where that says nothing.</summary>
    public double Bytes { get; init; }
}
