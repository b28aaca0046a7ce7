namespace Linkage.Parquet.Tests;

/// <summary>Codecs whose library is on this machine; the setup installs them all.</summary>
internal static class Codecs
{
    public static IReadOnlyList<Codec> Present { get; } = [.. Enum.GetValues<Codec>().Where(codec => new ParquetOptions { Codec = codec }.MissingLibrary() is null)];
}
