using System.Runtime.InteropServices;
using System.Text;

namespace Linkage.Pseudonyms;

/// <summary>
/// Makes a new directory entry survive a power cut: fsync(2) of the folder. The platform's own file API cannot open a folder.
/// A lost key is a lost study: its tokens cannot be made again.
/// </summary>
internal static class DirectorySync
{
    /// <summary>Syncs the folder of a file. <see cref="IOException"/> when the folder cannot be synced.</summary>
    public static void Of(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        var descriptor = Open(Encoding.UTF8.GetBytes(folder + '\0'), 0);
        if (descriptor < 0)
            throw new IOException($"cannot open folder '{folder}' to sync it (errno {Marshal.GetLastPInvokeError()})");
        var failed = Sync(descriptor) != 0;
        var errno = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (failed)
            throw new IOException($"cannot sync folder '{folder}' (errno {errno})");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
