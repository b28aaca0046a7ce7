using Linkage.Batches;
using Linkage.Worker.Commands;
using Linkage.Worker.Synth;

namespace Linkage.Worker.Tests.Synth;

public sealed class SyntheticFeedFilesTests : IDisposable
{
    private static readonly SynthOptions Small = new() { Participants = 150, Records = 5_000, BatchRecords = 100, Dirt = 0.3, Seed = 5 };
    private readonly string _root = Directory.CreateTempSubdirectory("linkage-synth-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Files_hold_what_the_feed_in_memory_holds()
    {
        var directory = Path.Combine(_root, "new", "feed");
        var records = new List<long>();
        var summary = SyntheticFeed.Write(Small, directory, records.Add, CancellationToken.None);
        var feed = SyntheticFeed.InMemory(Small);
        Assert.Equal(feed.Participants, File.ReadAllBytes(Path.Combine(directory, "participants.csv")));
        Assert.Equal(feed.Truth, File.ReadAllBytes(Path.Combine(directory, "truth.csv")));
        Assert.Equal(feed.TruthBatches, File.ReadAllBytes(Path.Combine(directory, "truth-batches.csv")));

        var batches = new List<byte[]>();
        var files = Directory.GetFiles(Path.Combine(directory, "batches")).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(["00000.avro", "00001.avro", "00002.avro"], files.Select(file => Path.GetFileName(file)));
        foreach (var file in files)
        {
            using var stream = File.OpenRead(file);
            using var reader = new AvroContainerReader(stream, file);
            while (reader.TryRead(out var batch))
            {
                batches.Add(batch.ToArray());
            }
        }

        Assert.Equal(feed.Batches, batches);
        Assert.Equal(5_000, summary.Records);
        Assert.Equal(batches.Count, summary.Batches);
        Assert.Equal(3, summary.Containers);
        Assert.Equal(files.Sum(file => new FileInfo(file).Length), summary.Bytes);
        Assert.Equal(TruthRow.Read(feed.Truth).Count, summary.Patients);
        Assert.Equal(5_000, records[^1]);
        Assert.Contains("\"complete\": true", File.ReadAllText(Path.Combine(directory, "synth.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_feed_is_replaced_whole_and_byte_for_byte()
    {
        var (used, fresh) = (Path.Combine(_root, "used"), Path.Combine(_root, "fresh"));
        SyntheticFeed.Write(Small with { Records = 20_000, Seed = 6 }, used, null, CancellationToken.None);
        SyntheticFeed.Write(Small, used, null, CancellationToken.None);
        SyntheticFeed.Write(Small, fresh, null, CancellationToken.None);
        Assert.Equal(Contents(fresh), Contents(used));
    }

    [Theory]
    [InlineData("notes.txt")]
    [InlineData("participants.csv")]
    [InlineData("batches/other.parquet")]
    public void A_directory_with_anything_else_is_refused_and_left_alone(string name)
    {
        var file = Path.Combine(_root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "mine");
        using var errors = new StringWriter();
        Assert.Equal(2, SynthCommand.Run(Small, _root, TextWriter.Null, errors));
        Assert.Contains("not empty", errors.ToString(), StringComparison.Ordinal);
        Assert.Equal([name], Contents(_root).Keys);
        Assert.Throws<IOException>(() => SyntheticFeed.Write(Small, _root, null, CancellationToken.None));
    }

    [Fact]
    public void A_foreign_file_in_a_feed_is_not_deleted()
    {
        SyntheticFeed.Write(Small, _root, null, CancellationToken.None);
        File.WriteAllText(Path.Combine(_root, "batches", "notes.txt"), "mine");
        var before = Contents(_root);
        Assert.Equal(2, SynthCommand.Run(Small with { Seed = 9 }, _root, TextWriter.Null, TextWriter.Null));
        Assert.Equal(before, Contents(_root));
    }

    [Fact]
    public void A_file_in_place_of_the_directory_is_refused()
    {
        var file = Path.Combine(_root, "file");
        File.WriteAllText(file, "mine");
        using var errors = new StringWriter();
        Assert.Equal(2, SynthCommand.Run(Small, file, TextWriter.Null, errors));
        Assert.Contains("is a file", errors.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<SynthOptions, string> BadOptions => new()
    {
        { Small with { Participants = 0 }, "--participants 0" },
        { Small with { Records = 0 }, "--records 0" },
        { Small with { Outside = 0.95 }, "--outside 0.95" },
        { Small with { Outside = double.NaN }, "--outside NaN" },
        { Small with { Dirt = -0.1 }, "--dirt -0.1" },
        { Small with { Dirt = 1.1 }, "--dirt 1.1" },
        { Small with { BatchRecords = 0 }, "--batch-records 0" },
        { Small with { Participants = 50_000_000, Outside = 0.5 }, "never issued" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Bad_options_are_named_and_nothing_is_written(SynthOptions options, string named)
    {
        using var errors = new StringWriter();
        Assert.Equal(2, SynthCommand.Run(options, _root, TextWriter.Null, errors));
        Assert.Contains(named, errors.ToString(), StringComparison.Ordinal);
        Assert.Single(errors.ToString().TrimEnd().Split('\n'));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
    }

    [Fact]
    public void The_command_says_what_it_wrote()
    {
        using var output = new StringWriter();
        Assert.Equal(0, SynthCommand.Run(Small, _root, output, TextWriter.Null));
        Assert.Contains("5,000 records", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Stopped_midway_the_feed_is_marked_as_unfinished_and_can_be_made_anew()
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => SyntheticFeed.Write(Small, _root, _ => stop.Cancel(), stop.Token));
        Assert.Contains("\"complete\": false", File.ReadAllText(Path.Combine(_root, "synth.json")), StringComparison.Ordinal);
        Assert.Equal(0, SynthCommand.Run(Small, _root, TextWriter.Null, TextWriter.Null));
    }

    private static SortedDictionary<string, string> Contents(string root) => new(
        Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(root, file), file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))), StringComparer.Ordinal),
        StringComparer.Ordinal);
}
