using System.Collections.Immutable;
using Linkage.Parquet;

namespace Linkage.Tables;

/// <summary>The output tables, in the order they commit.</summary>
public enum OutputTable
{
    /// <summary>Clinical events of participants.</summary>
    GpClinical,

    /// <summary>Prescriptions of participants.</summary>
    GpScripts,

    /// <summary>Registrations of participants.</summary>
    GpRegistrations,

    /// <summary>Which patient was linked to which participant, and why.</summary>
    ParticipantLinks,

    /// <summary>Patients for clerical review.</summary>
    Review,

    /// <summary>What could not be used.</summary>
    Rejects,

    /// <summary>Clinical events of others, pseudonymised (only when kept).</summary>
    OutsiderClinical,

    /// <summary>Prescriptions of others, pseudonymised (only when kept).</summary>
    OutsiderScripts,

    /// <summary>Registrations of others, pseudonymised (only when kept).</summary>
    OutsiderRegistrations,
}

/// <summary>One output table under the chosen partitioning.</summary>
/// <param name="Table">Which.</param>
/// <param name="Schema">All columns; the partition column last.</param>
/// <param name="FileSchema">The columns a data file holds: without the partition column.</param>
/// <param name="Partition">The partition column, or null.</param>
public sealed record TableSpec(OutputTable Table, TableSchema Schema, TableSchema FileSchema, ColumnSchema? Partition)
{
    /// <summary>Number of output tables.</summary>
    public const int Count = 9;

    /// <summary>The table that commits first: its log entry carries what else must be visible with the rows of a flush, or not at all.</summary>
    public const OutputTable First = OutputTable.GpClinical;

    /// <summary>Name of a table.</summary>
    public static string NameOf(OutputTable table) => table switch
    {
        OutputTable.GpClinical => "gp_clinical",
        OutputTable.GpScripts => "gp_scripts",
        OutputTable.GpRegistrations => "gp_registrations",
        OutputTable.ParticipantLinks => "participant_links",
        OutputTable.Review => "review",
        OutputTable.Rejects => "rejects",
        OutputTable.OutsiderClinical => "outsider_clinical",
        OutputTable.OutsiderScripts => "outsider_scripts",
        OutputTable.OutsiderRegistrations => "outsider_registrations",
        _ => throw new ArgumentOutOfRangeException(nameof(table), table, "No such table."),
    };

    /// <summary>The tables of a run.</summary>
    /// <param name="partitioning">Partitioning of the event tables.</param>
    /// <param name="keepOutsiders">Whether the tables of outsiders are written.</param>
    public static ImmutableArray<TableSpec> All(Partitioning partitioning, bool keepOutsiders)
    {
        ArgumentNullException.ThrowIfNull(partitioning);
        var specs = ImmutableArray.CreateBuilder<TableSpec>();
        specs.Add(Events(OutputTable.GpClinical, "One row for each clinical event of a participant.", Subject.ParticipantSchema, GpClinical.EventSchema, partitioning));
        specs.Add(Events(OutputTable.GpScripts, "One row for each prescription issued to a participant.", Subject.ParticipantSchema, GpScripts.EventSchema, partitioning));
        specs.Add(Events(OutputTable.GpRegistrations, "One row for each registration of a participant with a practice.", Subject.ParticipantSchema, GpRegistrations.EventSchema, partitioning));
        specs.Add(Plain(OutputTable.ParticipantLinks, "One row for each patient of a batch that was linked to a participant, with the evidence.", ParticipantLinks.LinksSchema));
        specs.Add(Plain(OutputTable.Review, "One row for each patient of a batch that a clerk should look at; nothing of such a patient is in the event tables.", ParticipantLinks.ReviewSchema));
        specs.Add(Plain(OutputTable.Rejects, "One row for each batch or record that could not be used, with the reason and the place it can be read again from.", Rejects.Schema));
        if (keepOutsiders)
        {
            specs.Add(Events(OutputTable.OutsiderClinical, "One row for each clinical event of a patient who is not a participant, pseudonymised.", Subject.OutsiderSchema, GpClinical.EventSchema, partitioning));
            specs.Add(Events(OutputTable.OutsiderScripts, "One row for each prescription issued to a patient who is not a participant, pseudonymised.", Subject.OutsiderSchema, GpScripts.EventSchema, partitioning));
            specs.Add(Events(OutputTable.OutsiderRegistrations, "One row for each registration of a patient who is not a participant, pseudonymised.", Subject.OutsiderSchema, GpRegistrations.EventSchema, partitioning));
        }

        return specs.ToImmutable();
    }

    private static TableSpec Events(OutputTable table, string description, ImmutableArray<ColumnSchema> subject, ImmutableArray<ColumnSchema> columns, Partitioning partitioning)
    {
        var file = new TableSchema(NameOf(table), description, [.. subject, .. columns]);
        var partition = partitioning.Column;
        var schema = partition is null ? file : file with { Columns = [.. file.Columns, partition] };
        return new TableSpec(table, schema, file, partition);
    }

    private static TableSpec Plain(OutputTable table, string description, ImmutableArray<ColumnSchema> columns)
    {
        var schema = new TableSchema(NameOf(table), description, columns);
        return new TableSpec(table, schema, schema, Partition: null);
    }
}
