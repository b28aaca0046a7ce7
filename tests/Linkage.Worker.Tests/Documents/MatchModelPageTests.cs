using System.Globalization;
using System.Text.Json;
using Linkage.Matching.Scoring;
using Linkage.Matching.Scoring.Training;
using Linkage.Worker.Commands;

namespace Linkage.Worker.Tests.Documents;

public sealed class MatchModelPageTests
{
    private static readonly string Page = Repository.Text("docs", "match-model.md");

    [Fact]
    public void Every_level_of_every_field_is_in_the_table_in_its_order()
    {
        var rows = Page.Split('\n').Where(static l => l.StartsWith("| `", StringComparison.Ordinal)).Select(static l => l.Split('|', StringSplitOptions.TrimEntries)).ToList();
        foreach (var field in Enum.GetValues<MatchField>())
            Assert.Equal(string.Join(", ", MatchLevels.Of(field).Skip(1)), rows.Single(r => r[1] == $"`{MatchLevels.Name(field)}`")[2]);
    }

    [Fact]
    public void Every_property_of_the_file_is_explained()
    {
        using var stream = new MemoryStream();
        MatchModel.Default.Write(stream);
        using var model = JsonDocument.Parse(stream.ToArray());
        var fields = model.RootElement.GetProperty("fields");
        var properties = model.RootElement.EnumerateObject().Concat(fields.EnumerateObject()).Concat(fields.EnumerateObject().SelectMany(static f => f.Value.EnumerateArray()).SelectMany(static l => l.EnumerateObject()));
        var explained = Page.Split('\n').Where(static l => l.StartsWith("| `", StringComparison.Ordinal)).SelectMany(static l => l.Split('|')[1].Split(',', StringSplitOptions.TrimEntries)).ToHashSet(StringComparer.Ordinal);
        Assert.All(properties.Select(static p => p.Name).Distinct(StringComparer.Ordinal), name => Assert.Contains($"`{name}`", explained));
    }

    [Fact]
    public void The_example_has_the_properties_and_levels_of_a_file()
    {
        var example = Page.Split("```json")[1].Split("```")[0];
        using var json = JsonDocument.Parse(example);
        foreach (var level in json.RootElement.GetProperty("fields").GetProperty("surname").EnumerateArray())
            Assert.Contains(level.GetProperty("level").GetString()!, MatchLevels.Of(MatchField.Surname));
        // Complete but for what is missing by intention.
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(example));
        Assert.Contains("\" is missing", Assert.Throws<MatchModelException>(() => MatchModel.Read(stream, "example")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_numbers_of_training_are_those_of_the_code()
    {
        var (options, pairs) = (new TrainingOptions(), new TrainingPairsOptions());
        foreach (var text in new[]
        {
            $"up to {pairs.RandomParticipants} random participants, {N(pairs.MaxPairs)} pairs at most",
            $"`u` count as {N(options.BaseRandomPairs)} pairs",
            $"m count as {N(options.BaseMatches)} pairs in each session",
            $"n / (n + {N(options.HalfVoice)}) of a voice",
            $"fewer than {N(options.MinMatches)} pairs of one person",
            string.Create(CultureInfo.InvariantCulture, $"to less than {options.MinCertainty} in the mean"),
            $"in {N(options.MaxSteps)} steps",
        })
        {
            Assert.Contains(text, Page.ReplaceLineEndings(" "), StringComparison.Ordinal);
        }

        static string N(double n) => n.ToString("N0", CultureInfo.InvariantCulture);
    }

    [Fact]
    public void The_command_line_is_that_of_the_program()
    {
        var line = Page.Split('\n').Single(static l => l.StartsWith("linkage train", StringComparison.Ordinal));
        var options = TrainCommand.Create().Options.Where(static o => o.HelpName is not null).Select(static o => o.Required ? $"{o.Name} {o.HelpName}" : $"[{o.Name} {o.HelpName}]");
        Assert.Equal($"linkage train {string.Join(' ', options)}", line);
    }
}
