using Microsoft.Win32.SafeHandles;

namespace Linkage.Delta.Tests;

public sealed class FaultTests : IDisposable
{
    private const string First = "00000000000000000001.json";
    private readonly TempFolder _folder = new();
    private readonly SteppedDisk _disk = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_entry_that_was_created_though_the_call_failed_is_recognised()
    {
        var log = Open(_disk);
        _disk.After = FailAt("link", First);
        Assert.Equal(1, log.Commit(Sample.Commit("t/a/0", null, 10)));
        Assert.Equal(2, log.Commit(Sample.Commit("t/a/0", 10, 20)));
        Assert.Empty(Temporaries());
    }

    [Fact]
    public void An_entry_that_was_not_created_is_a_failure_and_can_be_tried_again()
    {
        var log = Open(_disk);
        var commit = Sample.Commit("t/a/0", null, 10);
        _disk.Before = FailAt("link", First);
        var e = Assert.Throws<OutputUnavailableException>(() => log.Commit(commit));
        Assert.Contains(First, e.Message, StringComparison.Ordinal);
        Assert.Equal(0, log.Refresh().Version);
        Assert.Empty(Temporaries());
        _disk.Before = _ => { };
        Assert.Equal(1, log.Commit(commit));
    }

    [Theory]
    [InlineData("link")]
    [InlineData("syncdir")]
    public void A_commit_of_unknown_outcome_keeps_its_files_and_is_not_done_twice(string at)
    {
        using var lease = RunLease.Take(_folder.Path, "run-1");
        using var data = new DataFolder(_folder["t"], lease);
        using var broken = new BrokenDisk();
        var log = Open(broken);
        using var file = data.Create("year=y1");
        var summary = Sample.WriteParquet(file.Stream, 1);
        DataFolder.SyncAll([file]);
        var commit = Sample.Commit("t/a/0", null, 10, new DataFile(file.Path, [new("year", "y1")], summary));
        broken.BreakAfter(at);
        Assert.Throws<OutputUnavailableException>(() => log.Commit(commit, [file]));
        file.Discard();
        Assert.True(File.Exists(_folder["t/" + file.Path]));
        broken.Mend();
        Assert.Equal(1, log.Commit(commit));
        Assert.Equal(1, log.Refresh().Version);
        Assert.Equal(file.Path, Assert.Single(TableLog.Open(_folder["t"]).ReadFiles().Files).Key);
        Assert.Equal(0, new DataFolder(_folder["t"], lease).RemoveOrphans(log));
    }

    [Fact]
    public void An_own_entry_reported_as_somebody_elses_is_recognised()
    {
        // A network file system may repeat a link whose reply was lost, and then report that the name is taken.
        using var broken = new BrokenDisk { DenyLinks = true };
        var log = Open(broken);
        Assert.Equal(1, log.Commit(Sample.Commit("t/a/0", null, 10)));
        Assert.Equal(2, log.Commit(Sample.Commit("t/a/0", 10, 20)));
        Assert.Equal(20, TableLog.Open(_folder["t"]).Refresh().Progress["t/a/0"]);
    }

    [Fact]
    public void A_temporary_entry_taken_for_an_orphan_is_written_again()
    {
        var log = Open(_disk);
        var swept = 0;
        _disk.Before = step =>
        {
            if (string.Equals(step.Operation, "link", StringComparison.Ordinal) && swept++ == 0)
                File.Delete(Assert.Single(Temporaries()));
        };
        Assert.Equal(1, log.Commit(Sample.Commit("t/a/0", null, 10)));
        Assert.Equal(2, swept);
    }

    [Fact]
    public void What_fails_after_ours_is_in_does_not_undo_it()
    {
        var log = Open(_disk);
        _disk.After = step =>
        {
            if (step.Path.EndsWith(First, StringComparison.Ordinal))
                File.WriteAllText(_folder["t/_delta_log/00000000000000000002.json"], "not json");
        };
        Assert.Equal(1, log.Commit(Sample.Commit("t/a/0", null, 10)));
        Assert.Throws<InvalidDataException>(() => log.Refresh());
    }

    [Theory]
    [InlineData("create")]
    [InlineData("write")]
    [InlineData("sync")]
    public void An_entry_that_cannot_be_written_leaves_nothing(string operation)
    {
        var log = Open(_disk);
        _disk.Before = FailAt(operation, ".tmp");
        var e = Assert.Throws<OutputUnavailableException>(() => log.Commit(Sample.Commit("t/a/0", null, 10)));
        Assert.Equal(Errnos.NoSpace, e.Errno);
        Assert.Empty(Temporaries());
        Assert.Equal(0, Open(new SteppedDisk()).Refresh().Version);
    }

