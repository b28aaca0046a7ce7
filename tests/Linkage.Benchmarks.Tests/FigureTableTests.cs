using Linkage.Benchmarks.Figures;

namespace Linkage.Benchmarks.Tests;

public sealed class FigureTableTests : IDisposable
{
    private const string Results =
        """
        # Hashes

        | | |
        |---|---|
        | processor | any |

        | benchmark | ns/token | least ns/token | million tokens/s | B/token | x peer |
        |---|---:|---:|---:|---:|---:|
        | Tokens[Path=Scalar] | 1,234 | 1,200 | 0.810 | 0 | 1.00 |
        | Tokens[Path=Vector512] | 47.6 | 47.0 | 21.0 | 0 | 25.9 |

        | benchmark | ns/key | million keys/s |
        |---|---:|---:|
        | Keys | 10.0 | 100 |

        """;

    private const string Document =
        """
        # Figures

        <!-- bench/results/cpu
        columns: million/s, ns, x peer
        Hashes/Tokens[Path=Vector512] = 16 lanes
        Hashes/Tokens[Path=Scalar] = the platform
        -->
        | | million tokens/s | ns/token | x peer |
        |---|---:|---:|---:|
        | 16 lanes | 21.0 | 47.6 | 25.9 |
        | the platform | 0.810 | 1,234 | 1.00 |
        <!-- /bench/results -->

        The rest.

        """;

    private readonly Folder _folder = new();

    public FigureTableTests()
    {
        _folder["bench/results/cpu/Hashes.md"] = Results;
        _folder["docs/figures.md"] = Document;
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The documents of this checkout.</summary>
    [Fact]
    public void Every_table_of_the_documents_says_what_the_committed_results_say() =>
        Assert.True(FigureDocuments.Differences(Checkout.Root) is { Count: 0 } differences, string.Join('\n', FigureDocuments.Differences(Checkout.Root)));

    [Fact]
    public void A_table_as_the_results_say_differs_in_nothing_and_stays_as_it_is()
    {
        Assert.Empty(FigureDocuments.Differences(_folder.Root));
        Assert.Empty(FigureDocuments.Write(_folder.Root));
        Assert.Equal(Document, _folder["docs/figures.md"]);
    }

    [Theory]
    [InlineData("47.6", "46.7", 10)]
    [InlineData("16 lanes | 21.0", "16 lanes | 210", 10)]
    [InlineData("million tokens/s", "million/s", 8)]
    [InlineData("| the platform | 0.810 | 1,234 | 1.00 |\n", "", 11)]
    public void A_figure_that_is_not_the_results_own_is_named_by_its_line_and_written_anew(string right, string wrong, int line)
    {
        _folder["docs/figures.md"] = Document.Replace(right, wrong, StringComparison.Ordinal);
        var difference = Assert.Single(FigureDocuments.Differences(_folder.Root));
        Assert.StartsWith($"docs/figures.md:{line}: is \"", difference, StringComparison.Ordinal);
        Assert.Contains("`eng/bench.sh --tables` writes it", difference, StringComparison.Ordinal);
        Assert.Equal(["docs/figures.md"], FigureDocuments.Write(_folder.Root));
        Assert.Equal(Document, _folder["docs/figures.md"]);
    }

    [Fact]
    public void A_figure_that_changes_in_the_results_is_found_in_every_document()
    {
        _folder["README.md"] = Document;
        _folder["bench/results/cpu/Hashes.md"] = Results.Replace("| 21.0 |", "| 22.0 |", StringComparison.Ordinal);
        Assert.Equal(["README.md:10", "docs/figures.md:10"], FigureDocuments.Differences(_folder.Root).Select(static d => d.Split(": ")[0]));
        Assert.Equal(["README.md", "docs/figures.md"], FigureDocuments.Write(_folder.Root));
        Assert.Empty(FigureDocuments.Differences(_folder.Root));
    }

    [Fact]
    public void Rows_of_several_units_have_no_unit_in_the_heading()
    {
        _folder["docs/figures.md"] = "<!-- bench/results/cpu\ncolumns: ns\nHashes/Keys = a key\nHashes/Tokens[Path=Scalar] = a token\n-->\n<!-- /bench/results -->\n";
        FigureDocuments.Write(_folder.Root);
        Assert.Contains("-->\n| | ns |\n|---|---:|\n| a key | 10.0 |\n| a token | 1,234 |\n<!-- /bench/results -->\n", _folder["docs/figures.md"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Path=Vector512] =", "Path=Vector5120] =", "docs/figures.md:3: bench/results/cpu/Hashes.md has no row \"Tokens[Path=Vector5120]\"; it has: Tokens[Path=Scalar]; Tokens[Path=Vector512]; Keys")]
    [InlineData("Hashes/Tokens[Path=Scalar]", "Hasches/Tokens[Path=Scalar]", "docs/figures.md:3: bench/results/cpu/Hasches.md is not there; eng/bench.sh Hasches writes it")]
    [InlineData("columns: million/s, ns", "columns: million/s, ms", "docs/figures.md:3: \"Tokens[Path=Vector512]\" of bench/results/cpu/Hashes.md has no column \"ms\"; it has: ns, least ns, million/s, B, x peer")]
    [InlineData("columns: million/s, ns, x peer\n", "", "docs/figures.md:3: names no columns, or no rows")]
    [InlineData("<!-- /bench/results -->\n", "", "docs/figures.md:3: has no \"<!-- /bench/results -->\" after it")]
    [InlineData(" = the platform", " - the platform", "docs/figures.md:6: is neither \"columns: …\" nor \"File/row = what it is called here\" nor \"-->\"")]
    [InlineData("<!-- bench/results/cpu\n", "", "docs/figures.md:11: ends a table that no \"<!-- bench/results/CPU\" began")]
    public void A_table_that_names_what_is_not_there_is_refused_with_what_is(string right, string wrong, string message)
    {
        Assert.Contains(right, Document, StringComparison.Ordinal);
        _folder["docs/figures.md"] = Document.Replace(right, wrong, StringComparison.Ordinal);
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => FigureDocuments.Differences(_folder.Root)).Message);
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => FigureDocuments.Write(_folder.Root)).Message);
    }

    [Fact]
    public void An_example_between_fences_is_none()
    {
        _folder["docs/figures.md"] = "```\n<!-- bench/results/nowhere\nnonsense\n-->\n```\n" + Document;
        Assert.Empty(FigureDocuments.Differences(_folder.Root));
    }
}
