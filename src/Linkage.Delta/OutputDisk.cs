using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Linkage.Delta;

/// <summary>
/// The few file operations the commit protocol is made of. Every failure is an <see cref="OutputUnavailableException"/>. Virtual, so that
/// tests can fail or die between any two steps and count what is read.
/// </summary>
internal class OutputDisk
{
    /// <summary>The real thing; it has no state.</summary>
    public static OutputDisk Shared { get; } = new();

    /// <summary>Creates a folder and those above it. Whether its name survives a power failure is up to <see cref="SyncDirectory"/> of its parent.</summary>
    public virtual void CreateDirectory(string path)
    {
        try { Directory.CreateDirectory(path); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw Unavailable("create the folder", path, e); }
    }

    /// <summary>Creates a folder that its owner alone may enter (mode 0700); one that is there stays as it is.</summary>
    public virtual void CreatePrivateDirectory(string path)
    {
        if (Libc.MakeDirectory(path, Libc.OwnerOnly) != 0 && Marshal.GetLastPInvokeError() is var errno and not Errnos.Exists)
            throw new OutputUnavailableException("create the folder", path, errno);
    }

    /// <summary>Creates a file that must not exist yet, for writing.</summary>
    public virtual SafeFileHandle CreateNew(string path)
    {
        try { return File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw Unavailable("create", path, e); }
    }

    /// <summary>Writes all bytes at an offset.</summary>
    public virtual void Write(SafeFileHandle file, string path, ReadOnlySpan<byte> bytes, long offset)
    {
        try { RandomAccess.Write(file, bytes, offset); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw Unavailable("write", path, e); }
    }

    /// <summary>fsync(2) of an open file.</summary>
    public virtual void Sync(SafeFileHandle file, string path)
    {
        // Not RandomAccess.FlushToDisk, which keeps silent about some errors.
        if (Libc.Fsync(file) != 0)
            throw new OutputUnavailableException("sync", path, Marshal.GetLastPInvokeError());
    }

    /// <summary>fsync(2) of a folder: the names in it survive a power failure.</summary>
    public virtual void SyncDirectory(string path)
    {
        using var folder = OpenFolder(path);
        if (Libc.Fsync(folder) != 0)
            throw new OutputUnavailableException("sync the folder", path, Marshal.GetLastPInvokeError());
    }

    /// <summary>syncfs(2) of the file system an open folder is on. Reports write errors since the folder was opened (Linux 5.8 and later).</summary>
    public virtual void SyncFileSystem(SafeFileHandle folder, string path)
    {
        if (Libc.Syncfs(folder) != 0)
            throw new OutputUnavailableException("sync the file system of", path, Marshal.GetLastPInvokeError());
    }

    /// <summary>Opens a folder, to sync it.</summary>
    public static SafeFileHandle OpenFolder(string path)
    {
        var folder = Libc.Open(path, Libc.ReadOnly | Libc.CloseOnExec);
        if (!folder.IsInvalid)
            return folder;
        var errno = Marshal.GetLastPInvokeError();
        folder.Dispose();
        throw new OutputUnavailableException("open the folder", path, errno);
    }

    /// <summary>
    /// Gives a complete file its final name, atomically, never replacing: link(2), or renameat2(RENAME_NOREPLACE) where links are not
    /// to be had. The temporary name may remain.
    /// </summary>
    /// <returns>False when the name was taken.</returns>
    public virtual bool TryLink(string temporary, string target)
    {
        if (Libc.Link(temporary, target) == 0)
            return true;
        var errno = Marshal.GetLastPInvokeError();
        if (errno is Errnos.NotPermitted or Errnos.NotSupported or Errnos.NotImplemented or Errnos.TooManyLinks)
        {
            if (Libc.RenameNoReplace(temporary, target) == 0)
                return true;
            errno = Marshal.GetLastPInvokeError();
        }
        return errno == Errnos.Exists ? false : throw new OutputUnavailableException("create", target, errno);
    }