    [SkippableFact]
    public void A_full_device_says_so_at_the_write_that_meets_it()
    {
        Skip.IfNot(File.Exists("/dev/full"));
        using var stream = new OutputStream(OutputDisk.Shared, File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite), "/out/part.parquet");
        stream.Write(new byte[100]);
        var e = Assert.Throws<OutputUnavailableException>(stream.Flush);
        Assert.Equal((Errnos.NoSpace, "/out/part.parquet"), (e.Errno, e.Path));
        Assert.Contains("'/out/part.parquet': No space left on device. Free space", e.Message, StringComparison.Ordinal);
        Assert.Throws<OutputUnavailableException>(() => stream.Write(new byte[1 << 20]));
        stream.Abandon();
    }

    [Fact]
    public void A_file_where_a_folder_should_be_is_an_unavailable_output()
    {
        File.WriteAllText(_folder["file"], "");
        Assert.Throws<OutputUnavailableException>(() => TableLog.OpenOrCreate(_folder["file/t"], Sample.Definition, TimeProvider.System));
        Assert.Throws<OutputUnavailableException>(() => RunLease.Take(_folder["file"], "run-1"));
        using var lease = RunLease.Take(_folder.Path, "run-1");
        Assert.Throws<OutputUnavailableException>(() => new DataFolder(_folder["file"], lease).Create("year=y1"));
    }

    [Fact]
    public void Files_that_cannot_be_synced_or_published_can_be_discarded()
    {
        using var lease = RunLease.Take(_folder.Path, "run-1");
        using var data = new DataFolder(_folder["t"], lease, _disk);
        var log = Open(new SteppedDisk());
        foreach (var operation in (string[])["sync", "syncfs", "move"])
        {
            _disk.Before = _ => { };
            var files = Enumerable.Range(0, 5).Select(i => data.Create("year=y" + i)).ToList();
            _disk.Before = FailAt(operation, operation is "move" ? "3.parquet" : "");
            var few = operation is "sync" ? files[..2] : files;
            Assert.Throws<OutputUnavailableException>(() =>
            {
                DataFolder.SyncAll(few);
                log.Commit(Sample.Commit("t/a/0", null, 1, [.. few.Select(f => Sample.File(f.Path, f.Path[5..7]))]), few);
            });
            files.ForEach(f => f.Dispose());
            Assert.Empty(Directory.EnumerateFiles(_folder["t"], "*part-*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }));
            Assert.Equal(0, log.Refresh().Version);
        }
    }

    private TableLog Open(OutputDisk disk) => TableLog.OpenOrCreate(_folder["t"], Sample.Definition, TimeProvider.System, disk);

    private IEnumerable<string> Temporaries() => Directory.EnumerateFiles(_folder["t/_delta_log/_tmp"]);

    private static Action<DiskStep> FailAt(string operation, string path) => step =>
    {
        if (string.Equals(step.Operation, operation, StringComparison.Ordinal) && step.Path.EndsWith(path, StringComparison.Ordinal))
            throw new OutputUnavailableException(operation, step.Path, Errnos.NoSpace);
    };

    /// <summary>A disk that breaks right after a step: nothing can be written or read until mended.</summary>
    private sealed class BrokenDisk : OutputDisk, IDisposable
    {
        private string? _breakAfter;
        private bool _broken;

        public bool DenyLinks { get; init; }

        public void BreakAfter(string operation) => _breakAfter = operation;

        public void Mend() => (_broken, _breakAfter) = (false, null);

        public override bool TryLink(string temporary, string target)
        {
            var created = base.TryLink(temporary, target);
            Break("link", target);
            return created && !DenyLinks;
        }

        public override void SyncDirectory(string path) => Break("syncdir", path);

        public override SafeFileHandle? TryOpen(string path) =>
            _broken ? throw new OutputUnavailableException("read", path, Errnos.InputOutput) : base.TryOpen(path);

        public override void Delete(string path)
        {
            if (_broken)
                throw new OutputUnavailableException("remove", path, Errnos.InputOutput);
            base.Delete(path);
        }

        public void Dispose() => Mend();

        private void Break(string operation, string path)
        {
            _broken |= string.Equals(operation, _breakAfter, StringComparison.Ordinal);
            if (_broken)
                throw new OutputUnavailableException(operation, path, Errnos.InputOutput);
        }
    }
}
