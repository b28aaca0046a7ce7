using System.Collections.Immutable;
using Linkage.Parquet;

namespace Linkage.Tables;

/// <summary>gp_registrations: one row a registration with a practice, columns as UK Biobank's gp_registrations.</summary>
public sealed class GpRegistrations : RowBuffer
{
    /// <summary>Columns after the subject's.</summary>
    public static readonly ImmutableArray<ColumnSchema> EventSchema =
    [
        new(4, "data_provider", ColumnType.Int32, Nullable: false, "Where the record comes from: 1 England (Vision), 2 Scotland, 3 England (TPP), 4 Wales."),
        new(5, "reg_date", ColumnType.Date, Nullable: false, "Date of registration; special dates masked as in gp_clinical.event_dt."),
        new(6, "deduct_date", ColumnType.Date, Nullable: true, "Date the registration ended; null while it lasts; special dates masked likewise."),
    ];

    private readonly Subject _subject;
    private readonly Int32Builder _dataProvider;
    private readonly Int32Builder _regDate;
    private readonly Int32Builder _deductDate;

    /// <summary>An empty buffer for one partition of one lane.</summary>
    public GpRegistrations(Subject subject)
        : this(subject, new Int32Builder(), new Int32Builder(), new Int32Builder())
    {
    }

    private GpRegistrations(Subject subject, Int32Builder dataProvider, Int32Builder regDate, Int32Builder deductDate)
        : base([.. subject.Columns, dataProvider, regDate, deductDate], subject.Key)
    {
        _subject = subject;
        _dataProvider = dataProvider;
        _regDate = regDate;
        _deductDate = deductDate;
    }

    /// <summary>Adds a row; no deduct date (<see cref="Batches.ClinicalRecord.NoDate"/>) is a null.</summary>
    public void Append(int subject, int dataProvider, int regDate, int deductDate)
    {
        _subject.Key.Append(subject);
        _dataProvider.Append(dataProvider);
        _regDate.Append(regDate);
        if (deductDate == Batches.ClinicalRecord.NoDate)
        {
            _deductDate.AppendNull();
        }
        else
        {
            _deductDate.Append(deductDate);
        }
    }
}
