using Linkage.Parquet;

namespace Linkage.Benchmarks;

/// <summary>
/// The same rows with every text of every row as UTF-8, as they come from a source that knows no dictionary. A text is compared with the one of the row before, and looked up by its bytes
/// where it differs: that is part of writing then.
/// </summary>
internal sealed class ClinicalTexts(ClinicalRows rows) : ClinicalRows.RowColumns(rows)
{
    private readonly TextColumn _participants = new(rows.ParticipantIds, rows.Participants);
    private readonly TextColumn _genomes = new(rows.ParticipantIds, rows.Genomes);
    private readonly TextColumn _questionnaires = new(rows.ParticipantIds, rows.Questionnaires);
    private readonly TextColumn _codes = new(rows.Code, rows.Codes);
    private readonly TextColumn _units = new(rows.Unit, rows.Units);

    public override void WriteColumn(int column, ColumnSink sink, int worker)
    {
        switch (column)
        {
            case 0:
                _participants.WriteRuns(sink, Rows);
                break;
            case 1:
                _genomes.WriteRuns(sink, Rows);
                break;
            case 2:
                _questionnaires.WriteRuns(sink, Rows);
                break;
            case 6:
                _codes.WriteDictionary(sink, Rows);
                break;
            case 10:
                _units.WriteDictionary(sink, Rows);
                break;
            default:
                WriteOther(column, sink);
                break;
        }
    }

    /// <summary>A text a row; empty for a null.</summary>
    private sealed class TextColumn : IUtf8Values
    {
        private readonly byte[] _bytes;
        private readonly int[] _ends;
        private readonly int[] _ids;
        private readonly Utf8Dictionary _dictionary = new();

        public TextColumn(int[] ids, IUtf8Values values)
        {
            using MemoryStream bytes = new();
            _ends = new int[ids.Length];
            _ids = new int[ids.Length];
            for (int row = 0; row < ids.Length; row++)
            {
                if (ids[row] >= 0)
                    bytes.Write(values[ids[row]]);
                _ends[row] = (int)bytes.Length;
            }

            _bytes = bytes.ToArray();
        }

        public int Count => _ends.Length;

        public ReadOnlySpan<byte> this[int id] => _bytes.AsSpan((id == 0 ? 0 : _ends[id - 1]).._ends[id]);

        public bool IsNull(int id) => this[id].IsEmpty;

        /// <summary>Sorted texts: a value is the first row of its run.</summary>
        public void WriteRuns(ColumnSink sink, Range rows)
        {
            (int start, int count) = rows.GetOffsetAndLength(_ends.Length);
            int id = start;
            for (int row = start; row < start + count; row++)
            {
                if (!this[row].SequenceEqual(this[id]))
                    id = row;
                _ids[row - start] = id;
            }

            sink.WriteString(_ids.AsSpan(0, count), this, idsAscending: true);
        }

        public void WriteDictionary(ColumnSink sink, Range rows)
        {
            (int start, int count) = rows.GetOffsetAndLength(_ends.Length);
            _dictionary.Clear();
            for (int row = start; row < start + count; row++)
                _ids[row - start] = IsNull(row) ? -1 : _dictionary.GetOrAdd(this[row]);
            sink.WriteString(_ids.AsSpan(0, count), _dictionary, idsAscending: false);
        }
    }
}
