using System.Globalization;
using System.Text;
using Linkage.Batches;

namespace Linkage.Kafka.Tests;

/// <summary>A file drop in a folder of its own, gone afterwards; remembers what it holds.</summary>
internal sealed class Drop : IDisposable
{
    private readonly BatchBuilder _builder = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("linkage-").FullName;

    /// <summary>Every batch as a message should hold it, by practice, in order.</summary>
    public Dictionary<string, List<byte[]>> Practices { get; } = new(StringComparer.Ordinal);

    public int Count => Practices.Values.Sum(batches => batches.Count);

    /// <summary>Writes a file with one batch a practice named, each with a text of so many random characters out of so many kinds.</summary>
    public void Write(string name, IEnumerable<string> practices, Random random, int characters = 40, int kinds = 64)
    {
        using var file = File.Create(Path.Combine(Folder, name));
        using var container = new AvroContainerWriter(file, new byte[16]);
        foreach (var practice in practices)
        {
            if (!Practices.TryGetValue(practice, out var batches))
                Practices[practice] = batches = [];
            var id = string.Create(CultureInfo.InvariantCulture, $"{practice}-{batches.Count}");
            _builder.Begin(Encoding.UTF8.GetBytes(id), Encoding.UTF8.GetBytes(practice), "EMIS"u8, 3, 20_000, 1);
            var text = new byte[characters];
            for (var i = 0; i < text.Length; i++)
                text[i] = (byte)('0' + random.Next(kinds));
            _builder.Text(text);
            container.Append(_builder.Datum());
            batches.Add(_builder.SingleObject().ToArray());
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
