using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Linkage.Delta;

/// <summary>
/// A run's proof of life: an exclusively locked file <c>_runs/&lt;run_id&gt;.lock</c> under the output folder, released by the kernel when the
/// process dies, however it dies. Files of a run whose lease nobody holds are safe to judge by the log.
/// </summary>
/// <remarks>
/// flock(2): the lock belongs to the open file, so it holds against other openings in the same process too, and on NFS (Linux) across machines.
/// The file gets its name only after it is locked: whoever sees it unlocked sees a dead run.
/// </remarks>
public sealed class RunLease : IDisposable
{
    internal const string FolderName = "_runs";
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private bool _released;

    private RunLease(string outputDirectory, string runId, SafeFileHandle file, string path)
    {
        OutputDirectory = outputDirectory;
        RunId = runId;
        _file = file;
        _path = path;
    }

    /// <summary>The run's id, part of every file name it writes: lower-case letters, digits and '-'.</summary>
    public string RunId { get; }

    /// <summary>Folder of all tables; the tables' folders are below it.</summary>
    public string OutputDirectory { get; }

    /// <summary>Takes the lease of a new run.</summary>
    /// <exception cref="ArgumentException">The id has other characters, or a run of that id has been here.</exception>
    /// <exception cref="OutputUnavailableException">The lock file cannot be made.</exception>
    public static RunLease Take(string outputDirectory, string runId)
    {
        RequireRunId(runId);
        var disk = OutputDisk.Shared;
        var folder = Path.Combine(outputDirectory, FolderName);
        disk.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{runId}.{Guid.NewGuid():N}.tmp");
        var path = LockPath(outputDirectory, runId);
        var file = disk.CreateNew(temporary);
        try
        {
            if (Libc.Flock(file, Libc.LockExclusive | Libc.LockNonBlocking) != 0)
                throw new OutputUnavailableException("lock", temporary, Marshal.GetLastPInvokeError());
            if (!disk.TryMove(temporary, path))
                throw new ArgumentException($"A run '{runId}' has been in '{outputDirectory}' before: every run needs an id of its own.", nameof(runId));
        }
        catch
        {
            file.Dispose();
            File.Delete(temporary);
            throw;
        }
        return new RunLease(outputDirectory, runId, file, path);
    }

    /// <summary>Whether some process holds the lease of that run. A run without a lock file is not alive.</summary>
    /// <exception cref="OutputUnavailableException">The lock file cannot be examined.</exception>
    public static bool IsAlive(string outputDirectory, string runId)
    {
        RequireRunId(runId);
        var path = LockPath(outputDirectory, runId);
        // Not File.OpenHandle: the runtime takes a shared lock of its own, and fails when it does not get it.
        using var file = Libc.Open(path, Libc.ReadOnly | Libc.CloseOnExec);
        if (file.IsInvalid)
        {
            var reason = Marshal.GetLastPInvokeError();
            return reason == Errnos.NoEntry ? false : throw new OutputUnavailableException("examine the lock", path, reason);
        }
        // A shared lock, given back at once: two who ask at the same time do not take each other for the run, and the run itself
        // took its lock before the file had this name, so that asking cannot get in its way.
        if (Libc.Flock(file, Libc.LockShared | Libc.LockNonBlocking) == 0)
            return false;
        var errno = Marshal.GetLastPInvokeError();
        return errno == Errnos.WouldBlock ? true : throw new OutputUnavailableException("examine the lock", path, errno);
    }

    /// <summary>Removes the lock files of runs that died. Only when no table needs to know any more that they did.</summary>
    public static void RemoveDead(string outputDirectory)
    {
        var folder = Path.Combine(outputDirectory, FolderName);
        if (!Directory.Exists(folder))
            return;
        string[] locks;
        try { locks = Directory.GetFiles(folder, "*.lock"); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw OutputDisk.Unavailable("list", folder, e); }
        foreach (var path in locks)
        {
            var runId = Path.GetFileNameWithoutExtension(path);
            if (IsRunId(runId) && !IsAlive(outputDirectory, runId))
                OutputDisk.Shared.Delete(path);
        }
    }

    /// <summary>Releases and removes the lock file.</summary>
    public void Dispose()
    {
        if (_released)
            return;
        _released = true;
        // Removed while still held: nobody sees it unlocked and wonders.
        try { OutputDisk.Shared.Delete(_path); }
        finally { _file.Dispose(); }
    }

    internal static void RequireRunId(string runId)
    {
        if (!IsRunId(runId))
            throw new ArgumentException($"Run id '{runId}' must be 1 to 100 lower-case letters, digits and '-', beginning with a letter or digit.", nameof(runId));
    }

    internal static bool IsRunId(string runId) =>
        runId is { Length: > 0 and <= 100 } && runId[0] != '-' && runId.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static string LockPath(string outputDirectory, string runId) => Path.Combine(outputDirectory, FolderName, runId + ".lock");
}
