using System.Globalization;

namespace Linkage.Benchmarks;

/// <summary>Sizes of registry that this machine has the memory for: UK Biobank's, and all of England's.</summary>
internal static class RegistrySizes
{
    private const int Biobank = 500_000;
    private const int England = 60_000_000;

    // FrozenDictionary is made from a Dictionary beside it.
    private const long MemoryForEngland = 10L << 30;

    private static int s_told;

    /// <summary>The sizes; says on standard error when the large one is left out.</summary>
    public static IEnumerable<int> All
    {
        get
        {
            yield return Biobank;
            var available = Available();
            if (available >= MemoryForEngland)
                yield return England;
            else if (Interlocked.Exchange(ref s_told, 1) == 0)
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"skipped: registries of {England:N0} entries need {MemoryForEngland >> 30} GiB of memory, {available >> 30} are available"));
        }
    }

    // Linux says what is free now; elsewhere what there is must do.
    private static long Available()
    {
        const string information = "/proc/meminfo";
        const string label = "MemAvailable:";
        var limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (!File.Exists(information) || File.ReadLines(information).FirstOrDefault(static l => l.StartsWith(label, StringComparison.Ordinal)) is not { } line)
            return limit;
        return Math.Min(limit, long.Parse(line.AsSpan(label.Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) << 10);
    }
}
