using System.Security.Cryptography;

namespace Linkage.Pseudonyms;

/// <summary>
/// Versioned 256-bit root keys from a key file (mode 0600, refused when readable by others). Key memory does not move and is
/// zeroed on dispose. Thread-safe.
/// </summary>
public sealed class KeyRing : IDisposable
{
    private readonly Lock _gate = new();
    private readonly RootKey[] _keys;
    private readonly string _source;
    private bool _disposed;

    internal KeyRing(string source, int currentVersion, RootKey[] keys)
    {
        _source = source;
        _keys = keys;
        CurrentVersion = currentVersion;
    }

    /// <summary>Version of the current key, from 1.</summary>
    public int CurrentVersion { get; }

    /// <summary>Number of key versions in the ring.</summary>
    public int Count => _keys.Length;

    /// <summary>The root keys, for tests of zeroing and for rotation.</summary>
    internal ReadOnlySpan<RootKey> Keys => _keys;

    /// <summary>Reads a key file; <see cref="KeyRingException"/> names the file and what to do, never content.</summary>
    public static KeyRing Load(string path) => KeyFile.Read(path);

    /// <summary>Creates a new key file with one random key, mode 0600; refuses to overwrite.</summary>
    public static void CreateFile(string path, TimeProvider clock) => KeyFile.Create(path, clock);

    /// <summary>Adds a random key version and makes it current, atomically (temp file, sync, rename). Returns the version.</summary>
    public static int RotateFile(string path, TimeProvider clock) => KeyFile.Rotate(path, clock);

    /// <summary>A ring from known bytes (tests, known-answer vectors): 32 bytes, not all zero, version from 1.</summary>
    public static KeyRing FromBytes(int version, ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        if (key.Length != KeySchedule.KeySize)
            throw new ArgumentException($"a root key has {KeySchedule.KeySize} bytes, not {key.Length}", nameof(key));
        if (!key.ContainsAnyExcept((byte)0))
            throw new ArgumentException("a root key of zeros only protects nothing", nameof(key));
        var root = new RootKey(version, DateTimeOffset.UnixEpoch);
        key.CopyTo(root.Bytes);
        return new KeyRing("(memory)", version, [root]);
    }

    /// <summary>Derives the sub-keys of one version; <see cref="KeyRingException"/> when the ring lacks it.</summary>
    public Pseudonymiser Pseudonymiser(int version)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            foreach (var key in _keys)
            {
                if (key.Version == version)
                    return Pseudonyms.Pseudonymiser.Derive(version, key.Bytes);
            }
        }
        throw new KeyRingException(
            $"Key file '{_source}' has no key version {version} (it has {_keys.Length}, current {CurrentVersion}): use the key file the registry was built with.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var key in _keys)
                key.Dispose();
        }
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => "KeyRing(redacted)";
}

/// <summary>One root key in memory that neither moves nor outlives <see cref="Dispose"/>.</summary>
internal sealed class RootKey(int version, DateTimeOffset created) : IDisposable
{
    private readonly byte[] _bytes = GC.AllocateArray<byte>(KeySchedule.KeySize, pinned: true);

    public int Version { get; } = version;

    public DateTimeOffset Created { get; } = created;

    public Span<byte> Bytes => _bytes;

    /// <summary>Fewer than 8 different byte values among 32: all zero, one byte repeated, and the like. A random key has that with less than 2^-100.</summary>
    public bool IsWeak
    {
        get
        {
            UInt128 low = 0, high = 0;
            foreach (var b in _bytes)
            {
                if (b < 128)
                    low |= UInt128.One << b;
                else
                    high |= UInt128.One << (b - 128);
            }
            return UInt128.PopCount(low) + UInt128.PopCount(high) < 8;
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    public override string ToString() => "RootKey(redacted)";
}
