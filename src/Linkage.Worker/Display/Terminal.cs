using System.Text;
using Spectre.Console;

namespace Linkage.Worker.Display;

/// <summary>
/// Standard output as Spectre writes to it: with colours and cursor moves on a terminal, as plain text anywhere else (a file, a pipe, a scheduler's log,
/// <c>TERM=dumb</c>), and without colours or bold wherever <c>NO_COLOR</c> is set (https://no-color.org).
/// </summary>
internal static class Terminal
{
    /// <summary>Columns where there is no terminal to ask: no table of ours wraps there.</summary>
    public const int PlainWidth = 160;

    /// <summary>Whether <c>NO_COLOR</c> is not set.</summary>
    public static bool WantsColours => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>The console for standard output.</summary>
    public static IAnsiConsole Output() => For(
        Console.Out,
        plain: Console.IsOutputRedirected || string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal),
        WantsColours);

    /// <summary>A console that writes to a writer.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="plain">No escape sequence at all, and a fixed width.</param>
    /// <param name="colours">Colours and bold where the terminal has them.</param>
    public static IAnsiConsole For(TextWriter writer, bool plain, bool colours)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain || !colours ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = plain ? InteractionSupport.No : InteractionSupport.Detect,
            Out = new AnsiConsoleOutput(writer),
        });
        if (plain)
        {
            console.Profile.Width = PlainWidth;
            console.Profile.Capabilities.Unicode = false;
        }

        return console;
    }

    /// <summary>Writes a table. Lines of a plain one end where their text ends.</summary>
    public static void WriteTable(this IAnsiConsole console, Table table)
    {
        if (console.Profile.Capabilities.Ansi)
        {
            console.Write(table);
            return;
        }

        var text = new StringBuilder();
        foreach (var segment in table.GetSegments(console))
        {
            text.Append(segment.Text);
        }

        // The border has an empty line above and below.
        foreach (var line in text.ToString().ReplaceLineEndings("\n").Split('\n').Where(static l => !string.IsNullOrWhiteSpace(l)))
        {
            console.Profile.Out.Writer.WriteLine(line.TrimEnd());
        }

        console.Profile.Out.Writer.WriteLine();
    }

    /// <summary>An empty table.</summary>
    /// <param name="console">Where it will be written: bold headers need a terminal that has them.</param>
    /// <param name="headers">Column names; those that begin with '#' are of numbers, to the right, and shown without the '#'.</param>
    public static Table Grid(this IAnsiConsole console, params ReadOnlySpan<string> headers)
    {
        var bold = console.Profile.Capabilities.ColorSystem == ColorSystem.NoColors ? Style.Plain : new Style(decoration: Decoration.Bold);
        var table = new Table().Border(TableBorder.Simple);
        foreach (var header in headers)
        {
            var number = header.StartsWith('#');
            var column = new TableColumn(new Text(number ? header[1..] : header, bold)) { NoWrap = true };
            table.AddColumn(number ? column.RightAligned() : column);
        }

        return table;
    }

    /// <summary>Adds a row of plain text: nothing in it is taken for markup.</summary>
    public static void AddTexts(this Table table, params ReadOnlySpan<string> cells)
    {
        var row = new Text[cells.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            row[i] = new Text(cells[i]);
        }

        table.AddRow(row);
    }
}
