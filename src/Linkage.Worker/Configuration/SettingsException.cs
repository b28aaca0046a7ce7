namespace Linkage.Worker.Configuration;

/// <summary>A setting that cannot be used. The message names the key, where it comes from, and what is allowed. Exit code 2.</summary>
public sealed class SettingsException(string message) : Exception(message);
