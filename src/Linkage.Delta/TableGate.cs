using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Linkage.Delta;

/// <summary>
/// Who may change the folders of an output's tables: any number of writers together, or one who exchanges whole folders alone (compaction). A writer is
/// inside from before it creates its first file of a flush until that flush's last log entry is there, so that an exchange never comes between. Released by the
/// kernel when the process dies. Readers need no leave.
/// </summary>
/// <remarks>
/// Two files under <c>_runs/</c>, locked by flock(2) (see <see cref="RunLease"/>), never removed: the door itself, and the queue in front of it. Who wants to be
/// alone stands in the queue while waiting for the door, which keeps new writers out; else a stream of them could keep the door shut for ever.
/// </remarks>
public sealed class TableGate : IDisposable
{
    private const string Door = ".tables";
    private const string Queue = ".tables-queue";
    private const string Compaction = ".compaction";
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(2);
    private readonly SafeFileHandle?[] _held;

    private TableGate(params SafeFileHandle?[] held) => _held = held;

    /// <summary>Enters beside other writers; waits while somebody is alone inside, or waits to be.</summary>
    /// <exception cref="OutputUnavailableException">The lock files cannot be made or locked.</exception>
    public static TableGate EnterAsWriter(string outputDirectory)
    {
        using var queue = new TableGate(Lock(outputDirectory, Queue, Libc.LockShared));
        return new TableGate(Lock(outputDirectory, Door, Libc.LockShared));
    }

    /// <summary>
    /// Enters alone, once all who are inside have left; null when they have not after so long. New writers wait meanwhile, so one that is stuck inside must not hold
    /// up all others for ever.
    /// </summary>
    internal static TableGate? TryEnterAlone(string outputDirectory, TimeSpan patience)
    {
        var queue = Lock(outputDirectory, Queue, Libc.LockExclusive);
        SafeFileHandle? door = null;
        try
        {
            var started = Stopwatch.GetTimestamp();
            while ((door = Lock(outputDirectory, Door, Libc.LockExclusive | Libc.LockNonBlocking)) is null && Stopwatch.GetElapsedTime(started) < patience)
                Thread.Sleep(AskAgain);
            return door is null ? null : new TableGate(door, queue);
        }
        finally
        {
            if (door is null)
                new TableGate(queue).Dispose();
        }
    }

    /// <summary>The right to compact an output's tables; null when another process has it.</summary>
    internal static TableGate? TryReserveCompaction(string outputDirectory) =>
        Lock(outputDirectory, Compaction, Libc.LockExclusive | Libc.LockNonBlocking) is { } held ? new TableGate(held) : null;

    /// <summary>Leaves.</summary>
    public void Dispose()
    {
        foreach (var file in _held)
        {
            if (file is null || file.IsClosed)
                continue;
            // Not by closing alone: a process that is just being started has the file too, until it runs its program.
            _ = Libc.Flock(file, Libc.Unlock);
            file.Dispose();
        }
    }

    /// <summary>A locked file; null when it is not to be waited for and somebody has it.</summary>
    private static SafeFileHandle? Lock(string outputDirectory, string name, int operation)
    {
        var path = Path.Combine(outputDirectory, RunLease.FolderName, name);
        var file = Open(path);
        while (Libc.Flock(file, operation) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno == Errnos.Interrupted)
                continue;
            file.Dispose();
            return errno == Errnos.WouldBlock ? null : throw new OutputUnavailableException("lock", path, errno);
        }
        return file;
    }

    // Not File.OpenHandle for the lock itself: the runtime takes a lock of its own.
    private static SafeFileHandle Open(string path)
    {
        var file = Libc.Open(path, Libc.ReadOnly | Libc.CloseOnExec);
        if (!file.IsInvalid)
            return file;
        var errno = Marshal.GetLastPInvokeError();
        file.Dispose();
        if (errno != Errnos.NoEntry)
            throw new OutputUnavailableException("open the lock", path, errno);
        OutputDisk.Shared.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            OutputDisk.Shared.CreateNew(path).Dispose();
        }
        catch (OutputUnavailableException e) when (e.Errno == Errnos.Exists)
        {
            return Open(path); // somebody else was quicker
        }
        return Open(path);
    }
}
