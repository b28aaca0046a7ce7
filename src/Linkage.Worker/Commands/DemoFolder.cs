namespace Linkage.Worker.Commands;

/// <summary>
/// The demonstration's folder. It has a marker, so that a rerun replaces what an earlier demonstration wrote, and nothing else; the marker is locked meanwhile, so
/// that two demonstrations never share a folder.
/// </summary>
internal sealed class DemoFolder : IDisposable
{
    private const string Marker = ".linkage-demo";
    private static readonly string[] Own = [Marker, "feed", "keys.json", "participants.registry", "tables"];
    private readonly FileStream _lock;

    private DemoFolder(string root, FileStream @lock)
    {
        Root = root;
        _lock = @lock;
    }

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>Folder of the synthetic feed.</summary>
    public string Feed => Path.Combine(Root, "feed");

    /// <summary>The participants file.</summary>
    public string Participants => Path.Combine(Feed, "participants.csv");

    /// <summary>Folder of the batches.</summary>
    public string Batches => Path.Combine(Feed, "batches");

    /// <summary>Which patient is which participant.</summary>
    public string Truth => Path.Combine(Feed, "truth.csv");

    /// <summary>The key ring.</summary>
    public string Keys => Path.Combine(Root, "keys.json");

    /// <summary>The registry.</summary>
    public string Registry => Path.Combine(Root, "participants.registry");

    /// <summary>The output of the run.</summary>
    public string Tables => Path.Combine(Root, "tables");

    /// <summary>Takes a new or empty folder, or one of an earlier demonstration, which is emptied.</summary>
    /// <exception cref="IOException">The folder has something in it that is not ours, another demonstration uses it, or it cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public static DemoFolder Take(string directory)
    {
        var root = Path.GetFullPath(directory);
        var marker = Path.Combine(root, Marker);
        if (File.Exists(root))
        {
            throw new IOException($"{root} is a file; choose a folder.");
        }

        if (Directory.Exists(root) && !File.Exists(marker) && Directory.EnumerateFileSystemEntries(root).FirstOrDefault() is { } foreign)
        {
            throw new IOException($"{root} is not empty and not of an earlier demonstration (found {Path.GetFileName(foreign)}); choose a new folder with --out.");
        }

        Directory.CreateDirectory(root);
        var stream = Lock(marker, root);
        var folder = new DemoFolder(root, stream);
        try
        {
            folder.Clear();
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        return folder;
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string marker, string root)
    {
        try
        {
            return new FileStream(marker, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(marker))
        {
            throw new IOException($"Another demonstration is using {root}; choose another folder with --out.", e);
        }
    }

    private void Clear()
    {
        if (Directory.EnumerateFileSystemEntries(Root).Select(static p => Path.GetFileName(p)!).FirstOrDefault(static name => !Own.Contains(name, StringComparer.Ordinal)) is { } foreign)
        {
            throw new IOException($"{Root} has something in it that no demonstration wrote ({foreign}); move it away or choose a new folder with --out.");
        }

        File.Delete(Keys);
        File.Delete(Registry);
        foreach (var directory in (ReadOnlySpan<string>)[Feed, Tables])
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }
}
