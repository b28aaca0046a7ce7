using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using Linkage.Pseudonyms;

namespace Linkage.Tests.Pseudonyms;

[UnsupportedOSPlatform("windows")] // file modes
public class KeyRingTests
{
    [Fact]
    public void ANewFileHasOneRandomKeyForTheOwnerOnly()
    {
        using var folder = new TempFolder();
        KeyRing.CreateFile(folder["a.json"], StoppedClock.At);
        KeyRing.CreateFile(folder["b.json"], StoppedClock.At);
        Assert.Equal(["a.json", "b.json"], folder.Names);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(folder["a.json"]));

        using var json = JsonDocument.Parse(File.ReadAllBytes(folder["a.json"]));
        Assert.Equal("linkage-keys/1", json.RootElement.GetProperty("format").GetString());
        Assert.Equal(1, json.RootElement.GetProperty("current").GetInt32());
        var key = Assert.Single(json.RootElement.GetProperty("keys").EnumerateArray());
        Assert.Equal(1, key.GetProperty("version").GetInt32());
        Assert.Equal("2025-03-04T05:06:07Z", key.GetProperty("created").GetString());
        Assert.Equal(32, key.GetProperty("key").GetBytesFromBase64().Length);

        using var a = KeyRing.Load(folder["a.json"]);
        using var b = KeyRing.Load(folder["b.json"]);
        Assert.Equal((1, 1), (a.CurrentVersion, a.Count));
        using var first = a.Pseudonymiser(1);
        using var second = b.Pseudonymiser(1);
        Assert.False(first.KeyCheckEquals(second.KeyCheck));
    }

    [Fact]
    public void AnExistingFileIsNotOverwritten()
    {
        using var folder = new TempFolder();
        KeyRing.CreateFile(folder["keys.json"], StoppedClock.At);
        var before = File.ReadAllBytes(folder["keys.json"]);
        Refused(() => KeyRing.CreateFile(folder["keys.json"], StoppedClock.At), folder["keys.json"], "not overwritten");
        Assert.Equal(before, File.ReadAllBytes(folder["keys.json"]));
        Refused(() => KeyRing.CreateFile(folder["no/keys.json"], StoppedClock.At), folder["no/keys.json"], "folder");
        Refused(() => KeyRing.CreateFile(folder.Path, StoppedClock.At), folder.Path, "");
    }

    [Fact]
    public void RotationKeepsOldVersionsAndMode()
    {
        using var folder = new TempFolder();
        var path = folder["keys.json"];
        KeyRing.CreateFile(path, StoppedClock.At);
        using var original = KeyRing.Load(path);
        using var originalTokens = original.Pseudonymiser(1);
        File.SetUnixFileMode(path, UnixFileMode.UserRead);

        for (var version = 2; version <= 5; version++)
            Assert.Equal(version, KeyRing.RotateFile(path, StoppedClock.At));

        using var ring = KeyRing.Load(path);
        Assert.Equal((5, 5), (ring.CurrentVersion, ring.Count));
        Assert.Equal(UnixFileMode.UserRead, Mode(path));
        Assert.Equal(["keys.json", "keys.json.lock"], folder.Names);
        using var old = ring.Pseudonymiser(1);
        Assert.True(originalTokens.KeyCheckEquals(old.KeyCheck));
        Assert.Equal(originalTokens.Token(Purpose.NhsNumber, "x"u8), old.Token(Purpose.NhsNumber, "x"u8));
        var checks = Enumerable.Range(1, 5).Select(v =>
        {
            using var p = ring.Pseudonymiser(v);
            return Convert.ToHexString(p.KeyCheck);
        });
        Assert.Equal(5, checks.Distinct(StringComparer.Ordinal).Count());
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        Assert.All(json.RootElement.GetProperty("keys").EnumerateArray(), k => Assert.Equal("2025-03-04T05:06:07Z", k.GetProperty("created").GetString()));
    }

    [Fact]
    public void RotationReplacesTheFileBehindALink()
    {
        using var folder = new TempFolder();
        KeyRing.CreateFile(folder["real.json"], StoppedClock.At);
        File.CreateSymbolicLink(folder["link.json"], "real.json");
        Assert.Equal(2, KeyRing.RotateFile(folder["link.json"], StoppedClock.At));
        Assert.NotNull(new FileInfo(folder["link.json"]).LinkTarget);
        using var ring = KeyRing.Load(folder["real.json"]);
        Assert.Equal(2, ring.CurrentVersion);
    }

    [Fact]
    public void RotationsAtOnceLoseNoVersionAndReadersSeeWholeFiles()
    {
        using var folder = new TempFolder();
        var path = folder["keys.json"];
        KeyRing.CreateFile(path, StoppedClock.At);
        var versions = new System.Collections.Concurrent.ConcurrentBag<int>();
        var unexpected = new System.Collections.Concurrent.ConcurrentBag<Exception>();
        var threads = Enumerable.Range(0, 4).Select(i => new Thread(() =>
        {
            for (var n = 0; n < 25; n++)
            {
                try
                {
                    if (i == 0)
                        KeyRing.Load(path).Dispose();
                    else
                        versions.Add(KeyRing.RotateFile(path, StoppedClock.At));
                }
                catch (KeyRingException e) when (i > 0 && e.Message.Contains("being rotated", StringComparison.Ordinal))
                {
                    // Refused because another one ran: allowed, and counted by its absence from versions.
                }
                catch (KeyRingException e)
                {
                    unexpected.Add(e);
                }
            }
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());

        Assert.Empty(unexpected);
        Assert.NotEmpty(versions);
        Assert.Equal(Enumerable.Range(2, versions.Count), versions.Order());
        using var ring = KeyRing.Load(path);
        Assert.Equal(versions.Count + 1, ring.Count);
        Assert.Equal(versions.Max(), ring.CurrentVersion);
        Assert.Equal(["keys.json", "keys.json.lock"], folder.Names);
    }

    [Fact]
    public void ALockedFileIsNotRotated()
    {
        using var folder = new TempFolder();
        var path = folder["keys.json"];
        KeyRing.CreateFile(path, StoppedClock.At);
        using (new FileStream(path + ".lock", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            Refused(() => KeyRing.RotateFile(path, StoppedClock.At), path, "being rotated");
        Assert.Equal(2, KeyRing.RotateFile(path, StoppedClock.At));
    }

    public static TheoryData<UnixFileMode> OpenModes => new(
        UnixFileMode.GroupRead, UnixFileMode.GroupWrite, UnixFileMode.OtherRead, UnixFileMode.OtherWrite, UnixFileMode.OtherExecute,
        UnixFileMode.GroupRead | UnixFileMode.OtherRead);

    [Theory]
    [MemberData(nameof(OpenModes))]
    public void AFileOpenToOthersIsRefused(UnixFileMode others)
    {
        using var folder = new TempFolder();
        var path = folder["keys.json"];
        KeyRing.CreateFile(path, StoppedClock.At);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | others);
        Refused(() => KeyRing.Load(path), path, "chmod 600");
        Refused(() => KeyRing.RotateFile(path, StoppedClock.At), path, "chmod 600");
        File.CreateSymbolicLink(folder["link"], path);
        Refused(() => KeyRing.Load(folder["link"]), folder["link"], "chmod 600");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        KeyRing.Load(path).Dispose();
    }

    [SkippableFact]
    public void AFileThatCannotBeReadIsRefused()
    {
        Skip.If(Environment.IsPrivilegedProcess, "root reads every file");
        using var folder = new TempFolder();
        var path = folder["keys.json"];
        KeyRing.CreateFile(path, StoppedClock.At);
        File.SetUnixFileMode(path, UnixFileMode.None);
        Refused(() => KeyRing.Load(path), path, "run as the user");
    }

    [Fact]
    public void WhatIsNotAFileIsRefused()
    {
        using var folder = new TempFolder();
        Refused(() => KeyRing.Load(folder["none.json"]), folder["none.json"], "does not exist");
        Refused(() => KeyRing.Load(folder["no/none.json"]), folder["no/none.json"], "does not exist");
        Refused(() => KeyRing.RotateFile(folder["none.json"], StoppedClock.At), folder["none.json"], "does not exist");
        Refused(() => KeyRing.Load(folder.Path), folder.Path, "folder");
        Refused(() => KeyRing.Load("/dev/zero"), "/dev/zero", "not a regular file");
        File.WriteAllBytes(folder["empty.json"], []);
        Refused(() => KeyRing.Load(folder["empty.json"]), folder["empty.json"], "empty");
        File.CreateSymbolicLink(folder["dangling"], folder["none.json"]);
        Refused(() => KeyRing.Load(folder["dangling"]), folder["dangling"], "does not exist");
        File.WriteAllBytes(folder["huge.json"], new byte[(1 << 20) + 1]);
        Refused(() => KeyRing.Load(folder["huge.json"]), folder["huge.json"], "bytes");
    }

    [Fact]
    public void AVersionTheRingLacksIsRefused()
    {
        using var folder = new TempFolder();
        KeyRing.CreateFile(folder["keys.json"], StoppedClock.At);
        using var ring = KeyRing.Load(folder["keys.json"]);
        foreach (var version in new[] { 0, 2, -1, int.MaxValue })
            Refused(() => ring.Pseudonymiser(version), folder["keys.json"], $"version {version}");
    }

    [Fact]
    public void DisposeZeroesTheRootKeys()
    {
        using var folder = new TempFolder();
        KeyRing.CreateFile(folder["keys.json"], StoppedClock.At);
        KeyRing.RotateFile(folder["keys.json"], StoppedClock.At);
        var ring = KeyRing.Load(folder["keys.json"]);
        var keys = ring.Keys.ToArray();
        Assert.All(keys, k => Assert.True(k.Bytes.ContainsAnyExcept((byte)0)));
        ring.Dispose();
        ring.Dispose();
        Assert.All(keys, k => Assert.False(k.Bytes.ContainsAnyExcept((byte)0)));
        Assert.Throws<ObjectDisposedException>(() => ring.Pseudonymiser(1));
    }

    [Fact]
    public void KnownBytesMakeARing()
    {
        var key = Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef");
        using var ring = KeyRing.FromBytes(3, key);
        Assert.Equal((3, 1), (ring.CurrentVersion, ring.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => KeyRing.FromBytes(0, key));
        Assert.Throws<ArgumentException>(() => KeyRing.FromBytes(1, key.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => KeyRing.FromBytes(1, new byte[32]));
    }

    private static UnixFileMode Mode(string path) => File.GetUnixFileMode(path);

    private static void Refused(Action action, string path, string remedy)
    {
        var e = Assert.Throws<KeyRingException>(action);
        Assert.Contains($"'{path}'", e.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, e.Message, StringComparison.Ordinal);
    }
}
