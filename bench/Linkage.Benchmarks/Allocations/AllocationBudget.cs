using System.Text.Json;

namespace Linkage.Benchmarks.Allocations;

/// <summary>bench/allocation-budget.json: the bytes of managed memory that an operation of each benchmark may allocate at most.</summary>
/// <param name="BytesPerOperation">By <c>Class.Method</c>; the worst of its cases counts.</param>
/// <param name="NotHeld">Benchmarks that are held to nothing, with the reason: peers that are not ours, and what needs gigabytes.</param>
internal sealed record AllocationBudget(IReadOnlyDictionary<string, double> BytesPerOperation, IReadOnlyDictionary<string, string> NotHeld)
{
    private static readonly JsonSerializerOptions Form = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    /// <summary>Where the budget is, below the checkout.</summary>
    public static string PathIn(string root) => Path.Combine(root, "bench", "allocation-budget.json");

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">It is no budget; says why.</exception>
    public static AllocationBudget Read(string path)
    {
        try
        {
            var budget = JsonSerializer.Deserialize<AllocationBudget>(File.ReadAllText(path), Form);
            if (budget is not { BytesPerOperation: not null, NotHeld: not null })
                throw new InvalidDataException($"{path} needs bytes_per_operation and not_held.");
            return budget;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is no allocation budget: {e.Message}", e);
        }
    }

    /// <summary>What is wrong with the list, before anything is measured: a benchmark that is not in it, is in it twice, or is there no more.</summary>
    public IEnumerable<string> Problems(IReadOnlyCollection<string> benchmarks)
    {
        foreach (var name in benchmarks.Where(n => !BytesPerOperation.ContainsKey(n) && !NotHeld.ContainsKey(n)))
            yield return $"{name} has no entry: add it to bytes_per_operation (0 for a kernel), or to not_held with the reason";
        foreach (var name in BytesPerOperation.Keys.Concat(NotHeld.Keys).Distinct(StringComparer.Ordinal).Where(n => !benchmarks.Contains(n, StringComparer.Ordinal)))
            yield return $"{name} has an entry, and is no benchmark: remove it";
        foreach (var name in BytesPerOperation.Keys.Where(NotHeld.ContainsKey))
            yield return $"{name} is both in bytes_per_operation and in not_held: remove one";
        foreach (var name in NotHeld.Where(static n => string.IsNullOrWhiteSpace(n.Value)).Select(static n => n.Key))
            yield return $"{name} is held to nothing, without a reason: give it";
        foreach (var (name, bytes) in BytesPerOperation.Where(static b => b.Value < 0))
            yield return FormattableString.Invariant($"{name} may allocate {bytes} bytes: no fewer than 0");
    }
}
