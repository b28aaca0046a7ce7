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
    private readonly RowBuffer[][] _lanes;
    private readonly IdBuilder[][] _participants;
    private readonly GatherScratch[] _scratches;

    public ClinicalYears(ClinicalRows rows, int threads)
    {
        _rows = rows;
        _threads = threads;
        _firstDay = rows.EventDate.Min();
        _firstYear = YearOf(_firstDay);
        _yearOfDay = [.. Enumerable.Range(_firstDay, rows.EventDate.Max() - _firstDay + 1).Select(day => (byte)(YearOf(day) - _firstYear))];
        _lanes = new RowBuffer[_yearOfDay.Max() + 1][];
        _participants = new IdBuilder[_lanes.Length][];
        for (int year = 0; year < _lanes.Length; year++)
        {
            _participants[year] = [.. Enumerable.Range(0, threads).Select(_ => new IdBuilder(rows.Participants))];
            _lanes[year] = [.. _participants[year].Select(Buffer)];
        }

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

    private RowBuffer Buffer(IdBuilder participants) => new(
        [
            participants, new ReferenceColumn(participants, _rows.Genomes), new ReferenceColumn(participants, _rows.Questionnaires), new Int32Builder(), new Int32Builder(),
            new IdBuilder(_rows.Codes), new IdBuilder(_rows.Codes), new IdBuilder(_rows.Codes), new DoubleBuilder(), new DoubleBuilder(), new IdBuilder(_rows.Units),
        ],
        participants);

    private void Fill(int lane)
    {
        int count = _rows.ParticipantIds.Length;
        for (int row = (int)((long)count * lane / _threads); row < (int)((long)count * (lane + 1) / _threads); row++)
        {
            int year = _yearOfDay[_rows.EventDate[row] - _firstDay];
            _participants[year][lane].Append(_rows.ParticipantIds[row]);
            IReadOnlyList<ColumnBuilder> columns = _lanes[year][lane].Columns;
            ((Int32Builder)columns[3]).Append(_rows.DataProvider[row]);
            ((Int32Builder)columns[4]).Append(_rows.EventDate[row]);
            ((IdBuilder)columns[5]).Append(-1);
            ((IdBuilder)columns[6]).Append(_rows.Code[row]);
            ((IdBuilder)columns[7]).Append(-1);
            ((DoubleBuilder)columns[8]).Append(_rows.Value1[row], _rows.HasValue1[row]);
            ((DoubleBuilder)columns[9]).Append(_rows.Value2[row], _rows.HasValue2[row]);
            ((IdBuilder)columns[10]).Append(_rows.Unit[row]);
        }
    }
}
