using System.Globalization;
using System.Text;
using Linkage.Matching;
using Linkage.Pseudonyms;
using Linkage.Worker.Commands;

namespace Linkage.Worker.Tests.Commands;

public sealed class RegistryCommandsTests : IDisposable
{
    private const string Number = "9990000026", Other = "9990000042";
    private readonly string folder = Directory.CreateTempSubdirectory("registry-commands-").FullName;
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public RegistryCommandsTests() => KeyRing.CreateFile(Keys, TimeProvider.System);

    private string Keys => Path.Combine(folder, "keys");

    private string Csv => Path.Combine(folder, "participants.csv");

    private string Target => Path.Combine(folder, "people.registry");

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Builds_in_any_order_of_columns_with_quotes_and_a_byte_order_mark()
    {
        Assert.Equal(0, Build($"\uFEFFSurname, genome_ids,PARTICIPANT_ID,nhs_number,date_of_birth\r\n\"O\"\"Brien, Jr\",G1;G2,p2,{Number},1961-03-25\r\n\r\nBaker,,p1,{Other},1970-01-02\r\n"));
        Assert.Empty(error.ToString());
        Assert.Contains("no line was rejected", output.ToString(), StringComparison.Ordinal);
        using var registry = Registry.Open(Target);
        registry.Verify();
        Assert.Equal("p1", Encoding.UTF8.GetString(registry.ParticipantIds[0]));
        Assert.Equal("G1;G2", Encoding.UTF8.GetString(registry.AllGenomeIds[1]));
        Assert.Equal(2, registry.Counts.NhsNumbers);
    }

    [Fact]
    public void Lines_are_named_as_an_editor_counts_them()
    {
        Assert.Equal(0, Build($"participant_id,nhs_number,surname\n\np1,{Number},A\n\n\np2,12,B\n,{Other},C\np3,{Other}\np3,{Other},\"D\np4,{Other},x\"y\n\"p5\"z,,\np6,,E,F\n\"p7\",\"{Number}\",\"G\"\n"));
        using var registry = Registry.Open(Target);
        // Lines 8 to 12 cannot be read; an open quote spoils one line, not the rest.
        Assert.Equal(["p1", "p2", "p7"], Enumerable.Range(0, registry.ParticipantCount).Select(i => Encoding.UTF8.GetString(registry.ParticipantIds[i])));
        var report = output.ToString();
        Assert.Matches(@"NHS number malformed: not used +6\n", report);
        Assert.Matches(@"no participant_id: line left out +7\n", report);
        Assert.Matches(@"wrong number of fields or quotes[^\n]* +8, 9, 10, 11, 12\n", report);
        Assert.Matches(@"NHS number of several participants[^\n]* +3, 13\n", report);
        Assert.Matches(@"lines read +9\n", report);
    }

