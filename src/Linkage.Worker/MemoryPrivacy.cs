using System.Runtime.InteropServices;

namespace Linkage.Worker;

/// <summary>
/// Keeps this process's memory, which holds identifiers and keys in clear, out of core files and away from debuggers: prctl(2) PR_SET_DUMPABLE 0. No core is
/// written to a file nor handed to a collector (a limit of 0 on core files would not stop the latter), and only root can attach or read
/// /proc/PID/mem, the .NET dump tools included. Linux; elsewhere it does nothing.
/// </summary>
public static class MemoryPrivacy
{
    /// <summary>Environment variable that leaves dumps possible when it is <c>1</c>: for finding a fault with made-up data.</summary>
    public const string AllowVariable = "LINKAGE_ALLOW_DUMPS";

    private const int GetDumpable = 3;
    private const int SetDumpable = 4;

    /// <summary>Whether the system may dump this process.</summary>
    public static bool IsDumpable => !OperatingSystem.IsLinux() || Prctl(GetDumpable, 0, 0, 0, 0) != 0;

    /// <summary>Shuts dumps off, for the rest of the process, unless <see cref="AllowVariable"/> allows them. A system that refuses is no reason to stop.</summary>
    public static void Protect()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable(AllowVariable) != "1")
            _ = Prctl(SetDumpable, 0, 0, 0, 0);
    }

    // Variadic in C; on the Linux ABIs .NET runs on (x64, arm64) integers travel the same way.
    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Prctl(int option, nint second, nint third, nint fourth, nint fifth);
}
