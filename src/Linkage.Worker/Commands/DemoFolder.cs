namespace Linkage.Worker.Commands;

/// <summary>The demonstration's folder: a rerun replaces what an earlier demonstration wrote, and nothing else (<see cref="MarkedFolder"/>).</summary>
internal sealed class DemoFolder : IDisposable
{
    private static readonly string[] Own = ["feed", "keys.json", "participants.registry", "tables"];
    private readonly MarkedFolder _folder;

    private DemoFolder(MarkedFolder folder) => _folder = folder;

    /// <summary>The folder.</summary>
    public string Root => _folder.Root;

    /// <summary>Folder of the synthetic feed.</summary>
    public string Feed => Path.Combine(Root, Own[0]);

    /// <summary>The participants file.</summary>
    public string Participants => Path.Combine(Feed, "participants.csv");

    /// <summary>Folder of the batches.</summary>
    public string Batches => Path.Combine(Feed, "batches");

    /// <summary>Which patient is which participant.</summary>
    public string Truth => Path.Combine(Feed, "truth.csv");

    /// <summary>The key ring.</summary>
    public string Keys => Path.Combine(Root, Own[1]);

    /// <summary>The registry.</summary>
    public string Registry => Path.Combine(Root, Own[2]);

    /// <summary>The output of the run.</summary>
    public string Tables => Path.Combine(Root, Own[3]);

    /// <summary>Takes a new or empty folder, or one of an earlier demonstration, which is emptied.</summary>
    /// <exception cref="IOException">The folder has something in it that is not ours, another demonstration uses it, or it cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public static DemoFolder Take(string directory)
    {
        var folder = MarkedFolder.Take(directory, "demonstration", "--out", ".linkage-demo", Own);
        try
        {
            folder.Remove(Own);
            return new DemoFolder(folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
