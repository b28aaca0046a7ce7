namespace Linkage.Matching.Scoring;

/// <summary>A match model that cannot be used. One line: the file, the place in it (<c>fields.surname[2].m</c>), what stands there and what is allowed.</summary>
public sealed class MatchModelException : Exception
{
    /// <summary>With no cause of its own.</summary>
    public MatchModelException(string message)
        : base(message)
    {
    }

    /// <summary>With the failure of the file system that caused it.</summary>
    public MatchModelException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
