using System.Globalization;

namespace Linkage.Delta;

/// <summary>What this worker started from is not what the log says now: what it read since must be dropped, and read again from where the log stands.</summary>
public class OwnershipLostException : Exception
{
    /// <summary>The log's progress for a source partition is not what this worker started from: another worker owns it.</summary>
    public OwnershipLostException(string appId, long? expected, long? actual)
        : base($"Table log progress of {appId} is {Words(actual)}, this worker expected {Words(expected)}: another worker has committed this partition.")
    {
        AppId = appId;
        Expected = expected;
        Actual = actual;
    }

    /// <summary>Another ground, which <paramref name="message"/> says; <see cref="AppId"/> is empty.</summary>
    protected OwnershipLostException(string message)
        : base(message) => AppId = "";

    /// <summary>The source partition in question.</summary>
    public string AppId { get; }

    /// <summary>Next offset this worker started from.</summary>
    public long? Expected { get; }

    /// <summary>Next offset the log holds.</summary>
    public long? Actual { get; }

    private static string Words(long? offset) => offset?.ToString(CultureInfo.InvariantCulture) ?? "none";
}
