using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Linkage.Delta;

/// <summary>System calls the platform library does not offer in the exact form the protocol needs. Linux.</summary>
internal static partial class Libc
{
    public const int ReadOnly = 0;
    public const int CloseOnExec = 0x80000;
    public const int LockShared = 1;
    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;
    public const int Unlock = 8;

    public const int OwnerOnly = 0b111_000_000;

    private const int CurrentFolder = -100;
    private const uint NoReplace = 1;
    private const uint Exchanging = 2;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    public static partial int Syncfs(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeDirectory(string path, int mode);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unlink(string path);

    /// <summary>renameat2 with RENAME_NOREPLACE; −1 with ENOSYS where the C library does not have it.</summary>
    public static int RenameNoReplace(string from, string to) => Rename(from, to, NoReplace);

    /// <summary>renameat2 with RENAME_EXCHANGE: each gets the other's name, in one step. −1 with ENOSYS where the C library does not have it.</summary>
    public static int Exchange(string one, string other) => Rename(one, other, Exchanging);

    private static int Rename(string from, string to, uint flags)
    {
        try { return RenameAt2(CurrentFolder, from, CurrentFolder, to, flags); }
        catch (EntryPointNotFoundException)
        {
            Marshal.SetLastPInvokeError(Errnos.NotImplemented);
            return -1;
        }
    }

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int fromFolder, string from, int toFolder, string to, uint flags);
}

/// <summary>Error numbers of Linux, which are the same on x86-64 and arm64.</summary>
internal static class Errnos
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int WouldBlock = 11;
    public const int Access = 13;
    public const int Exists = 17;
    public const int OtherDevice = 18;
    public const int NotDirectory = 20;
    public const int Invalid = 22;
    public const int TooManyFiles = 24;
    public const int NoSpace = 28;
    public const int ReadOnly = 30;
    public const int TooManyLinks = 31;
    public const int NotImplemented = 38;
    public const int NotSupported = 95;
    public const int Quota = 122;

    /// <summary>The error number behind an exception of the platform; EIO when it does not say.</summary>
    public static int Of(Exception e) => e switch
    {
        DirectoryNotFoundException or FileNotFoundException => NoEntry,
        UnauthorizedAccessException { InnerException: IOException inner } => Of(inner),
        UnauthorizedAccessException => Access,
        // On Unix the runtime puts the error number into HResult, where it has no better HRESULT.
        IOException { HResult: > 0 and < 4096 } => e.HResult,
        _ => InputOutput,
    };
}
