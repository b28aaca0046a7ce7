namespace Linkage.Benchmarks.Tests;

/// <summary>A checkout of nothing but a README, a folder of documents and one of results; gone when disposed.</summary>
internal sealed class Folder : IDisposable
{
    public Folder()
    {
        Root = Directory.CreateTempSubdirectory("linkage-figures-").FullName;
        Directory.CreateDirectory(Path.Combine(Root, "docs"));
        Directory.CreateDirectory(Path.Combine(Root, "bench", "results", "cpu"));
        this["README.md"] = "# Nothing\n";
    }

    public string Root { get; }

    public string this[string path]
    {
        get => File.ReadAllText(Path.Combine(Root, path));
        set => File.WriteAllText(Path.Combine(Root, path), value);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
