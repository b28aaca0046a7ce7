using Microsoft.Win32.SafeHandles;

namespace Linkage.Delta.Tests;

/// <summary>A disk that does not wait for the device (the tests that use it do not pull the plug), and counts what is read.</summary>
internal sealed class QuickDisk : OutputDisk
{
    public int Opened { get; private set; }

    public long BytesRead { get; private set; }

    public void Reset() => (Opened, BytesRead) = (0, 0);

    public override void Sync(SafeFileHandle file, string path)
    {
    }

    public override void SyncDirectory(string path)
    {
    }

    public override SafeFileHandle? TryOpen(string path)
    {
        var file = base.TryOpen(path);
        Opened += file is null ? 0 : 1;
        return file;
    }

    public override byte[] Read(SafeFileHandle file, string path, long offset, int count)
    {
        BytesRead += count;
        return base.Read(file, path, offset, count);
    }
}

/// <summary>A step of the protocol, as the disk sees it.</summary>
/// <param name="Operation">What is done.</param>
/// <param name="Path">To which file or folder (the target of a rename).</param>
internal sealed record DiskStep(string Operation, string Path);

/// <summary>A disk that tells of each step that changes it: before and after.</summary>
internal sealed class SteppedDisk : OutputDisk
{
    public Action<DiskStep> Before { get; set; } = _ => { };

    public Action<DiskStep> After { get; set; } = _ => { };

    public override void CreateDirectory(string path) => Step("mkdir", path, () => base.CreateDirectory(path));

    public override SafeFileHandle CreateNew(string path) => Step("create", path, () => base.CreateNew(path));

    public override void Write(SafeFileHandle file, string path, ReadOnlySpan<byte> bytes, long offset)
    {
        Before(new DiskStep("write", path));
        base.Write(file, path, bytes, offset);
        After(new DiskStep("write", path));
    }

    public override void Sync(SafeFileHandle file, string path) => Step("sync", path, () => base.Sync(file, path));

    public override void SyncDirectory(string path) => Step("syncdir", path, () => base.SyncDirectory(path));

    public override void SyncFileSystem(SafeFileHandle folder, string path) => Step("syncfs", path, () => base.SyncFileSystem(folder, path));

    public override bool TryLink(string temporary, string target) => Step("link", target, () => base.TryLink(temporary, target));

    public override bool TryMove(string temporary, string target) => Step("move", target, () => base.TryMove(temporary, target));

    public override void Replace(string temporary, string target) => Step("replace", target, () => base.Replace(temporary, target));

    public override void Delete(string path) => Step("delete", path, () => base.Delete(path));

    public override bool TryAddName(string path, string name) => Step("addname", name, () => base.TryAddName(path, name));

    public override void Exchange(string one, string other) => Step("exchange", other, () => base.Exchange(one, other));

    public override void CopyMode(string from, string to) => Step("mode", to, () => base.CopyMode(from, to));

    /// <summary>As one that dies in the middle sees it: a file at a time.</summary>
    public override void DeleteTree(string path)
    {
        if (Directory.Exists(path))
        {
            foreach (var file in Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }).ToList())
                Delete(file);
        }

        Step("rmtree", path, () => base.DeleteTree(path));
    }

    private void Step(string operation, string path, Action action) => Step(operation, path, () =>
    {
        action();
        return true;
    });

    private T Step<T>(string operation, string path, Func<T> action)
    {
        Before(new DiskStep(operation, path));
        var result = action();
        After(new DiskStep(operation, path));
        return result;
    }
}
