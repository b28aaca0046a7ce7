using System.Globalization;
using System.Text;
using Linkage.Parquet;

namespace Linkage.Benchmarks;

/// <summary>
/// Rows of gp_clinical's shape, sorted by participant: four a participant on average, 20,000 codes by Zipf's law in one of the
/// three code columns, dates over thirty years, three values in ten, few units. Seeded; every identifier is made up.
/// </summary>
internal sealed class ClinicalRows
{
    private const int CodeCount = 20_000;
    private static readonly string[] UnitNames = ["mmol/L", "mmHg", "kg", "kg/m2", "%", "mL/min/1.73m2", "g/L", "IU/L", "cm", "µmol/L"];

    public ClinicalRows(int rows, int participants, int seed)
    {
        Random random = new(seed);
        Participants = Numbered(participants, i => (1_000_000 + (7L * i)).ToString(CultureInfo.InvariantCulture));
        Genomes = Numbered(participants, i => $"G{(uint)i * 2_654_435_761u:D10}");
        Questionnaires = Numbered(participants, i => $"Q{(uint)i * 2_246_822_519u:D10}");
        Codes = Numbered(CodeCount, i => $"X{(uint)i * 2_654_435_761u % 0xFFFFF:x5}");
        Units = Numbered(UnitNames.Length, i => UnitNames[i]);
        double[] cumulative = Zipf(CodeCount);

        ParticipantIds = new int[rows];
        DataProvider = new int[rows];
        EventDate = new int[rows];
        Code = new int[rows];
        NoCode = new int[rows];
        Value1 = new double[rows];
        HasValue1 = new bool[rows];
        Value2 = new double[rows];
        HasValue2 = new bool[rows];
        Unit = new int[rows];
        for (int i = 0; i < rows; i++)
            ParticipantIds[i] = random.Next(participants);
        Array.Sort(ParticipantIds);
        Array.Fill(NoCode, -1);
        for (int i = 0; i < rows; i++)
        {
            DataProvider[i] = 1 + (ParticipantIds[i] * 7919 % 4);
            EventDate[i] = 8_000 + random.Next(30 * 365);
            int code = Array.BinarySearch(cumulative, random.NextDouble());
            Code[i] = Math.Min(CodeCount - 1, code < 0 ? ~code : code);
            HasValue1[i] = random.Next(10) < 3;
            Value1[i] = Math.Round(random.NextDouble() * 200, 1);
            HasValue2[i] = HasValue1[i] && random.Next(6) == 0;
            Value2[i] = random.Next(40, 120);
            Unit[i] = HasValue1[i] && random.Next(6) == 0 ? random.Next(UnitNames.Length) : -1;
        }
    }

    public static TableSchema Schema { get; } = new("gp_clinical", "One coded clinical event.", [
        new(1, "participant_id", ColumnType.String, false, "Participant.") { Bloom = true },
        new(2, "genome_id", ColumnType.String, true, "Genome."),
        new(3, "questionnaire_id", ColumnType.String, true, "Questionnaire."),
        new(4, "data_provider", ColumnType.Int32, false, "Provider."),
        new(5, "event_dt", ColumnType.Date, true, "Date."),
        new(6, "read_2", ColumnType.String, true, "Read v2 code.") { Bloom = true },
        new(7, "read_3", ColumnType.String, true, "CTV3 code.") { Bloom = true },
        new(8, "snomed_ct", ColumnType.String, true, "SNOMED CT code.") { Bloom = true },
        new(9, "value1", ColumnType.Double, true, "First value."),
        new(10, "value2", ColumnType.Double, true, "Second value."),
        new(11, "value3", ColumnType.String, true, "Unit."),
    ]);

    public IUtf8Values Participants { get; }

    public IUtf8Values Genomes { get; }

    public IUtf8Values Questionnaires { get; }

    public IUtf8Values Codes { get; }

    public IUtf8Values Units { get; }

    public int[] ParticipantIds { get; }

    public int[] DataProvider { get; }

    public int[] EventDate { get; }

    public int[] Code { get; }

    public int[] NoCode { get; }

    public double[] Value1 { get; }

    public bool[] HasValue1 { get; }

    public double[] Value2 { get; }

    public bool[] HasValue2 { get; }

    public int[] Unit { get; }

