using System.Globalization;
using Linkage.Delta;
using Linkage.Delta.Verification;
using Linkage.Matching.Links;
using Linkage.Worker.Ingestion;

namespace Linkage.Worker.Reports;

/// <summary>
/// The link ledger's files held against themselves and the log that makes them valid: each is whole, and those that no base stands for are there. Needs no key; writes
/// nothing; may run while workers do.
/// </summary>
internal static class LinkVerification
{
    private const string Name = "link ledger";

    /// <summary>What is not as it should be.</summary>
    /// <param name="outputDirectory">Folder of the tables.</param>
    /// <param name="carrier">Name of the table whose log names the findings.</param>
    /// <exception cref="OutputUnavailableException">Something there cannot be read.</exception>
    public static List<VerificationFinding> Of(string outputDirectory, string carrier)
    {
        var findings = new List<VerificationFinding>();
        var folder = Path.Combine(outputDirectory, LinkStore.FolderName);
        if (!Directory.Exists(folder))
        {
            return findings;
        }

        var (version, attached) = TableLog.Open(Path.Combine(outputDirectory, carrier)).ReadAttached(-1);
        var whole = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in Directory.GetFiles(folder, "*.links").Order(StringComparer.Ordinal))
        {
            if (Problem(path) is { } problem)
            {
                findings.Add(new VerificationFinding(Severity.Error, Name, problem, path));
            }
            else
            {
                whole.Add(Path.GetFileName(path));
            }
        }

        // Listed again: a worker may have written a new base, and removed what it stands for.
        var newest = LinkFiles.BasesIn(folder).Where(b => b <= version).DefaultIfEmpty(-1).Max();
        if (newest < 0)
        {
            findings.Add(new VerificationFinding(Severity.Error, Name, string.Create(CultureInfo.InvariantCulture, $"There is no base of version {version} of {carrier} or before."), folder));
        }

        foreach (var file in attached.Where(f => f.Version > newest && !whole.Contains(f.Name) && !File.Exists(Path.Combine(folder, f.Name))))
        {
            findings.Add(new VerificationFinding(Severity.Error, Name, string.Create(CultureInfo.InvariantCulture, $"Log entry {file.Version} of {carrier} names it, and it is not there."), Path.Combine(folder, file.Name)));
        }

        return findings;
    }

    private static string? Problem(string path)
    {
        try
        {
            using var input = File.OpenRead(path);
            var reader = new LinkFileReader(input, input.Length, path);
            while (reader.TryReadRecord(out _))
            {
                // Reading is checking.
            }

            return null;
        }
        catch (FileNotFoundException)
        {
            // A worker has taken it into a base.
            return null;
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"It cannot be read: {e.Message}";
        }
    }
}
