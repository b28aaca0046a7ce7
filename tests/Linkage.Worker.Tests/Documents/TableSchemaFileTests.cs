using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Linkage.Parquet;
using Linkage.Tables;

namespace Linkage.Worker.Tests.Documents;

/// <summary>schemas/tables/*.json say what the code says. With LINKAGE_WRITE_SCHEMAS=1 in the environment these tests write the files instead.</summary>
public sealed class TableSchemaFileTests
{
    private static readonly (string Word, PartitionBy By)[] Choices =
    [
        ("none", PartitionBy.None),
        ("event_year", PartitionBy.EventYear),
        ("event_month", PartitionBy.EventMonth),
        ("data_provider", PartitionBy.DataProvider),
        ("participant_bucket", PartitionBy.ParticipantBucket),
    ];

    private static readonly TableSpec[] Tables = [.. TableSpec.All(new RunPlanDefaults().Partitioning, keepOutsiders: true)];

    [Fact]
    public void The_files_are_the_tables_of_the_code()
    {
        var folder = Repository.PathOf("schemas", "tables");
        if (Environment.GetEnvironmentVariable("LINKAGE_WRITE_SCHEMAS") == "1")
        {
            Directory.CreateDirectory(folder);
            foreach (var table in Tables)
            {
                File.WriteAllBytes(Path.Combine(folder, table.Schema.Name + ".json"), Render(table));
            }
        }

        Assert.Equal(Tables.Select(static t => t.Schema.Name + ".json").Order(StringComparer.Ordinal), Directory.EnumerateFiles(folder).Select(static f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
        Assert.All(Tables, table => Assert.Equal(Encoding.UTF8.GetString(Render(table)), File.ReadAllText(Path.Combine(folder, table.Schema.Name + ".json"))));
    }

    [Fact]
    public void Every_partitioning_there_is_is_in_the_files() => Assert.Equal(Enum.GetValues<PartitionBy>(), Choices.Select(static c => c.By));

    [Fact]
    public void The_document_names_every_table_and_column()
    {
        var text = Repository.Text("docs", "tables.md");
        foreach (var table in Tables)
        {
            var heading = text.IndexOf($"## {table.Schema.Name}\n", StringComparison.Ordinal);
            Assert.True(heading >= 0, table.Schema.Name);
            var end = text.IndexOf("\n## ", heading + 3, StringComparison.Ordinal);
            var section = end < 0 ? text[heading..] : text[heading..end];
            Assert.All(table.FileSchema.Columns, column => Assert.Contains($"`{column.Name}`", section, StringComparison.Ordinal));
        }

        Assert.All(Choices.Where(static c => c.By != PartitionBy.None), choice => Assert.Contains($"`{new Partitioning(choice.By).Column!.Name}`", text, StringComparison.Ordinal));
    }

    private static byte[] Render(TableSpec table)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("name", table.Schema.Name);
            json.WriteString("description", table.Schema.Description);
            json.WriteStartArray("columns");
            foreach (var column in table.FileSchema.Columns)
            {
                Write(json, column);
            }

            json.WriteEndArray();
            json.WritePropertyName("partitioning");
            if (table.Partition is null)
            {
                json.WriteNullValue();
            }
            else
            {
                WritePartitioning(json);
            }

            json.WriteEndObject();
        }

        return [.. bytes.WrittenSpan, (byte)'\n'];
    }

    private static void WritePartitioning(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("setting", "Linkage:Output:PartitionBy");
        json.WriteString("default", Choices.Single(static c => c.By == new RunPlanDefaults().Partitioning.By).Word);
        json.WriteStartObject("columns");
        foreach (var (word, by) in Choices)
        {
            json.WritePropertyName(word);
            if (new Partitioning(by).Column is { } column)
            {
                Write(json, column);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ColumnSchema column)
    {
        json.WriteStartObject();
        json.WriteNumber("id", column.FieldId);
        json.WriteString("name", column.Name);
        json.WriteString("type", column.Type switch
        {
            ColumnType.Boolean => "boolean",
            ColumnType.Int32 => "int32",
            ColumnType.Int64 => "int64",
            ColumnType.Double => "double",
            ColumnType.Date => "date",
            ColumnType.TimestampMicros => "timestamp",
            ColumnType.String => "string",
            ColumnType.StringList => "list<string>",
            _ => throw new InvalidOperationException($"No word for {column.Type}."),
        });
        json.WriteBoolean("nullable", column.Nullable);
        json.WriteString("description", column.Description);
        json.WriteEndObject();
    }

    /// <summary>What a run has when nothing is set.</summary>
    private sealed class RunPlanDefaults
    {
        public Partitioning Partitioning { get; } = new RunPlan
        {
            Kafka = new Kafka.KafkaOptions { Brokers = "", Topic = "", Group = "" },
            RegistryPath = "",
            KeysPath = "",
            OutputDirectory = "",
        }.Partitioning;
    }
}
