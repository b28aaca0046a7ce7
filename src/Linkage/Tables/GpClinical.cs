using System.Collections.Immutable;
using Linkage.Parquet;

namespace Linkage.Tables;

/// <summary>gp_clinical: one row a clinical event, columns as UK Biobank's gp_clinical.</summary>
public sealed class GpClinical : RowBuffer
{
    /// <summary>Columns after the subject's.</summary>
    public static readonly ImmutableArray<ColumnSchema> EventSchema =
    [
        new(4, "data_provider", ColumnType.Int32, Nullable: false, "Where the record comes from: 1 England (Vision), 2 Scotland, 3 England (TPP), 4 Wales."),
        new(5, "event_dt", ColumnType.Date, Nullable: false, "Date of the event; special dates as UK Biobank masks them (1900-01-01 missing, 1901-01-01 before birth, 1902-02-02 on the day of birth, 1903-03-03 in the year of birth, 2037-07-07 in the future)."),
        new(6, "read_2", ColumnType.String, Nullable: true, "Read version 2 code, 5 characters, case-sensitive.") { Bloom = true },
        new(7, "read_3", ColumnType.String, Nullable: true, "Clinical Terms Version 3 (Read v3) code, 5 characters, case-sensitive.") { Bloom = true },
        new(8, "snomed_ct", ColumnType.String, Nullable: true, "SNOMED CT concept id.") { Bloom = true },
        new(9, "value1", ColumnType.Double, Nullable: true, "First value recorded with the event."),
        new(10, "value2", ColumnType.Double, Nullable: true, "Second value recorded with the event."),
        new(11, "value3", ColumnType.String, Nullable: true, "Unit or text recorded with the values."),
    ];

    private readonly Subject _subject;
    private readonly Int32Builder _dataProvider;
    private readonly Int32Builder _eventDate;
    private readonly IdBuilder _read2;
    private readonly IdBuilder _read3;
    private readonly IdBuilder _snomedCt;
    private readonly DoubleBuilder _value1;
    private readonly DoubleBuilder _value2;
    private readonly IdBuilder _value3;

    /// <summary>An empty buffer for one partition of one lane.</summary>
    public GpClinical(Subject subject, LaneDictionaries dictionaries)
        : this(subject, new Int32Builder(), new Int32Builder(), new IdBuilder(dictionaries.Read2), new IdBuilder(dictionaries.Read3), new IdBuilder(dictionaries.SnomedCt), new DoubleBuilder(), new DoubleBuilder(), new IdBuilder(dictionaries.Units))
    {
    }

    private GpClinical(Subject subject, Int32Builder dataProvider, Int32Builder eventDate, IdBuilder read2, IdBuilder read3, IdBuilder snomedCt, DoubleBuilder value1, DoubleBuilder value2, IdBuilder value3)
        : base([.. subject.Columns, dataProvider, eventDate, read2, read3, snomedCt, value1, value2, value3], subject.Key)
    {
        _subject = subject;
        _dataProvider = dataProvider;
        _eventDate = eventDate;
        _read2 = read2;
        _read3 = read3;
        _snomedCt = snomedCt;
        _value1 = value1;
        _value2 = value2;
        _value3 = value3;
    }

    /// <summary>Adds a row. Ids are those of the lane's dictionaries, −1 for null.</summary>
    public void Append(int subject, int dataProvider, int eventDate, MappedCode code, double value1, bool hasValue1, double value2, bool hasValue2, int value3)
    {
        _subject.Key.Append(subject);
        _dataProvider.Append(dataProvider);
        _eventDate.Append(eventDate);
        _read2.Append(code.Column == CodeColumn.Read2 ? code.Id : -1);
        _read3.Append(code.Column == CodeColumn.Read3 ? code.Id : -1);
        _snomedCt.Append(code.Column == CodeColumn.SnomedCt ? code.Id : -1);
        _value1.Append(value1, hasValue1);
        _value2.Append(value2, hasValue2);
        _value3.Append(value3);
    }
}
