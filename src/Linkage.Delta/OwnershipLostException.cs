using System.Globalization;

namespace Linkage.Delta;

/// <summary>The log's progress for a source partition is not what this worker started from: another worker owns it.</summary>
public sealed class OwnershipLostException(string appId, long? expected, long? actual)
    : Exception($"Table log progress of {appId} is {Words(actual)}, this worker expected {Words(expected)}: another worker has committed this partition.")
{
    /// <summary>The source partition in question.</summary>
    public string AppId { get; } = appId;

    /// <summary>Next offset this worker started from.</summary>
    public long? Expected { get; } = expected;

    /// <summary>Next offset the log holds.</summary>
    public long? Actual { get; } = actual;

    private static string Words(long? offset) => offset?.ToString(CultureInfo.InvariantCulture) ?? "none";
}
