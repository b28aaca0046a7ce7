using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Linkage.Kernels;

namespace Linkage.Benchmarks.Results;

/// <summary>What a figure depends on beside the code measured: processor, system and versions, as the rows at the head of every results file.</summary>
internal static class Surroundings
{
    private const string Unknown = "unknown";

    /// <summary>The rows, without what a job adds.</summary>
    public static IReadOnlyList<(string What, string Value)> Read() =>
    [
        ("processor", Processor()),
        ("system", $"{RuntimeInformation.OSDescription}, kernel {Environment.OSVersion.Version}, {RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}"),
        (".NET", Environment.Version.ToString()),
        ("Linkage", Linkage()),
        ("kernels", string.Join(", ", KernelDispatch.Chosen.Select(static k => $"{k.Key} {KernelDispatch.Name(k.Value)}"))),
        ("widest vectors", KernelDispatch.Name(KernelDispatch.Widest)),
        ("OpenSSL", OpenSsl()),
        ("day", DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
    ];

    /// <summary>Rows as a table without a head.</summary>
    public static string Table(IEnumerable<(string What, string Value)> rows)
    {
        var text = new StringBuilder("| | |\n|---|---|\n");
        foreach (var (what, value) in rows)
            text.Append(CultureInfo.InvariantCulture, $"| {what} | {value} |\n");
        return text.ToString();
    }

    /// <summary>An OpenSSL version number as text: 3.0.19 of 0x30000130.</summary>
    /// <remarks>0xMNN00PP0 since version 3: https://docs.openssl.org/3.0/man3/OPENSSL_VERSION_NUMBER/.</remarks>
    public static string OpenSsl(long version) =>
        string.Create(CultureInfo.InvariantCulture, $"{(version >> 28) & 0xF}.{(version >> 20) & 0xFF}.{(version >> 4) & 0xFF}");

    /// <summary>A version with the commit it was built from, where that is known.</summary>
    public static string Version(string version, string commit) => commit.Length == 0 ? version : $"{version} ({commit[..Math.Min(10, commit.Length)]})";

    // The peer of the keyed hash is what .NET calls: the library it found.
    private static string OpenSsl() => OperatingSystem.IsLinux() ? OpenSsl(SafeEvpPKeyHandle.OpenSslVersion) : Unknown;

    private static string Linkage()
    {
        var parts = (typeof(KernelDispatch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? Unknown).Split('+');
        return Version(parts[0], parts.Length > 1 ? parts[1] : "");
    }

    private static string Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var lines = File.Exists(CpuInfo) ? File.ReadLines(CpuInfo).TakeWhile(static l => l.Length > 0).ToList() : [];
        var name = Value(lines, "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        var model = Value(lines, "model") is { } number ? $", model {number}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{name}{model}, {Environment.ProcessorCount} processors");
    }

    private static string? Value(List<string> lines, string key) =>
        lines.Select(static l => l.Split(':', 2, StringSplitOptions.TrimEntries)).FirstOrDefault(l => l.Length == 2 && l[0] == key)?[1];
}
