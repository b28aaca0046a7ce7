namespace Linkage.Worker.Commands;

/// <summary>
/// A folder of ours that a later run may use again: it has a marker, so that what somebody else put there is never touched; the marker is locked meanwhile, so that two runs never share the folder.
/// </summary>
internal sealed class MarkedFolder : IDisposable
{
    private readonly FileStream _lock;

    private MarkedFolder(string root, FileStream @lock)
    {
        Root = root;
        _lock = @lock;
    }

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>Takes a new or empty folder, or one that an earlier run marked.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="noun">What uses it: demonstration, benchmark.</param>
    /// <param name="option">The option it was named with.</param>
    /// <param name="marker">Name of the marker.</param>
    /// <param name="own">Names of all else that may be in it.</param>
    /// <exception cref="IOException">The folder has something in it that is not ours, another run uses it, or it cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public static MarkedFolder Take(string directory, string noun, string option, string marker, IReadOnlyCollection<string> own)
    {
        var root = Path.GetFullPath(directory);
        var path = Path.Combine(root, marker);
        if (File.Exists(root))
        {
            throw new IOException($"{root} is a file; choose a folder.");
        }

        if (Directory.Exists(root) && !File.Exists(path) && Directory.EnumerateFileSystemEntries(root).FirstOrDefault() is { } foreign)
        {
            throw new IOException($"{root} is not empty and not of an earlier {noun} (found {Path.GetFileName(foreign)}); choose a new folder with {option}.");
        }

        Directory.CreateDirectory(root);
        var folder = new MarkedFolder(root, Lock(path, noun, option));
        var names = Directory.EnumerateFileSystemEntries(root).Select(static p => Path.GetFileName(p)!);
        if (names.FirstOrDefault(name => name != marker && !own.Contains(name, StringComparer.Ordinal)) is { } other)
        {
            folder.Dispose();
            throw new IOException($"{root} has something in it that no {noun} wrote ({other}); move it away or choose a new folder with {option}.");
        }

        return folder;
    }

    /// <summary>Removes files and folders of it by name, where they are.</summary>
    public void Remove(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            var path = Path.Combine(Root, name);
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string path, string noun, string option)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new IOException($"Another {noun} is using {Path.GetDirectoryName(path)}; choose another folder with {option}.", e);
        }
    }
}
