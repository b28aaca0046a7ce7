namespace Linkage.Pseudonyms;

/// <summary>A key file that cannot be used. The message names the file and what to do, never content.</summary>
public sealed class KeyRingException : Exception
{
    /// <summary>With no cause of its own.</summary>
    public KeyRingException(string message)
        : base(message)
    {
    }

    /// <summary>With the failure of the file system that caused it.</summary>
    public KeyRingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
