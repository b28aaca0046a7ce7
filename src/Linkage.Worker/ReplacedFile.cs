using System.Text;

namespace Linkage.Worker;

/// <summary>
/// A file that is there whole or not at all: written under a temporary name beside its own, synced and renamed by <see cref="Publish"/>, else removed.
/// Failures are <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>.
/// </summary>
internal sealed class ReplacedFile : IDisposable
{
    private const int BufferBytes = 1 << 16;

    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _stream;

    /// <summary>Opens the temporary file.</summary>
    /// <param name="path">Name to have in the end; a file that has it is replaced.</param>
    /// <param name="ownerOnly">Readable by its owner only (mode 0600), else as the umask says.</param>
    public ReplacedFile(string path, bool ownerOnly)
    {
        // Through a link, to what it names.
        _path = new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        // A rename would put a file in the device's place, for everybody.
        if (Path.GetFullPath(_path) is var whole && (whole.StartsWith("/dev/", StringComparison.Ordinal) || whole.StartsWith("/proc/", StringComparison.Ordinal)))
            throw new IOException("it is no regular file; name one");
        _temporary = $"{_path}.{Guid.NewGuid():N}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = BufferBytes };
        if (ownerOnly && !OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _stream = new FileStream(_temporary, options);
    }

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => _stream.Write(bytes);

    /// <summary>Appends a text as UTF-8.</summary>
    public void Write(string text) => _stream.Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Gives the file its name.</summary>
    public void Publish()
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        // A name that is taken is replaced by rename(2): readers see the old file or the new one.
        if (File.Exists(_path))
            File.Replace(_temporary, _path, destinationBackupFileName: null);
        else
            File.Move(_temporary, _path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        finally
        {
            File.Delete(_temporary);
        }
    }
}
