using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Linkage.Worker.Display;

/// <summary>Log lines for operators: one line each, on standard error, UTC, so that standard output stays the command's own.</summary>
internal static class OperatorConsole
{
    public static ILoggingBuilder AddOperatorConsole(this ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddSimpleConsole(static o =>
        {
            o.SingleLine = true;
            o.UseUtcTimestamp = true;
            o.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
            // Decided by standard error, where the lines go; the console's own default looks at standard output.
            o.ColorBehavior = Console.IsErrorRedirected || !Terminal.WantsColours ? LoggerColorBehavior.Disabled : LoggerColorBehavior.Enabled;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(static o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        return logging;
    }
}
