using System.Globalization;
using System.Text;
using Linkage.Matching;
using Linkage.Pseudonyms;

namespace Linkage.Worker.Commands;

/// <summary><c>linkage registry build</c> and <c>linkage registry info</c>. Exit codes: 0 done, 2 an input that cannot be used, 5 the output cannot be written.</summary>
public static class RegistryCommands
{
    /// <summary>Builds a registry from a participants file under the current key of the ring; prints counts and what was wrong, by line number.</summary>
    public static int Build(string participantsPath, string keysPath, string outPath, TimeProvider clock, TextWriter output, TextWriter error, FilterTreatment filters = default)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        if (FilterOptions.ProblemOf(filters) is { } problem)
        {
            error.WriteLine($"linkage: {problem}");
            return ExitCode.BadInput;
        }

        KeyRing keys;
        try
        {
            keys = KeyRing.Load(keysPath);
        }
        catch (KeyRingException e)
        {
            error.WriteLine(e.Message);
            return ExitCode.BadInput;
        }

        using (keys)
        using (var pseudonymiser = keys.Pseudonymiser(keys.CurrentVersion))
        using (var builder = new RegistryBuilder(pseudonymiser, filters))
        {
            try
            {
                ParticipantsCsv.Read(participantsPath, builder);
            }
            catch (PeopleCsvException e)
            {
                error.WriteLine(e.Message);
                return ExitCode.BadInput;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                error.WriteLine($"{participantsPath} cannot be read: {e.Message}");
                return ExitCode.BadInput;
            }

            return Write(builder, outPath, clock, output, error);
        }
    }

    /// <summary>Prints a registry's header and counts; needs no key. With <paramref name="verify"/> reads all of it against its checksums.</summary>
    public static int Info(string path, bool verify, TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        try
        {
            using var registry = Registry.Open(path);
            if (verify)
                registry.Verify();
            output.Write(Describe(registry, verify));
            return ExitCode.Done;
        }
        catch (RegistryException e)
        {
            error.WriteLine(e.Message);
            return ExitCode.BadInput;
        }
    }

    private static int Write(RegistryBuilder builder, string path, TimeProvider clock, TextWriter output, TextWriter error)
    {
        try
        {
            var report = builder.WriteFile(path, clock.GetUtcNow());
            using var registry = Registry.Open(path);
            output.Write(Describe(registry, verified: false));
            output.Write(Describe(report));
            return ExitCode.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"{path} cannot be written: {e.Message}");
            return ExitCode.Output;
        }
    }

    private static string Describe(Registry registry, bool verified)
    {
        var counts = registry.Counts;
        var text = new StringBuilder();
        Line(text, "registry", registry.Path);
        Line(text, "format version", Number(registry.FormatVersion));
        Line(text, "key version", Number(registry.KeyVersion));
        Line(text, "created", registry.Created.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        Line(text, "bytes", Number(registry.FileLength));
        Line(text, "checksums", verified ? "verified" : "header only (--verify reads all)");
        Line(text, "participants", Number(counts.Participants));
        Line(text, "  withdrawn", Number(counts.Withdrawn));
        Line(text, "  with genome ids", Number(counts.WithGenome));
        Line(text, "  with questionnaire ids", Number(counts.WithQuestionnaire));
        Line(text, "rows", Number(counts.Rows));
        Line(text, "NHS numbers", Number(counts.NhsNumbers));
        Line(text, "  of several participants", Number(counts.SharedNhsNumbers));
        Line(text, "crowded exact keys", Number(counts.CrowdedKeys));
        Line(text, "blocks split", Number(counts.SplitBlocks));
        Line(text, "blocks skipped", Number(counts.SkippedBlocks));
        Line(text, "  rows left out of them", Number(counts.SkippedBlockRows));
        Line(text, "kin", Number(counts.Kin));
        Line(text, "filters", Describe(registry.Filters));
        return text.ToString();
    }

    private static string Describe(FilterTreatment filters)
    {
        var noise = filters.Flip == 0 ? "no noise" : string.Create(CultureInfo.InvariantCulture, $"{filters.Flip:0.####} of the bits flipped");
        return $"{(filters.Fold ? "folded" : "not folded")}, {noise}";
    }

    private static string Describe(RegistryReport report)
    {
        var text = new StringBuilder();
        Line(text, "lines read", Number(report.Lines));
        var issues = report.Issues.ToList();
        if (issues.Count == 0)
            return text.Append("no line was rejected or remarked on\n").ToString();
        text.Append(CultureInfo.InvariantCulture, $"\n{"count",12}  {"what",-58}  first lines\n");
        foreach (var (issue, count, lines) in issues)
            text.Append(CultureInfo.InvariantCulture, $"{Number(count),12}  {RowIssueTexts.Of(issue),-58}  {string.Join(", ", lines)}{(count > lines.Count ? ", …" : "")}\n");
        return text.ToString();
    }

    private static void Line(StringBuilder text, string name, string value) => text.Append(CultureInfo.InvariantCulture, $"{name,-26}{value}\n");

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
