using System.Globalization;
using Linkage.Worker.Commands;
using Linkage.Worker.Display;

namespace Linkage.Worker.Tests.Display;

public sealed class TerminalTests
{
    [Fact]
    public void A_table_in_a_pipe_is_plain_text_that_does_not_wrap()
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        var console = Terminal.For(text, plain: true, colours: true);
        var grid = console.Grid("name", "#number", "last");
        grid.AddTexts("[bold]x[/]", "1,000", new string('y', 110));
        console.WriteTable(grid);
        var lines = text.ToString().Split('\n');
        Assert.DoesNotContain('\u001b', text.ToString());
        Assert.Equal(5, lines.Length); // headers, rule, row, empty line, end
        Assert.EndsWith(new string('y', 110), lines[2], StringComparison.Ordinal);
        Assert.Contains("[bold]x[/]", lines[2], StringComparison.Ordinal);
        Assert.All(lines, static l => Assert.Equal(l.TrimEnd(), l));
    }

    [Theory]
    [InlineData("plain/path-1_2.x", "plain/path-1_2.x")]
    [InlineData("two words", "'two words'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("$HOME", "'$HOME'")]
    [InlineData("", "''")]
    public void Words_are_quoted_for_a_shell_when_they_must_be(string word, string quoted) => Assert.Equal(quoted, ShellWords.Quote(word));

    [Fact]
    public void Double_quotes_keep_single_ones_readable() => Assert.Equal("\"a 'b' \\$c \\`d\\` \\\"e\\\" \\\\f\"", ShellWords.DoubleQuote("a 'b' $c `d` \"e\" \\f"));
}
