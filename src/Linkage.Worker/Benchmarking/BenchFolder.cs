using System.Text.Json;
using Linkage.Matching;
using Linkage.Pseudonyms;
using Linkage.Worker.Commands;
using Linkage.Worker.Synth;

namespace Linkage.Worker.Benchmarking;

/// <summary>The folder a benchmark works in: feed, keys and registry, which a later one with the same settings uses again, and the output of the run under way. A temporary one is gone when disposed.</summary>
internal sealed class BenchFolder : IDisposable
{
    private const string FeedName = "feed", KeysName = "keys.json", RegistryName = "participants.registry", StudyName = "study.json", OutputName = "out";
    private static readonly string[] Own = [FeedName, KeysName, RegistryName, StudyName, OutputName];
    private static readonly JsonSerializerOptions Form = new() { WriteIndented = true };
    private readonly MarkedFolder _folder;
    private readonly bool _isTemporary;

    private BenchFolder(MarkedFolder folder, bool isTemporary)
    {
        _folder = folder;
        _isTemporary = isTemporary;
    }

    /// <summary>The folder.</summary>
    public string Root => _folder.Root;

    /// <summary>Folder of the synthetic feed.</summary>
    public string Feed => Path.Combine(Root, FeedName);

    /// <summary>The participants file.</summary>
    public string Participants => Path.Combine(Feed, "participants.csv");

    /// <summary>Folder of the batches.</summary>
    public string Batches => Path.Combine(Feed, "batches");

    /// <summary>The key ring.</summary>
    public string Keys => Path.Combine(Root, KeysName);

    /// <summary>The registry.</summary>
    public string Registry => Path.Combine(Root, RegistryName);

    /// <summary>Output of the run under way.</summary>
    public string Output => Path.Combine(Root, OutputName);

    private string Study => Path.Combine(Root, StudyName);

    /// <summary>Takes a folder, or makes a temporary one.</summary>
    /// <param name="directory">New, empty, or of an earlier benchmark; null for a temporary one.</param>
    /// <exception cref="IOException">The folder has something in it that is not ours, another benchmark uses it, or it cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public static BenchFolder Take(string? directory)
    {
        var folder = MarkedFolder.Take(directory ?? Directory.CreateTempSubdirectory("linkage-bench-").FullName, "benchmark", "--work", ".linkage-bench", Own);
        try
        {
            folder.Remove(OutputName);
            return new BenchFolder(folder, isTemporary: directory is null);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Records of the feed, when it, the keys and the registry are there and were made with the same settings; else null.</summary>
    public long? RecordsOf(SynthOptions study)
    {
        try
        {
            var made = JsonSerializer.Deserialize<MadeStudy>(File.ReadAllText(Study));
            if (made?.Settings != study)
            {
                return null;
            }

            // Of another version of the program they may be of another form.
            using var keys = KeyRing.Load(Keys);
            using var registry = Matching.Registry.Open(Registry);
            using var pseudonymiser = keys.Pseudonymiser(registry.KeyVersion);
            registry.RequireKey(pseudonymiser);
            return made.Records;
        }
        catch (Exception e) when (e is JsonException or KeyRingException or RegistryException or FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Notes that all is there.</summary>
    public void HasStudy(SynthOptions study, long records) => File.WriteAllText(Study, JsonSerializer.Serialize(new MadeStudy(study, records), Form));

    /// <summary>Removes what an earlier benchmark left.</summary>
    public void Clear() => _folder.Remove(StudyName, FeedName, KeysName, RegistryName);

    /// <summary>Removes the output of a run.</summary>
    public void RemoveOutput() => _folder.Remove(OutputName);

    /// <inheritdoc/>
    public void Dispose()
    {
        _folder.Remove(OutputName);
        _folder.Dispose();
        if (_isTemporary)
        {
            Directory.Delete(Root, recursive: true);
        }
    }

    private sealed record MadeStudy(SynthOptions Settings, long Records);
}
