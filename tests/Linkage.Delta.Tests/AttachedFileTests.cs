using System.Text;

namespace Linkage.Delta.Tests;

/// <summary>Files that go with a log entry without being data: valid with it or not at all, and a word on what the entry may follow.</summary>
public sealed class AttachedFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RunLease _lease;
    private readonly DataFolder _side;

    public AttachedFileTests()
    {
        _lease = RunLease.Take(_folder.Path, "run-1");
        _side = DataFolder.OpenPrivate(_folder["_side"], _lease);
    }

    public void Dispose()
    {
        _side.Dispose();
        _lease.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void An_attached_file_is_named_by_its_entry_only()
    {
        var log = Open();
        using var file = Staged("x");
        var commit = Sample.Commit("t/a/0", null, 10) with { Attached = file.Path };
        Assert.Throws<ArgumentException>(() => log.Commit(commit, []));
        Assert.Equal(1, log.Commit(commit, [], file, null));
        log.Commit(Sample.Commit("t/a/0", 10, 20));
        using var second = Staged("y");
        Assert.Equal(3, log.Commit(Sample.Commit("t/a/0", 20, 30) with { Attached = second.Path }, [], second, null));
        foreach (var reader in new[] { log, Open() })
        {
            var (version, files) = reader.ReadAttached(-1);
            Assert.Equal(3, version);
            Assert.Equal<AttachedFile>([new(1, file.Path), new(3, second.Path)], files);
            Assert.Equal<AttachedFile>([new(3, second.Path)], reader.ReadAttached(1).Files);
            Assert.Empty(reader.ReadAttached(3).Files);
            Assert.Empty(reader.ReadFiles().Files);
        }

        file.Discard();
        Assert.Equal("x", Encoding.UTF8.GetString(Read(file.Path)));
        Assert.Equal(log.Id, Open().Id);
        Assert.Throws<ArgumentException>(() => log.Commit(Sample.Commit("t/a/0", 30, 40) with { Attached = "a-name-of-nobody" }));
    }

    [Fact]
    public void A_commit_that_may_not_follow_leaves_nothing()
    {
        var (log, other) = (Open(), Open());
        using var file = Staged("x");
        var asked = new List<long>();
        var commit = Sample.Commit("t/a/0", null, 10) with { Attached = file.Path };
        Assert.Throws<OwnershipLostException>(() => log.Commit(commit, [], file, () =>
        {
            // Another worker is quicker, between the answer and the attempt.
            asked.Add(log.ReadAttached(-1).Version);
            if (asked.Count == 1)
                other.Commit(Sample.Commit("t/a/1", null, 5));
            else
                throw new OwnershipLostException("t/a/0", null, 0);
        }));
        Assert.Equal([0, 1], asked);
        Assert.Equal(1, log.Refresh().Version);
        Assert.False(log.Refresh().Progress.ContainsKey("t/a/0"));
        file.Discard();
        Assert.Empty(Directory.GetFiles(_folder["_side"]));
        Assert.Empty(Directory.GetFiles(_folder["t/_delta_log/_tmp"]));
    }

    [Fact]
    public void Asked_again_after_every_conflict_a_commit_follows_what_it_was_asked_about()
    {
        var (log, other) = (Open(), Open());
        var next = 0;
        var version = log.Commit(Sample.Commit("t/a/0", null, 10), [], null, () =>
        {
            if (next < 3)
                other.Commit(Sample.Commit("t/a/1", next == 0 ? null : next, ++next));
        });
        Assert.Equal((3, 4L), (next, version));
    }

    [Fact]
    public void A_file_of_its_own_name_is_published_once_and_files_in_use_are_no_orphans()
    {
        using (var first = _side.CreateNamed("base.links"))
        {
            first.Stream.Write("1"u8);
            first.Sync();
            Assert.True(_side.TryPublish(first));
        }

        using (var second = _side.CreateNamed("base.links"))
        {
            second.Stream.Write("2"u8);
            second.Sync();
            Assert.False(_side.TryPublish(second));
        }

        Assert.Equal("1", Encoding.UTF8.GetString(Read("base.links")));
        File.WriteAllText(_folder["_side/part-dead-000001.links"], "used");
        File.WriteAllText(_folder["_side/part-dead-000002.links"], "not");
        File.WriteAllText(_folder["_side/.part-dead-000003.links.tmp"], "not");
        File.WriteAllText(_folder["_side/part-run-1-000009.links"], "alive");
        Assert.Equal(2, _side.RemoveUnused(() => new HashSet<string>(StringComparer.Ordinal) { "part-dead-000001.links" }));
        Assert.Equal(["base.links", "part-dead-000001.links", "part-run-1-000009.links"], Directory.GetFiles(_folder["_side"]).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        _side.Remove("part-dead-000001.links");
        _side.Remove("part-dead-000001.links");
        Assert.Null(_side.TryOpen("part-dead-000001.links"));
    }

    private TableLog Open() => TableLog.OpenOrCreate(_folder["t"], Sample.Definition, TimeProvider.System);

    private StagedFile Staged(string text)
    {
        var file = _side.Create("");
        file.Stream.Write(Encoding.UTF8.GetBytes(text));
        file.Sync();
        return file;
    }

    private byte[] Read(string name)
    {
        using var stream = _side.TryOpen(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