    /// <summary>Renames without replacing: renameat2(RENAME_NOREPLACE), or link and unlink where the file system lacks it.</summary>
    /// <returns>False when the name was taken.</returns>
    public virtual bool TryMove(string temporary, string target)
    {
        if (Libc.RenameNoReplace(temporary, target) == 0)
            return true;
        var errno = Marshal.GetLastPInvokeError();
        if (errno is Errnos.Invalid or Errnos.NotImplemented or Errnos.NotSupported)
        {
            if (Libc.Link(temporary, target) == 0)
            {
                Delete(temporary);
                return true;
            }
            errno = Marshal.GetLastPInvokeError();
        }
        return errno == Errnos.Exists ? false : throw new OutputUnavailableException("rename to", target, errno);
    }

    /// <summary>Renames, replacing what has the name: for hints such as _last_checkpoint, never for log entries or data.</summary>
    public virtual void Replace(string temporary, string target)
    {
        if (Libc.Rename(temporary, target) != 0)
            throw new OutputUnavailableException("rename to", target, Marshal.GetLastPInvokeError());
    }

    /// <summary>Gives a file a second name, link(2); the first one stays, whatever happens.</summary>
    /// <returns>False when the name was taken.</returns>
    public virtual bool TryAddName(string path, string name)
    {
        if (Libc.Link(path, name) == 0)
            return true;
        var errno = Marshal.GetLastPInvokeError();
        return errno == Errnos.Exists ? false : throw new OutputUnavailableException("link", name, errno);
    }

    /// <summary>Gives a folder the mode of another.</summary>
    public virtual void CopyMode(string from, string to)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("The commit protocol is for Linux.");
        try { File.SetUnixFileMode(to, File.GetUnixFileMode(from)); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw Unavailable("set the mode of", to, e); }
    }

    /// <summary>Exchanges the names of two folders in one step: renameat2(RENAME_EXCHANGE).</summary>
    public virtual void Exchange(string one, string other)
    {
        if (Libc.Exchange(one, other) != 0)
            throw new OutputUnavailableException("exchange with another folder", other, Marshal.GetLastPInvokeError());
    }

    /// <summary>Removes a folder and everything in it; one that is gone, or goes meanwhile, is as good.</summary>
    public virtual void DeleteTree(string path)
    {
        try { Directory.Delete(path, recursive: true); }
        catch (DirectoryNotFoundException) { return; }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw Unavailable("remove the folder", path, e); }
    }

    /// <summary>Removes a file; one that is gone already is as good.</summary>
    public virtual void Delete(string path)
    {
        if (Libc.Unlink(path) != 0 && Marshal.GetLastPInvokeError() is var errno and not Errnos.NoEntry)
            throw new OutputUnavailableException("remove", path, errno);
    }

    /// <summary>Opens a file for reading; null when it does not exist.</summary>
    public virtual SafeFileHandle? TryOpen(string path)
    {
        // Not File.OpenHandle: asking for the next log entry, which mostly is not there, would throw and catch an exception each time.
        var file = Libc.Open(path, Libc.ReadOnly | Libc.CloseOnExec);
        if (!file.IsInvalid)
            return file;
        var errno = Marshal.GetLastPInvokeError();
        file.Dispose();
        return errno == Errnos.NoEntry ? null : throw new OutputUnavailableException("read", path, errno);
    }

    /// <summary>Reads bytes of an open file; the range must be inside it.</summary>
    public virtual byte[] Read(SafeFileHandle file, string path, long offset, int count)
    {
        var bytes = new byte[count];
        try
        {
            for (var done = 0; done < count;)
            {
                var read = RandomAccess.Read(file, bytes.AsSpan(done), offset + done);
                if (read == 0)
                    throw new InvalidDataException($"'{path}' ends at {offset + done}, before {offset + count}: it was cut off.");
                done += read;
            }
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw Unavailable("read", path, e); }
    }

    /// <summary>Reads a whole file; null when it does not exist.</summary>
    public byte[]? TryReadAll(string path)
    {
        using var file = TryOpen(path);
        return file is null ? null : Read(file, path, 0, checked((int)RandomAccess.GetLength(file)));
    }

    /// <summary>Writes a new file whole, synced, under a name that nobody else uses.</summary>
    public void WriteTemporary(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = CreateNew(path);
        try
        {
            Write(file, path, bytes, 0);
            Sync(file, path);
        }
        catch (OutputUnavailableException)
        {
            Delete(path);
            throw;
        }
    }

    internal static OutputUnavailableException Unavailable(string operation, string path, Exception e) => new(operation, path, Errnos.Of(e), e);
}
