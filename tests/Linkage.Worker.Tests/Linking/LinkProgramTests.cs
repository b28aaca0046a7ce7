using System.Text.RegularExpressions;
using Linkage.Worker.Tests.EndToEnd;

namespace Linkage.Worker.Tests.Linking;

/// <summary><c>linkage link</c> and <c>linkage evaluate</c> as people start them.</summary>
public sealed class LinkProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("linkage-link-program-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Two_files_are_linked_and_evaluated_and_nothing_else_is_left()
    {
        const int Participants = 300, Patients = 450;
        var (study, feed) = MadeUpStudy.Make(Participants, Patients, seed: 12);
        File.WriteAllText(Path.Combine(_folder, "participants.csv"), study);
        File.WriteAllText(Path.Combine(_folder, "patients.csv"), feed);
        File.WriteAllText(Path.Combine(_folder, "truth.csv"), "patient_id,participant_id\n" + string.Concat(Enumerable.Range(0, Patients).Select(static i => $"P{i},{(i < Participants ? $"S{i}" : "")}\n")));
        Run(0, "keys", "new", "--out", "keys");
        var linked = Run(0, "link", "--participants", "participants.csv", "--patients", "patients.csv", "--keys", "keys", "--out", "links.csv", "--explain", "P7");
        Assert.Contains("patient P7", linked.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', linked.Output);
        var evaluated = Run(0, "evaluate", "--pairs", "links.csv", "--truth", "truth.csv");
        var accepted = Regex.Match(evaluated.Output, @"\n  accepted +(?<links>\d+) +(?<true>\d+) +\d+ +\d+ +\d+ +[01]\.\d{5} ", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10));
        Assert.True(accepted.Success, evaluated.Output);
        Assert.True(int.Parse(accepted.Groups["true"].Value) > Participants / 2, evaluated.Output);
        Assert.Equal(
            ["keys", "links.csv", "links.html", "participants.csv", "patients.csv", "truth.csv"],
            Directory.EnumerateFileSystemEntries(_folder).Select(static e => Path.GetFileName(e)).Where(static e => !e.StartsWith('.') && !e.StartsWith("clr-debug", StringComparison.Ordinal) && !e.StartsWith("dotnet-diagnostic", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

        Assert.Contains("--out is needed", Run(2, "link", "--participants", "participants.csv", "--patients", "patients.csv", "--keys", "keys").Error, StringComparison.Ordinal);
        Assert.Contains("--keys", Run(2, "link", "--participants", "participants.csv", "--patients", "patients.csv", "--out", "links.csv").Error, StringComparison.Ordinal);
    }

    private Ended Run(int exitCode, params string[] arguments)
    {
        using var child = LinkageProgram.Start(arguments, workIn: _folder);
        return child.WaitForEnd().Expect(exitCode);
    }
}
