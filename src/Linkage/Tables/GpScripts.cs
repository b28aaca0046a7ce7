using System.Collections.Immutable;
using Linkage.Parquet;

namespace Linkage.Tables;

/// <summary>gp_scripts: one row an issued prescription, columns as UK Biobank's gp_scripts.</summary>
public sealed class GpScripts : RowBuffer
{
    /// <summary>Columns after the subject's.</summary>
    public static readonly ImmutableArray<ColumnSchema> EventSchema =
    [
        new(4, "data_provider", ColumnType.Int32, Nullable: false, "Where the record comes from: 1 England (Vision), 2 Scotland, 3 England (TPP), 4 Wales."),
        new(5, "issue_date", ColumnType.Date, Nullable: false, "Date of issue; special dates masked as in gp_clinical.event_dt."),
        new(6, "read_2", ColumnType.String, Nullable: true, "Read version 2 code, 5 characters, case-sensitive.") { Bloom = true },
        new(7, "bnf_code", ColumnType.String, Nullable: true, "British National Formulary code without dots.") { Bloom = true },
        new(8, "dmd_code", ColumnType.String, Nullable: true, "Code of the NHS dictionary of medicines and devices (a SNOMED CT id).") { Bloom = true },
        new(9, "drug_name", ColumnType.String, Nullable: true, "Name of the drug as recorded."),
        new(10, "quantity", ColumnType.String, Nullable: true, "Quantity as recorded."),
    ];

    private readonly Subject _subject;
    private readonly Int32Builder _dataProvider;
    private readonly Int32Builder _issueDate;
    private readonly IdBuilder _read2;
    private readonly IdBuilder _bnf;
    private readonly IdBuilder _dmd;
    private readonly IdBuilder _drugName;
    private readonly IdBuilder _quantity;

    /// <summary>An empty buffer for one partition of one lane.</summary>
    public GpScripts(Subject subject, LaneDictionaries dictionaries)
        : this(subject, new Int32Builder(), new Int32Builder(), new IdBuilder(dictionaries.Read2), new IdBuilder(dictionaries.Bnf), new IdBuilder(dictionaries.Dmd), new IdBuilder(dictionaries.DrugNames), new IdBuilder(dictionaries.Quantities))
    {
    }

    private GpScripts(Subject subject, Int32Builder dataProvider, Int32Builder issueDate, IdBuilder read2, IdBuilder bnf, IdBuilder dmd, IdBuilder drugName, IdBuilder quantity)
        : base([.. subject.Columns, dataProvider, issueDate, read2, bnf, dmd, drugName, quantity], subject.Key)
    {
        _subject = subject;
        _dataProvider = dataProvider;
        _issueDate = issueDate;
        _read2 = read2;
        _bnf = bnf;
        _dmd = dmd;
        _drugName = drugName;
        _quantity = quantity;
    }

    /// <summary>Adds a row. Ids are those of the lane's dictionaries, −1 for null.</summary>
    public void Append(int subject, int dataProvider, int issueDate, MappedCode code, int drugName, int quantity)
    {
        _subject.Key.Append(subject);
        _dataProvider.Append(dataProvider);
        _issueDate.Append(issueDate);
        _read2.Append(code.Column == CodeColumn.Read2 ? code.Id : -1);
        _bnf.Append(code.Column == CodeColumn.Bnf ? code.Id : -1);
        _dmd.Append(code.Column == CodeColumn.Dmd ? code.Id : -1);
        _drugName.Append(drugName);
        _quantity.Append(quantity);
    }
}
