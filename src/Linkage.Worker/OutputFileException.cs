namespace Linkage.Worker;

/// <summary>A file that cannot be written. The message names it and says why.</summary>
public sealed class OutputFileException(string path, Exception cause) : Exception($"{path} cannot be written: {cause?.Message}", cause);
