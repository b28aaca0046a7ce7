using System.CommandLine;
using Linkage.Matching.Scoring;
using Linkage.Worker.Display;
using Linkage.Worker.Evaluation;
using Spectre.Console;

namespace Linkage.Worker.Commands;

/// <summary>
/// <c>linkage evaluate</c>: how good the links of <c>linkage link</c> are, by a truth. Exit codes: 0 done, 2 an input that cannot be used, 5 the page cannot be
/// written.
/// </summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var pairs = new Option<string>("--pairs") { HelpName = "CSV", Description = "Output of `linkage link`.", Required = true };
        var truth = new Option<string>("--truth") { HelpName = "CSV", Description = "patient_id,participant_id; an empty participant_id: no participant.", Required = true };
        var model = new Option<string>("--model") { HelpName = "FILE", Description = "Match model whose weights the page shows (the built-in one)." };
        var html = new Option<string>("--html") { HelpName = "FILE", Description = "Page to write (beside the pairs, with the ending .html)." };
        var command = new Command("evaluate", "Say how good links are: precision, recall and F1 by decision, tier and threshold, on the terminal and as a page.") { pairs, truth, model, html };
        command.SetAction(parsed =>
        {
            var pairsPath = parsed.GetRequiredValue(pairs);
            return Run(pairsPath, parsed.GetRequiredValue(truth), parsed.GetValue(model), parsed.GetValue(html) ?? PageBeside(pairsPath), Terminal.Output(), Console.Error);
        });
        return command;
    }

    /// <summary>Where the page goes when nothing else is said.</summary>
    public static string PageBeside(string pairsPath)
    {
        var page = Path.ChangeExtension(pairsPath, ".html");
        return page == pairsPath ? pairsPath + ".html" : page;
    }

    /// <summary>Evaluates, prints on the console, writes the page, and says what went wrong on <paramref name="error"/>.</summary>
    public static int Run(string pairsPath, string truthPath, string? modelPath, string pagePath, IAnsiConsole console, TextWriter error)
    {
        if (InputFiles.Overwritten("--html", pagePath, pairsPath, truthPath, modelPath) is { } problem)
        {
            error.WriteLine($"linkage: {problem}");
            return ExitCode.BadInput;
        }

        LinkEvaluation evaluation;
        MatchModel model;
        try
        {
            model = modelPath is null ? MatchModel.Default : MatchModel.Load(modelPath);
            evaluation = LinkEvaluation.Read(pairsPath, truthPath);
        }
        catch (Exception e) when (e is PeopleCsvException or MatchModelException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"linkage: {e.Message}");
            return ExitCode.BadInput;
        }

        EvaluationTables.Print(evaluation, console);
        try
        {
            using var file = new ReplacedFile(pagePath);
            file.Write(EvaluationPage.Of(evaluation, model));
            file.Publish();
        }
        catch (OutputFileException e)
        {
            error.WriteLine($"linkage: {e.Message}");
            return ExitCode.Output;
        }

        console.Profile.Out.Writer.WriteLine($"page    {pagePath}");
        return ExitCode.Done;
    }
}
