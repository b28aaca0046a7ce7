namespace Linkage.Tables;

/// <summary>
/// What one lane has filled since the last flush: rows of every table by partition, its dictionaries, and the counts that go with
/// exactly these rows. Cleared when they are committed, or dropped as a whole when the partition turns out to be another worker's.
/// </summary>
public sealed class LaneTables
{
    private const int RowBytes = 60;
    private const int PartitionBytes = 96 * 1024;

    /// <summary>Empty tables of one lane.</summary>
    /// <param name="ids">The registry's ids as column values.</param>
    /// <param name="partitioning">Partitioning of the event tables.</param>
    public LaneTables(ParticipantColumns ids, Partitioning partitioning)
    {
        Partitioning = partitioning;
        Clinical = new(() => new GpClinical(Subject.Participants(ids), Dictionaries));
        Scripts = new(() => new GpScripts(Subject.Participants(ids), Dictionaries));
        Registrations = new(() => new GpRegistrations(Subject.Participants(ids)));
        Links = new(() => ParticipantLinks.Links(ids, Dictionaries));
        Review = new(() => ParticipantLinks.Review(ids, Dictionaries));
        Rejects = new(() => new Rejects(Dictionaries));
        OutsiderClinical = new(() => new GpClinical(Subject.Outsiders(Dictionaries.Pseudonyms), Dictionaries));
        OutsiderScripts = new(() => new GpScripts(Subject.Outsiders(Dictionaries.Pseudonyms), Dictionaries));
        OutsiderRegistrations = new(() => new GpRegistrations(Subject.Outsiders(Dictionaries.Pseudonyms)));
    }

    /// <summary>Partitioning of the event tables.</summary>
    public Partitioning Partitioning { get; }

    /// <summary>Distinct values.</summary>
    public LaneDictionaries Dictionaries { get; } = new();

    /// <summary>Counts of these rows.</summary>
    public PipelineCounts Counts { get; } = new();

    /// <summary>gp_clinical.</summary>
    public PartitionRows<GpClinical> Clinical { get; }

    /// <summary>gp_scripts.</summary>
    public PartitionRows<GpScripts> Scripts { get; }

    /// <summary>gp_registrations.</summary>
    public PartitionRows<GpRegistrations> Registrations { get; }

    /// <summary>participant_links.</summary>
    public PartitionRows<ParticipantLinks> Links { get; }

    /// <summary>review.</summary>
    public PartitionRows<ParticipantLinks> Review { get; }

    /// <summary>rejects.</summary>
    public PartitionRows<Rejects> Rejects { get; }

    /// <summary>outsider_clinical.</summary>
    public PartitionRows<GpClinical> OutsiderClinical { get; }

    /// <summary>outsider_scripts.</summary>
    public PartitionRows<GpScripts> OutsiderScripts { get; }

    /// <summary>outsider_registrations.</summary>
    public PartitionRows<GpRegistrations> OutsiderRegistrations { get; }

    /// <summary>Rows of all tables.</summary>
    public long Rows
    {
        get
        {
            long rows = 0;
            for (var table = 0; table < TableSpec.Count; table++)
            {
                rows += Table((OutputTable)table).Rows;
            }

            return rows;
        }
    }

    /// <summary>The same by the counts, without looking at every partition: asked for after each batch.</summary>
    public long BufferedRows =>
        Counts.Out(RecordKind.Clinical) + Counts.Out(RecordKind.Scripts) + Counts.Out(RecordKind.Registrations)
        + Counts.Kept(RecordKind.Clinical) + Counts.Kept(RecordKind.Scripts) + Counts.Kept(RecordKind.Registrations)
        + (Links.Find(0)?.Count ?? 0) + (Review.Find(0)?.Count ?? 0) + (Rejects.Find(0)?.Count ?? 0);

    /// <summary>
    /// Memory of what is buffered, in bytes, about: rows, distinct values, and the first chunk of each column of each partition, which one row takes as a thousand do. Asked
    /// for after each batch.
    /// </summary>
    public long BufferedBytes
    {
        get
        {
            var partitions = 0;
            for (var table = 0; table < TableSpec.Count; table++)
            {
                partitions += Table((OutputTable)table).Open;
            }

            return (BufferedRows * RowBytes) + ((long)partitions * PartitionBytes) + Dictionaries.UsedBytes;
        }
    }

    /// <summary>Rows of one table.</summary>
    public PartitionRows Table(OutputTable table) => table switch
    {
        OutputTable.GpClinical => Clinical,
        OutputTable.GpScripts => Scripts,
        OutputTable.GpRegistrations => Registrations,
        OutputTable.ParticipantLinks => Links,
        OutputTable.Review => Review,
        OutputTable.Rejects => Rejects,
        OutputTable.OutsiderClinical => OutsiderClinical,
        OutputTable.OutsiderScripts => OutsiderScripts,
        OutputTable.OutsiderRegistrations => OutsiderRegistrations,
        _ => throw new ArgumentOutOfRangeException(nameof(table), table, "No such table."),
    };

    /// <summary>Forgets rows, values and counts.</summary>
    public void Clear()
    {
        for (var table = 0; table < TableSpec.Count; table++)
        {
            Table((OutputTable)table).Clear();
        }

        Dictionaries.Clear();
        Counts.Clear();
    }
}
