using System.Runtime.InteropServices;

namespace Linkage.Delta;

/// <summary>
/// The output cannot be written or read: disk full, no permission, read-only, a broken disk. What was committed before stands.
/// </summary>
public sealed class OutputUnavailableException : Exception
{
    /// <summary>Wraps a failed system call.</summary>
    /// <param name="operation">What was tried, as an infinitive: "write", "rename".</param>
    /// <param name="path">The file or folder.</param>
    /// <param name="errno">The system's error number.</param>
    /// <param name="inner">What the platform threw, when it threw.</param>
    public OutputUnavailableException(string operation, string path, int errno, Exception? inner = null)
        : base($"Cannot {operation} '{path}': {Marshal.GetPInvokeErrorMessage(errno)}. {Advice(errno)} What was committed before stands.", inner)
    {
        Path = path;
        Errno = errno;
    }

    /// <summary>The file or folder in question.</summary>
    public string Path { get; }

    /// <summary>The system's error number (errno).</summary>
    public int Errno { get; }

    private static string Advice(int errno) => errno switch
    {
        Errnos.NoSpace or Errnos.Quota => "Free space or raise the quota, then run again.",
        Errnos.Access or Errnos.NotPermitted => "Give the user of this process permission to write there, then run again.",
        Errnos.ReadOnly => "The file system is read-only: mount it writable or choose another output folder.",
        Errnos.Invalid or Errnos.NotImplemented or Errnos.NotSupported => "The file system cannot do this: choose a local one (ext4, xfs, btrfs), or go without the operation.",
        Errnos.NoEntry or Errnos.NotDirectory => "A folder on the way is missing or is not a folder: check the output folder.",
        Errnos.TooManyFiles => "Raise the limit of open files (ulimit -n), then run again.",
        _ => "Check the disk and the output folder, then run again.",
    };
}
