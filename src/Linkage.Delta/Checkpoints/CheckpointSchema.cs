using Linkage.Parquet.Format;

namespace Linkage.Delta.Checkpoints;

/// <summary>How often a field of a checkpoint occurs: parquet.thrift's FieldRepetitionType.</summary>
internal enum Repetition
{
    Required,
    Optional,
    Repeated,
}

/// <summary>What a field is beyond its physical type.</summary>
internal enum Annotation
{
    None,
    Utf8,
    Map,
    List,
}

/// <summary>A field of the checkpoint's schema tree; a leaf when it has a physical type.</summary>
internal sealed record CheckpointField(string Name, Repetition Repetition, PhysicalType? Type, Annotation Annotation, CheckpointField[] Children);

/// <summary>
/// The schema of a classic checkpoint of the V1 spec (PROTOCOL.md, "Checkpoint Schema"), with the actions and fields this program knows.
/// Maps and lists have the three levels that parquet-format prescribes.
/// </summary>
internal static class CheckpointSchema
{
    public static readonly CheckpointField[] Actions =
    [
        Struct("txn", Text("appId"), Long("version"), Long("lastUpdated")),
        Struct("add", Text("path"), Map("partitionValues", Repetition.Optional), Long("size"), Long("modificationTime"), Flag("dataChange"), Text("stats")),
        Struct("remove", Text("path"), Long("deletionTimestamp"), Flag("dataChange")),
        Struct(
            "metaData",
            Text("id"),
            Text("name"),
            Text("description"),
            Struct("format", Text("provider"), Map("options", Repetition.Optional)),
            Text("schemaString"),
            new CheckpointField("partitionColumns", Repetition.Optional, null, Annotation.List, [new("list", Repetition.Repeated, null, Annotation.None, [Text("element")])]),
            Long("createdTime"),
            Map("configuration", Repetition.Optional)),
        Struct("protocol", Int("minReaderVersion"), Int("minWriterVersion")),
    ];

    /// <summary>The leaves in file order.</summary>
    public static IEnumerable<CheckpointColumn> NewColumns() => Actions.SelectMany(action => Leaves(action, "", 0, 0));

    private static IEnumerable<CheckpointColumn> Leaves(CheckpointField field, string path, int definition, int repetition)
    {
        path = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
        definition += field.Repetition == Repetition.Required ? 0 : 1;
        repetition += field.Repetition == Repetition.Repeated ? 1 : 0;
        return field.Type is { } type
            ? [new CheckpointColumn(path, type, definition, repetition)]
            : field.Children.SelectMany(child => Leaves(child, path, definition, repetition));
    }

    private static CheckpointField Struct(string name, params CheckpointField[] children) => new(name, Repetition.Optional, null, Annotation.None, children);

    private static CheckpointField Map(string name, Repetition repetition) => new(name, repetition, null, Annotation.Map,
        [new("key_value", Repetition.Repeated, null, Annotation.None, [new("key", Repetition.Required, PhysicalType.ByteArray, Annotation.Utf8, []), Text("value")])]);

    private static CheckpointField Text(string name) => new(name, Repetition.Optional, PhysicalType.ByteArray, Annotation.Utf8, []);

    private static CheckpointField Long(string name) => new(name, Repetition.Optional, PhysicalType.Int64, Annotation.None, []);

    private static CheckpointField Int(string name) => new(name, Repetition.Optional, PhysicalType.Int32, Annotation.None, []);

    private static CheckpointField Flag(string name) => new(name, Repetition.Optional, PhysicalType.Boolean, Annotation.None, []);
}
