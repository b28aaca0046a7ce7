using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Linkage.Pseudonyms;

/// <summary>
/// The key file on disk: created once, read at start, rotated by replacing it whole. Every failure is a
/// <see cref="KeyRingException"/> that names the file and the remedy.
/// </summary>
internal static class KeyFile
{
    private const int MaxFileBytes = 1 << 20;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static KeyRing Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return ReadTarget(path, Target(path), out _);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KeyRingException($"Key file '{path}' does not exist: give the right path, or make one with 'linkage keys new --out FILE'.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"Key file '{path}' cannot be read ({e.Message}): run as the user who owns it.", e);
        }
    }

    public static void Create(string path, TimeProvider clock)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(clock);
        using var key = NewKey(1, clock);
        try
        {
            Write(path, OwnerOnly, 1, [key]);
            DirectorySync.Of(path);
        }
        catch (IOException e) when (Path.Exists(path))
        {
            throw new KeyRingException($"Key file '{path}' exists and is not overwritten: choose another name, or add a version with 'linkage keys rotate'.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"Key file '{path}' cannot be written ({e.Message}): check that the folder exists and is yours.", e);
        }
    }

    public static int Rotate(string path, TimeProvider clock)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(clock);
        try
        {
            var target = Target(path);
            using var held = Lock(path, target);
            using var ring = ReadTarget(path, target, out var mode);
            var version = 0;
            foreach (var old in ring.Keys)
                version = Math.Max(version, old.Version);
            if (version == int.MaxValue)
                throw new KeyRingException($"Key file '{path}' has used the last key version: start a new key file.");
            using var key = NewKey(version + 1, clock);
            var temporary = $"{target}.{Guid.NewGuid():N}.tmp";
            try
            {
                Write(temporary, mode, key.Version, [.. ring.Keys, key]);
                // Without a backup name this is rename(2): the file is the old one or the new one, never neither.
                File.Replace(temporary, target, destinationBackupFileName: null);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                File.Delete(temporary);
                throw;
            }
            DirectorySync.Of(target);
            return key.Version;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KeyRingException($"Key file '{path}' does not exist: make one with 'linkage keys new --out FILE'.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"Key file '{path}' cannot be rotated ({e.Message}): run as the user who owns it and its folder.", e);
        }
    }

    // Secrets are often mounted as links; the file behind is what has a mode and what a rotation replaces.
    private static string Target(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);

    private static FileStream Lock(string path, string target)
    {
        // The lock file stays: deleting it would let two rotations hold locks on two files of that name.
        if (!File.Exists(target))
            throw new FileNotFoundException("no such file", target);
        try
        {
            return new FileStream(target + ".lock", Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, OwnerOnly));
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            throw new KeyRingException($"Key file '{path}' is being rotated by another process: let it end, then try again.", e);
        }
    }

    private static KeyRing ReadTarget(string path, string target, out UnixFileMode mode)
    {
        if (Directory.Exists(target))
            throw new KeyRingException($"Key file '{path}' is a folder: give the path of the file in it.");
        // Pipes and devices have no length; opening one could wait for ever.
        var length = new FileInfo(target).Length;
        if (length == 0)
            throw new KeyRingException($"Key file '{path}' is empty or not a regular file: restore it from its backup; a key cannot be made again.");
        if (length > MaxFileBytes)
            throw new KeyRingException($"Key file '{path}' has {length} bytes, more than a key file can have ({MaxFileBytes}): give the right path.");

        using var handle = File.OpenHandle(target, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        mode = RequirePrivate(path, handle);
        // One byte more than expected shows a file that grew.
        var json = GC.AllocateArray<byte>((int)length + 1, pinned: true);
        try
        {
            var filled = 0;
            int read;
            while (filled < json.Length && (read = RandomAccess.Read(handle, json.AsSpan(filled), filled)) > 0)
                filled += read;
            if (filled != length)
                throw new KeyRingException($"Key file '{path}' changed while it was read: try again.");
            return new KeyFileReader(path).Parse(json.AsSpan(0, filled));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(json);
        }
    }

    private static UnixFileMode RequirePrivate(string path, SafeFileHandle handle)
    {
        if (OperatingSystem.IsWindows())
            return OwnerOnly;
        var mode = File.GetUnixFileMode(handle);
        if ((mode & Others) != UnixFileMode.None)
        {
            throw new KeyRingException(
                $"Key file '{path}' is open to other users (mode {Convert.ToString((int)mode, 8).PadLeft(4, '0')}): run chmod 600 '{path}', and rotate the key if others may have read it.");
        }
        return mode & (UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static RootKey NewKey(int version, TimeProvider clock)
    {
        var key = new RootKey(version, clock.GetUtcNow());
        RandomNumberGenerator.Fill(key.Bytes);
        return key;
    }

    private static void Write(string path, UnixFileMode mode, int current, ReadOnlySpan<RootKey> keys)
    {
        var json = GC.AllocateArray<byte>(128 + (keys.Length * 160), pinned: true);
        try
        {
            var length = Format(json, current, keys);
            using var stream = new FileStream(path, Options(FileMode.CreateNew, FileAccess.Write, mode));
            try
            {
                stream.Write(json, 0, length);
                stream.Flush(flushToDisk: true);
            }
            catch (IOException)
            {
                // This call made the file; half a key file helps nobody.
                File.Delete(path);
                throw;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(json);
        }
    }

    // By hand: the platform's JSON writer grows buffers that move and are not zeroed.
    private static int Format(Span<byte> destination, int current, ReadOnlySpan<RootKey> keys)
    {
        var at = 0;
        Put(destination, ref at, string.Create(CultureInfo.InvariantCulture, $"{{\"format\":\"{KeyFileReader.Format}\",\"current\":{current},\"keys\":["));
        for (var i = 0; i < keys.Length; i++)
        {
            Put(destination, ref at, string.Create(CultureInfo.InvariantCulture,
                $"{(i == 0 ? "" : ",")}\n{{\"version\":{keys[i].Version},\"created\":\"{keys[i].Created.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\",\"key\":\""));
            Base64.EncodeToUtf8(keys[i].Bytes, destination[at..], out _, out var written);
            at += written;
            Put(destination, ref at, "\"}");
        }
        Put(destination, ref at, "\n]}\n");
        return at;
    }

    private static void Put(Span<byte> destination, ref int at, string text) => at += Encoding.ASCII.GetBytes(text, destination[at..]);

    private static FileStreamOptions Options(FileMode mode, FileAccess access, UnixFileMode createMode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = createMode;
        return options;
    }
}
