namespace Linkage.Worker;

/// <summary>Exit codes of the program; what data operations script against.</summary>
public static class ExitCode
{
    /// <summary>All that was asked is done and committed.</summary>
    public const int Done = 0;

    /// <summary>An unexpected failure; what was committed stands, a rerun continues.</summary>
    public const int Failed = 1;

    /// <summary>Bad command line, configuration, key or registry; nothing was read.</summary>
    public const int BadInput = 2;

    /// <summary>Done and committed, but rejects passed the configured limit.</summary>
    public const int TooManyRejects = 3;

    /// <summary>Kafka could not be reached, or data was lost from the topic before it was read.</summary>
    public const int Kafka = 4;

    /// <summary>The output could not be written; nothing half-visible.</summary>
    public const int Output = 5;

    /// <summary>Stopped by SIGINT after a drained and committed flush.</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM after a drained and committed flush.</summary>
    public const int Terminated = 143;
}
