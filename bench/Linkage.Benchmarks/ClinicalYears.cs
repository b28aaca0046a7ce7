using System.Globalization;
using Linkage.Parquet;

namespace Linkage.Benchmarks;

/// <summary>
/// The same rows by year of event, as a worker writes a partitioned table: rows go to the buffers of their year, on as many lanes as there are threads, then every year's buffers to a
/// sorted file.
/// </summary>
internal sealed class ClinicalYears : IDisposable
{
    private readonly ClinicalRows _rows;
    private readonly int _threads;
    private readonly int _firstYear;
    private readonly byte[] _yearOfDay;
    private readonly int _firstDay;
    private readonly YearRows[][] _lanes;
    private readonly GatherScratch[] _scratches;

    public ClinicalYears(ClinicalRows rows, int threads)
    {
        _rows = rows;
        _threads = threads;
        _firstDay = rows.EventDate.Min();
        _firstYear = YearOf(_firstDay);
        _yearOfDay = [.. Enumerable.Range(_firstDay, rows.EventDate.Max() - _firstDay + 1).Select(day => (byte)(YearOf(day) - _firstYear))];
        _lanes = new YearRows[_yearOfDay.Max() + 1][];
        for (int year = 0; year < _lanes.Length; year++)
            _lanes[year] = [.. Enumerable.Range(0, threads).Select(_ => YearRows.Of(rows))];

        _scratches = [.. Enumerable.Range(0, threads).Select(_ => new GatherScratch())];
    }

    /// <summary>Files of the last <see cref="Write"/>.</summary>
    public int Files => _lanes.Length;

    /// <summary>Writes all rows below a folder; returns the bytes of all files.</summary>
    public long Write(string folder, ParquetOptions options)
    {
        Parallel.For(0, _threads, new ParallelOptions { MaxDegreeOfParallelism = _threads }, Fill);
        long bytes = 0;
        int next = 0;
        Parallel.For(0, _threads, new ParallelOptions { MaxDegreeOfParallelism = _threads }, thread =>
        {
            for (int year = Interlocked.Increment(ref next) - 1; year < _lanes.Length; year = Interlocked.Increment(ref next) - 1)
            {
                string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"event_year={_firstYear + year}"));
                Directory.CreateDirectory(path);
                using FileStream file = new(Path.Combine(path, "part.parquet"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
                using ParquetFileWriter writer = new(file, ClinicalRows.Schema, options, [], _scratches[thread].Pages);
                RowBufferWriter.Write(writer, _lanes[year], options, _scratches[thread]);
                Interlocked.Add(ref bytes, writer.Close().Bytes);
                foreach (RowBuffer lane in _lanes[year])
                    lane.Clear();
            }
        });
        return bytes;
    }

    public void Dispose()
    {
        foreach (GatherScratch scratch in _scratches)
            scratch.Dispose();
    }

    private static int YearOf(int day) => DateOnly.FromDayNumber(new DateOnly(1970, 1, 1).DayNumber + day).Year;

    private void Fill(int lane)
    {
        int count = _rows.ParticipantIds.Length;
        for (int row = (int)((long)count * lane / _threads); row < (int)((long)count * (lane + 1) / _threads); row++)
            _lanes[_yearOfDay[_rows.EventDate[row] - _firstDay]][lane].Append(_rows, row);
    }

    /// <summary>Rows of a year on a lane.</summary>
    private sealed class YearRows : RowBuffer
    {
        private readonly IdBuilder _participant;
        private readonly Int32Builder _provider;
        private readonly Int32Builder _date;
        private readonly IdBuilder[] _codes;
        private readonly DoubleBuilder _value1;
        private readonly DoubleBuilder _value2;
        private readonly IdBuilder _unit;

        private YearRows(IdBuilder participant, Int32Builder provider, Int32Builder date, IdBuilder[] codes, DoubleBuilder value1, DoubleBuilder value2, IdBuilder unit, ClinicalRows rows)
            : base([participant, new ReferenceColumn(participant, rows.Genomes), new ReferenceColumn(participant, rows.Questionnaires), provider, date, .. codes, value1, value2, unit], participant)
        {
            (_participant, _provider, _date, _codes, _value1, _value2, _unit) = (participant, provider, date, codes, value1, value2, unit);
        }

        public static YearRows Of(ClinicalRows rows) => new(
            new IdBuilder(rows.Participants), new Int32Builder(), new Int32Builder(), [new(rows.Codes), new(rows.Codes), new(rows.Codes)], new DoubleBuilder(), new DoubleBuilder(), new IdBuilder(rows.Units), rows);

        public void Append(ClinicalRows rows, int row)
        {
            _participant.Append(rows.ParticipantIds[row]);
            _provider.Append(rows.DataProvider[row]);
            _date.Append(rows.EventDate[row]);
            _codes[0].Append(-1);
            _codes[1].Append(rows.Code[row]);
            _codes[2].Append(-1);
            _value1.Append(rows.Value1[row], rows.HasValue1[row]);
            _value2.Append(rows.Value2[row], rows.HasValue2[row]);
            _unit.Append(rows.Unit[row]);
        }
    }
}
