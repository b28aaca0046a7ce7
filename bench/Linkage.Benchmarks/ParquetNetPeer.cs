using System.IO.Compression;
using System.Text;
using Parquet;
using Parquet.Data;
using Parquet.Schema;
using IUtf8Values = Linkage.Parquet.IUtf8Values;

namespace Linkage.Benchmarks;

/// <summary>
/// Parquet.Net 5 on the rows of <see cref="ClinicalRows"/>: zstd at its fastest level, dictionaries as by default, row groups as long as ours. Only built with <c>-p:ParquetNet=true</c>, for whose
/// feed has the package; see docs/benchmarks.md. Its columns are arrays, texts are strings: making them from UTF-8 is part of writing, unless they are asked to be ready.
/// </summary>
internal sealed class ParquetNetPeer(ClinicalRows rows, int rowGroupRows)
{
    private static readonly ParquetSchema Schema = new(
        new DataField("participant_id", typeof(string), isNullable: false),
        new DataField("genome_id", typeof(string), isNullable: true),
        new DataField("questionnaire_id", typeof(string), isNullable: true),
        new DataField("data_provider", typeof(int), isNullable: false),
        new DataField("event_dt", typeof(DateOnly), isNullable: false),
        new DataField("read_2", typeof(string), isNullable: true),
        new DataField("read_3", typeof(string), isNullable: true),
        new DataField("snomed_ct", typeof(string), isNullable: true),
        new DataField("value1", typeof(double), isNullable: true),
        new DataField("value2", typeof(double), isNullable: true),
        new DataField("value3", typeof(string), isNullable: true));

    private readonly List<Array[]> _ready = [];

    /// <summary>Makes the arrays of all row groups, for <see cref="Write"/> to take as they are.</summary>
    public void Prepare()
    {
        if (_ready.Count > 0)
            return;
        foreach (Range group in Groups())
            _ready.Add(Columns(group));
    }

    /// <summary>Writes all rows as one file; returns its length in bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ready">Whether to take the arrays that <see cref="Prepare"/> made, or to make them from UTF-8.</param>
    public long Write(string path, bool ready) => WriteAsync(path, ready).GetAwaiter().GetResult();

    private async Task<long> WriteAsync(string path, bool ready)
    {
        using FileStream file = new(path, FileMode.Create, FileAccess.ReadWrite);
        DataField[] fields = Schema.GetDataFields();
        using (ParquetWriter writer = await ParquetWriter.CreateAsync(Schema, file).ConfigureAwait(false))
        {
            writer.CompressionMethod = CompressionMethod.Zstd;
            writer.CompressionLevel = CompressionLevel.Fastest;
            int next = 0;
            foreach (Range group in Groups())
            {
                Array[] columns = ready ? _ready[next++] : Columns(group);
                using ParquetRowGroupWriter output = writer.CreateRowGroup();
                for (int i = 0; i < fields.Length; i++)
                    await output.WriteColumnAsync(new DataColumn(fields[i], columns[i])).ConfigureAwait(false);
            }
        }

        return file.Length;
    }

    private IEnumerable<Range> Groups()
    {
        int all = rows.ParticipantIds.Length;
        for (int start = 0; start < all; start += rowGroupRows)
            yield return start..Math.Min(all, start + rowGroupRows);
    }

    private Array[] Columns(Range group) =>
    [
        Texts(rows.ParticipantIds[group], rows.Participants),
        Texts(rows.ParticipantIds[group], rows.Genomes),
        Texts(rows.ParticipantIds[group], rows.Questionnaires),
        rows.DataProvider[group],
        Array.ConvertAll(rows.EventDate[group], static day => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(day)),
        Texts(rows.NoCode[group], rows.Codes),
        Texts(rows.Code[group], rows.Codes),
        Texts(rows.NoCode[group], rows.Codes),
        Numbers(rows.Value1[group], rows.HasValue1[group]),
        Numbers(rows.Value2[group], rows.HasValue2[group]),
        Texts(rows.Unit[group], rows.Units),
    ];

    // As ClinicalTexts does it for ours: a text that equals the one of the row before is made once.
    private static string?[] Texts(int[] ids, IUtf8Values values)
    {
        string?[] texts = new string?[ids.Length];
        for (int row = 0; row < ids.Length; row++)
            texts[row] = row > 0 && ids[row] == ids[row - 1] ? texts[row - 1] : ids[row] < 0 ? null : Encoding.UTF8.GetString(values[ids[row]]);
        return texts;
    }

    private static double?[] Numbers(double[] values, bool[] present)
    {
        double?[] numbers = new double?[values.Length];
        for (int row = 0; row < values.Length; row++)
            numbers[row] = present[row] ? values[row] : null;
        return numbers;
    }
}