    [Fact]
    public void A_line_that_cannot_be_read_withholds_the_participant_it_names()
    {
        Assert.Equal(0, Build($"participant_id,nhs_number,consent\np1,{Number},given\np1,{Number},\"withdrawn\n"));
        using var registry = Registry.Open(Target);
        Assert.Equal(1, registry.Counts.Withdrawn);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nhs_number,surname\n9990000026,Archer\n")]
    [InlineData("Archer,Anna,9990000026\n")]
    [InlineData("participant_id,nhs_nummer\np1,9990000026\n")]
    [InlineData("participant_id,surname,Surname\np1,Archer,Archer\n")]
    public void A_file_with_a_wrong_header_is_refused_and_nothing_written(string text)
    {
        Assert.Equal(2, Build(text));
        Assert.Contains(Csv, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("9990000026", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Archer", error.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Empty(output.ToString());
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public void The_unknown_column_is_named()
    {
        Build("participant_id,nhs_nummer\np1,1\n");
        Assert.Contains("'nhs_nummer'", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_without_end_is_refused_in_bounded_memory()
    {
        Assert.Equal(2, Build("participant_id,surname\np1," + new string('x', 20_000_000)));
        Assert.Contains("line 2", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("xxx", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_and_unusable_files_have_their_exit_codes()
    {
        File.WriteAllText(Csv, "participant_id\np1\n");
        Assert.Equal(2, Run(Csv + ".none", Keys, Target));
        Assert.Equal(2, Run(Csv, Keys + ".none", Target));
        Assert.Equal(2, Run(Csv, Csv, Target));
        Assert.Equal(5, Run(Csv, Keys, Path.Combine(folder, "none", "people.registry")));
        Assert.Equal(2, RegistryCommands.Info(Csv, verify: false, output, error));
        Assert.Equal(2, RegistryCommands.Info(Target, verify: false, output, error));
        Assert.Empty(output.ToString());
        Assert.Equal([Keys, Csv], Directory.GetFiles(folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Info_needs_no_key_and_verify_finds_damage()
    {
        Build($"participant_id,nhs_number\np1,{Number}\n");
        File.Delete(Keys);
        Assert.Equal(0, RegistryCommands.Info(Target, verify: true, output, error));
        Assert.Contains("verified", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("participants              1", output.ToString(), StringComparison.Ordinal);
        var bytes = File.ReadAllBytes(Target);
        bytes[^1] ^= 1;
        File.WriteAllBytes(Target, bytes);
        Assert.Equal(0, RegistryCommands.Info(Target, verify: false, output, error));
        Assert.Equal(2, RegistryCommands.Info(Target, verify: true, output, error));
        Assert.Contains("damaged", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 0, "not folded, no noise")]
    [InlineData(true, 0, "folded, no noise")]
    [InlineData(false, 0.05, "not folded, 0.05 of the bits flipped")]
    [InlineData(true, 0.1, "folded, 0.1 of the bits flipped")]
    public void Info_says_what_was_done_to_the_filters_and_to_the_blocks(bool fold, double flip, string says)
    {
        var people = string.Concat(Enumerable.Range(0, 60).Select(static i => $"p{i},Archer,Anna,1961-03-25,LS1 {i % 10}A{(char)('A' + (i / 10))}\n"));
        File.WriteAllText(Csv, "participant_id,surname,forename,date_of_birth,postcode\n" + people);
        Assert.Equal(0, RegistryCommands.Build(Csv, Keys, Target, TimeProvider.System, output, error, new FilterTreatment(fold, flip)));
        using var registry = Registry.Open(Target);
        Assert.Equal(fold, registry.Filters.Fold);
        Assert.Equal(flip, registry.Filters.Flip, 1e-5);
        Assert.Equal(0, RegistryCommands.Info(Target, verify: true, output, error));
        var report = output.ToString();
        Assert.Matches($"filters +{says}\n", report);
        var counts = registry.Counts;
        Assert.True(counts.SplitBlocks > 0 && counts.SkippedBlocks > 0, $"{counts}");
        Assert.Matches($"blocks split +{counts.SplitBlocks}\nblocks skipped +{counts.SkippedBlocks}\n  rows left out of them +{counts.SkippedBlockRows.ToString("N0", CultureInfo.InvariantCulture)}\nkin +{counts.Kin}\n", report);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(-0.01)]
    [InlineData(double.NaN)]
    public void Noise_that_leaves_nothing_is_refused(double flip)
    {
        File.WriteAllText(Csv, "participant_id\np1\n");
        Assert.Equal(2, RegistryCommands.Build(Csv, Keys, Target, TimeProvider.System, output, error, new FilterTreatment(false, flip)));
        Assert.Contains("--filter-noise", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("from 0 to below 0.5", error.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public void The_page_of_the_file_format_is_of_this_version()
    {
        Build($"participant_id,nhs_number\np1,{Number}\n");
        using var registry = Registry.Open(Target);
        var page = Repository.Text("docs", "registry-format.md");
        Assert.StartsWith($"# Registry file, format {registry.FormatVersion}\n", page, StringComparison.Ordinal);
        var sections = BitConverter.ToInt32(File.ReadAllBytes(Target), 12);
        Assert.Contains($"number of sections: {sections} |", page, StringComparison.Ordinal);
        Assert.Contains($"| {sections - 1} | directories of the block keys |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_printed_holds_an_identifier()
    {
        Build($"participant_id,nhs_number,surname,forename,date_of_birth,sex,postcode\np1,{Number},Archibald,Annabella,1961-02-31,Q,LS1 4A\np2,{Number},Archibald,Annabella,nonsense,F,LS1 4AP\n");
        var printed = output.ToString() + error;
        foreach (var value in new[] { Number, "Archibald", "Annabella", "1961", "LS1", "nonsense" })
            Assert.DoesNotContain(value, printed, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("date of birth impossible", printed, StringComparison.Ordinal);
    }

    private int Build(string text)
    {
        File.WriteAllText(Csv, text);
        return Run(Csv, Keys, Target);
    }

    private int Run(string csv, string keys, string target) => RegistryCommands.Build(csv, keys, target, TimeProvider.System, output, error);
}
