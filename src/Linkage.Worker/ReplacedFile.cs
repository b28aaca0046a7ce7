using System.Text;

namespace Linkage.Worker;

/// <summary>
/// A file that is there whole or not at all: written under a temporary name beside its own, synced and renamed by <see cref="Publish"/>, else removed.
/// Every failure to write is an <see cref="OutputFileException"/>.
/// </summary>
internal sealed class ReplacedFile : IDisposable
{
    private const int BufferBytes = 1 << 16;

    private readonly string _name;
    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _stream;

    /// <summary>Opens the temporary file. <paramref name="path"/>: the name to have in the end; a file that has it is replaced.</summary>
    public ReplacedFile(string path)
    {
        _name = path;
        try
        {
            // Through a link, to what it names.
            _path = new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            // A rename would put a file in the device's place, for everybody.
            if (Path.GetFullPath(_path) is var whole && (whole.StartsWith("/dev/", StringComparison.Ordinal) || whole.StartsWith("/proc/", StringComparison.Ordinal)))
                throw new IOException("it is no regular file; name one");
            if (Directory.Exists(_path))
                throw new IOException("it is a folder; name a file");
            _temporary = $"{_path}.{Guid.NewGuid():N}.tmp";
            _stream = new FileStream(_temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = BufferBytes });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputFileException(path, e);
        }
    }

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _stream.Write(bytes);
        }
        catch (IOException e)
        {
            throw new OutputFileException(_name, e);
        }
    }

    /// <summary>Appends a text as UTF-8.</summary>
    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Gives the file its name.</summary>
    public void Publish()
    {
        try
        {
            _stream.Flush(flushToDisk: true);
            _stream.Dispose();
            // A name that is taken is replaced by rename(2): readers see the old file or the new one.
            if (File.Exists(_path))
                File.Replace(_temporary, _path, destinationBackupFileName: null);
            else
                File.Move(_temporary, _path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputFileException(_name, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // What could not be written is removed anyhow; who wrote it knows by now.
        }

        File.Delete(_temporary);
    }
}
