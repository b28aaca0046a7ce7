namespace Linkage.Matching.Scoring;

public sealed partial record MatchModel
{
    private const string DefaultName = "default-model.json";

    private static readonly Lazy<MatchModel> Shipped = new(ReadShipped);

    /// <summary>The model that ships with the program (default-model.json).</summary>
    public static MatchModel Default => Shipped.Value;

    /// <summary>Whether a text can be a <see cref="Version"/>.</summary>
    public static bool IsVersion(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
    }

    /// <summary>Reads a model file.</summary>
    /// <exception cref="MatchModelException">It cannot be read, or is no model.</exception>
    public static MatchModel Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return Read(file, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new MatchModelException($"Match model '{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a model, at most 1 MiB of JSON in UTF-8, to the end of the stream.</summary>
    /// <param name="stream">Where to read.</param>
    /// <param name="name">What messages call it, a path mostly.</param>
    /// <exception cref="MatchModelException">It is no model.</exception>
    public static MatchModel Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        var bytes = new byte[MatchModelReader.MaxBytes + 1];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return new MatchModelReader(name).Parse(bytes.AsMemory(0, length));
    }

    /// <summary>
    /// Writes the model: indented, a level a line, fields and levels in order of their numbers, line feeds, the same bytes for the same model. What
    /// <see cref="Read"/> would refuse is not written.
    /// </summary>
    /// <exception cref="MatchModelException">The model breaks a rule of the file.</exception>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var bytes = MatchModelWriter.Write(this);
        new MatchModelReader($"to be written, {Version}").Parse(bytes);
        stream.Write(bytes);
    }

    private static MatchModel ReadShipped()
    {
        using var resource = typeof(MatchModel).Assembly.GetManifestResourceStream(DefaultName)
            ?? throw new InvalidOperationException($"The program lacks its resource {DefaultName}.");
        return Read(resource, DefaultName);
    }
}