    /// <summary>Writes all rows as one file; returns its length in bytes.</summary>
    public long Write(Stream output, ParquetOptions options, ParquetScratch scratch) => Write(output, options, scratch, new IdColumns(this));

    /// <summary>Writes all rows as one file from a source of their columns; returns its length in bytes.</summary>
    public long Write(Stream output, ParquetOptions options, ParquetScratch scratch, RowColumns source)
    {
        using ParquetFileWriter writer = new(output, Schema, options, [], scratch);
        for (int start = 0; start < ParticipantIds.Length; start += options.RowGroupRows)
        {
            int rows = Math.Min(options.RowGroupRows, ParticipantIds.Length - start);
            source.Rows = start..(start + rows);
            writer.WriteRowGroup(rows, source);
        }

        return writer.Close().Bytes;
    }

    private static PackedValues Numbered(int count, Func<int, string> text)
    {
        using MemoryStream bytes = new();
        int[] ends = new int[count];
        for (int i = 0; i < count; i++)
        {
            bytes.Write(Encoding.UTF8.GetBytes(text(i)));
            ends[i] = (int)bytes.Length;
        }

        return new PackedValues(bytes.ToArray(), ends);
    }

    private static double[] Zipf(int count)
    {
        double[] cumulative = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++)
            cumulative[i] = sum += 1.0 / (i + 1);
        for (int i = 0; i < count; i++)
            cumulative[i] /= sum;
        return cumulative;
    }

    /// <summary>Columns of a stretch of the rows.</summary>
    internal abstract class RowColumns(ClinicalRows rows) : IRowGroupSource
    {
        /// <summary>The stretch.</summary>
        public Range Rows { get; set; }

        public abstract void WriteColumn(int column, ColumnSink sink, int worker);

        /// <summary>A column that is the same whatever texts are: a number, or null throughout.</summary>
        protected void WriteOther(int column, ColumnSink sink)
        {
            switch (column)
            {
                case 3:
                    sink.WriteInt32(rows.DataProvider.AsSpan(Rows), []);
                    break;
                case 4:
                    sink.WriteInt32(rows.EventDate.AsSpan(Rows), []);
                    break;
                case 8:
                    sink.WriteDouble(rows.Value1.AsSpan(Rows), rows.HasValue1.AsSpan(Rows));
                    break;
                case 9:
                    sink.WriteDouble(rows.Value2.AsSpan(Rows), rows.HasValue2.AsSpan(Rows));
                    break;
                default:
                    sink.WriteString(rows.NoCode.AsSpan(Rows), rows.Codes, idsAscending: false);
                    break;
            }
        }
    }

    /// <summary>Texts as ids, as a worker has them: of the registry, and of dictionaries that batches carry.</summary>
    private sealed class IdColumns(ClinicalRows rows) : RowColumns(rows)
    {
        private readonly ClinicalRows _all = rows;

        public override void WriteColumn(int column, ColumnSink sink, int worker)
        {
            switch (column)
            {
                case 0:
                    sink.WriteString(_all.ParticipantIds.AsSpan(Rows), _all.Participants, idsAscending: true);
                    break;
                case 1:
                    sink.WriteString(_all.ParticipantIds.AsSpan(Rows), _all.Genomes, idsAscending: true);
                    break;
                case 2:
                    sink.WriteString(_all.ParticipantIds.AsSpan(Rows), _all.Questionnaires, idsAscending: true);
                    break;
                case 6:
                    sink.WriteString(_all.Code.AsSpan(Rows), _all.Codes, idsAscending: false);
                    break;
                case 10:
                    sink.WriteString(_all.Unit.AsSpan(Rows), _all.Units, idsAscending: false);
                    break;
                default:
                    WriteOther(column, sink);
                    break;
            }
        }
    }

    private sealed class PackedValues(byte[] bytes, int[] ends) : IUtf8Values
    {
        public int Count => ends.Length;

        public ReadOnlySpan<byte> this[int id]
        {
            get
            {
                int start = id == 0 ? 0 : ends[id - 1];
                return bytes.AsSpan(start, ends[id] - start);
            }
        }

        public bool IsNull(int id) => false;

        public bool TryGet(int id, out ReadOnlySpan<byte> value)
        {
            value = this[id];
            return true;
        }
    }
}
