using System.Collections;
using Microsoft.Extensions.Configuration;

namespace Linkage.Worker.Configuration;

/// <summary>
/// Where settings come from, later ones winning: <c>appsettings.json</c> in the working folder (or the file given), environment variables
/// <c>LINKAGE__SECTION__KEY</c>, <c>--set KEY=VALUE</c>, and the command's own flags. Out: one flat list of keys below <c>Linkage:</c>.
/// </summary>
public static class SettingsSources
{
    private const string Section = "Linkage";
    private const string EnvironmentPrefix = "LINKAGE__";
    private const string KafkaPrefix = "Kafka:";

    // Flags are seen by every user of the machine (ps) and stay in shell histories.
    private static readonly string[] SecretWords = ["password", "secret", "credential", "oauthbearer.config", "key.pem", "jaas", "user.info"];

    /// <summary>Reads all sources.</summary>
    /// <param name="configFile">File given by --config; null for appsettings.json when there is one.</param>
    /// <param name="sets">KEY=VALUE pairs of --set; keys with or without the <c>Linkage:</c> in front.</param>
    /// <param name="flags">Keys (without <c>Linkage:</c>) and values of the command's flags; null values are left out.</param>
    /// <exception cref="SettingsException">The file is missing or not JSON, or a pair is malformed or a secret.</exception>
    public static IReadOnlyDictionary<string, string> Read(string? configFile, IEnumerable<string> sets, IEnumerable<KeyValuePair<string, string?>> flags) =>
        Read(configFile, sets, flags, Directory.GetCurrentDirectory(), System.Environment.GetEnvironmentVariables());

    internal static IReadOnlyDictionary<string, string> Read(string? configFile, IEnumerable<string> sets, IEnumerable<KeyValuePair<string, string?>> flags, string workingDirectory, IDictionary environment)
    {
        ArgumentNullException.ThrowIfNull(sets);
        ArgumentNullException.ThrowIfNull(flags);
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in File(configFile, workingDirectory))
        {
            settings[key] = value;
        }

        foreach (var (key, value) in Environment(environment))
        {
            settings[key] = value;
        }

        foreach (var set in sets)
        {
            var at = set.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                throw new SettingsException($"--set takes KEY=VALUE, such as --set Output:PartitionBy=event_month; got '{(at < 0 ? set : "=…")}'.");
            }

            var key = set[..at].Trim();
            key = key.StartsWith(Section + ":", StringComparison.OrdinalIgnoreCase) ? key[(Section.Length + 1)..] : key;
            RefuseSecret(key);
            settings[key] = set[(at + 1)..];
        }

        foreach (var (key, value) in flags)
        {
            if (value is not null)
            {
                settings[key] = value;
            }
        }

        return settings;
    }

    private static void RefuseSecret(string key)
    {
        if (key.StartsWith(KafkaPrefix, StringComparison.OrdinalIgnoreCase) && SecretWords.Any(word => key.Contains(word, StringComparison.OrdinalIgnoreCase)))
        {
            throw new SettingsException($"{Section}:{key} is a secret and is not taken from a flag, where every user of the machine can see it. Put it in the configuration file or in the environment as {EnvironmentPrefix}KAFKA__{key[KafkaPrefix.Length..].Replace('.', '_').ToUpperInvariant()}.");
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> File(string? configFile, string workingDirectory)
    {
        var path = configFile ?? Path.Combine(workingDirectory, "appsettings.json");
        if (!System.IO.File.Exists(path))
        {
            return configFile is null ? [] : throw new SettingsException($"The configuration file {path} (--config) does not exist.");
        }

        try
        {
            var configuration = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(path), optional: false, reloadOnChange: false).Build();
            return Flatten(configuration.GetSection(Section));
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            // The parser's own message quotes what it stumbled over, which may be a password.
            var cause = e.GetBaseException();
            var what = cause is System.Text.Json.JsonException json ? $"not JSON, line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}" : cause.Message;
            throw new SettingsException($"The configuration file {path} cannot be read: {what}");
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Flatten(IConfigurationSection section)
    {
        var prefix = section.Path + ":";
        foreach (var (path, value) in section.AsEnumerable())
        {
            if (value is not null && path.Length > prefix.Length)
            {
                yield return new(path[prefix.Length..], value);
            }
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Environment(IDictionary variables)
    {
        foreach (DictionaryEntry variable in variables)
        {
            var name = (string)variable.Key;
            if (name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase) && variable.Value is string value)
            {
                var key = name[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal);

                // A shell cannot export a name with dots in it: SASL_PASSWORD stands for sasl.password.
                if (key.StartsWith(KafkaPrefix, StringComparison.OrdinalIgnoreCase))
                {
                    key = KafkaPrefix + key[KafkaPrefix.Length..].ToLowerInvariant().Replace('_', '.');
                }

                yield return new(key, value);
            }
        }
    }
}
