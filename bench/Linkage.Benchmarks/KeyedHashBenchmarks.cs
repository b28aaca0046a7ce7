using System.Runtime.InteropServices;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Filters;
using Linkage.Kernels;

namespace Linkage.Benchmarks;

/// <summary>
/// HMAC-SHA-256 of short identifiers, per message, over a batch of 1,008 distinct ones (a multiple of every number of lanes). The peers hash the same messages one by one, as fast as
/// their interfaces allow: the platform's one call, the platform's keyed hash that is kept (which is the scalar path), OpenSSL's context that is kept.
/// </summary>
[Config(typeof(OnThisMachine))]
[Unit("message")]
public class KeyedHashBenchmarks : IDisposable
{
    private const int Messages = 1008;
    private const int Keys = 12;
    private const int LongestMessage = 40;

    private readonly byte[] _keys = new byte[Keys * KeyedHash.KeySize];
    private readonly byte[] _bytes = new byte[Messages * LongestMessage];
    private readonly byte[] _mac = new byte[KeyedHash.MacSize];
    private readonly KeyedMessages _oneKey = new();
    private readonly KeyedMessages _mixed = new();
    private readonly KeyedMessages _queue = new();
    private KeyedHash? _hash;
    private OpenSslHmac? _openSsl;

    /// <summary>Bytes of a message: an NHS number, and several fields of a person.</summary>
    [Params(10, LongestMessage)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(20264);
        random.NextBytes(_keys);
        random.NextBytes(_bytes);
        _hash = new KeyedHash(_keys);
        if (OpenSslHmac.IsAvailable)
            _openSsl = new OpenSslHmac(_keys.AsSpan(0, KeyedHash.KeySize));
        for (var i = 0; i < Messages; i++)
        {
            _oneKey.Add(0, Message(i));
            _mixed.Add(i % Keys, Message(i));
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _hash?.Dispose();
        _openSsl?.Dispose();
        _oneKey.Dispose();
        _mixed.Dispose();
        _queue.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The platform, one call a message.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Messages)]
    public byte HashData()
    {
        var sum = 0;
        for (var i = 0; i < Messages; i++)
        {
            HMACSHA256.HashData(_keys.AsSpan(0, KeyedHash.KeySize), Message(i), _mac);
            sum += _mac[0];
        }

        return (byte)sum;
    }

    /// <summary>OpenSSL 3 by itself: HMAC_Init_ex without a key, which goes back behind the key's block, HMAC_Update, HMAC_Final.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public byte OpenSsl()
    {
        var sum = 0;
        for (var i = 0; i < Messages; i++)
        {
            _openSsl!.Compute(Message(i), _mac);
            sum += _mac[0];
        }

        return (byte)sum;
    }

    /// <summary>A queue of messages under one key, by each path of this machine; the scalar one is the platform's IncrementalHash.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    [ArgumentsSource(nameof(Paths))]
    public ulong OneKey(KernelPath path) => Compute(_oneKey, path);

    /// <summary>The path this machine takes, neighbours under different keys.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public ulong MixedKeys() => Compute(_mixed, KernelDispatch.KeyedHash);

    /// <summary>All that a caller pays: queueing, hashing, reading 128 bits of every MAC, zeroing.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public ulong MixedKeysWithQueue()
    {
        for (var i = 0; i < Messages; i++)
            _queue.Add(i % Keys, Message(i));
        _hash!.Compute(_queue);
        var sum = 0UL;
        for (var i = 0; i < Messages; i++)
            sum += _queue.MacPart(i, 0) ^ _queue.MacPart(i, 1);
        _queue.Clear();
        return sum;
    }

    public static IEnumerable<KernelPath> Paths() => Enum.GetValues<KernelPath>().Where(KernelDispatch.IsSupported);

    private ReadOnlySpan<byte> Message(int number) => _bytes.AsSpan(number * Bytes, Bytes);

    private ulong Compute(KeyedMessages messages, KernelPath path)
    {
        _hash!.Compute(messages, path);
        return messages.MacPart(Messages - 1, 0);
    }

    // Without the library there is no row, rather than a failure.
    private sealed class OnThisMachine : ManualConfig
    {
        public OnThisMachine() => AddFilter(new SimpleFilter(static benchmark => OpenSslHmac.IsAvailable || benchmark.Descriptor.WorkloadMethod.Name != nameof(OpenSsl)));
    }
}

/// <summary>OpenSSL's own HMAC-SHA-256 under one key, by its C interface.</summary>
internal sealed class OpenSslHmac : IDisposable
{
    private const string Library = "libcrypto.so.3";
    private readonly nint _context;

    public OpenSslHmac(ReadOnlySpan<byte> key)
    {
        _context = New();
        if (_context == 0 || Init(_context, in key[0], key.Length, Sha256(), 0) != 1)
            throw new CryptographicException("OpenSSL gave no HMAC context");
    }

    /// <summary>Whether OpenSSL 3 is installed.</summary>
    public static bool IsAvailable { get; } = NativeLibrary.TryLoad(Library, out _);

    public void Compute(ReadOnlySpan<byte> message, Span<byte> mac)
    {
        if (Restart(_context, 0, 0, 0, 0) != 1
            || Update(_context, in message[0], (nuint)message.Length) != 1
            || Final(_context, ref mac[0], out _) != 1)
        {
            throw new CryptographicException("OpenSSL failed to hash");
        }
    }

    public void Dispose() => Free(_context);

    [DllImport(Library, EntryPoint = "HMAC_CTX_new"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint New();

    [DllImport(Library, EntryPoint = "HMAC_CTX_free"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Free(nint context);

    [DllImport(Library, EntryPoint = "EVP_sha256"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Sha256();

    [DllImport(Library, EntryPoint = "HMAC_Init_ex"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Init(nint context, in byte key, int length, nint hash, nint engine);

    [DllImport(Library, EntryPoint = "HMAC_Init_ex"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Restart(nint context, nint key, int length, nint hash, nint engine);

    [DllImport(Library, EntryPoint = "HMAC_Update"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Update(nint context, in byte bytes, nuint length);

    [DllImport(Library, EntryPoint = "HMAC_Final"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Final(nint context, ref byte mac, out uint length);
}
