namespace Linkage.Worker;

/// <summary>A CSV file of people that cannot be used as a whole: its header, or a quote left open. The message names file and line, never content.</summary>
public sealed class PeopleCsvException(string message) : Exception(message);
