using System.Text.Json.Nodes;

namespace Linkage.Parquet.Tests;

/// <summary>The schema as readers find it, and how much a footer holds.</summary>
public sealed class FooterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ParquetScratch _scratch = new();

    public void Dispose()
    {
        _folder.Dispose();
        _scratch.Dispose();
    }

    [SkippableFact]
    public void The_schema_is_annotated_in_the_old_way_and_the_new()
    {
        Readers.Require();
        RandomColumns random = new(71);
        string path = _folder.File("file");
        new TestTable([.. Enum.GetValues<ColumnType>().Select((type, i) => random.Next(i + 1, type, 5, i % 2 == 0 ? 0.5 : null, 3))]).Write(path, new ParquetOptions(), _scratch);
        Assert.Equal(
            [
                "test of 8",
                "c1_Boolean optional BOOLEAN id 1",
                "c2_Int32 required INT32 id 2",
                "c3_Int64 optional INT64 id 3",
                "c4_Double required DOUBLE id 4",
                "c5_Date optional INT32 DATE DATE id 5",
                "c6_TimestampMicros required INT64 TIMESTAMP_MICROS TIMESTAMP UTC micros id 6",
                "c7_String optional BYTE_ARRAY UTF8 STRING id 7",
                "c8_StringList required LIST LIST id 8 of 1",
                "list repeated of 1",
                "element required BYTE_ARRAY UTF8 STRING",
            ],
            Readers.Pages(path)[0]["schema"]!.AsArray().Select(element => (string)element!));
    }

    [SkippableFact]
    public void A_file_without_rows_has_its_schema_and_no_row_group()
    {
        Readers.Require();
        RandomColumns random = new(72);
        string path = _folder.File("file");
        new TestTable([.. Enum.GetValues<ColumnType>().Select((type, i) => random.Next(i + 1, type, 0, null, 3))]).Write(path, new ParquetOptions(), _scratch);
        JsonObject file = Readers.Pages(path)[0];
        Assert.Equal((0, 0, 11), ((int)file["rows"]!, file["rowGroups"]!.AsArray().Count, file["schema"]!.AsArray().Count));
    }

    [SkippableFact]
    public void As_many_row_groups_as_readers_take_and_no_more()
    {
        Readers.Require();
        TableSchema schema = new("t", "", [new(1, "n", ColumnType.Int32, false, "")]);
        string path = _folder.File("file.parquet");
        using (FileStream stream = new(path, FileMode.CreateNew))
        using (ParquetFileWriter writer = new(stream, schema, new ParquetOptions { Codec = Codec.None }, [], _scratch))
        {
            for (int group = 0; group < ParquetFileWriter.MaxRowGroups; group++)
            {
                writer.BeginRowGroup(1);
                writer.WriteInt32([group], []);
                writer.EndRowGroup();
            }

            Assert.Equal(ParquetFileWriter.MaxRowGroups, writer.RowGroups);
            Assert.Contains("begin another", Assert.Throws<InvalidOperationException>(() => writer.BeginRowGroup(1)).Message, StringComparison.Ordinal);
            Assert.Equal(ParquetFileWriter.MaxRowGroups, writer.Close().Rows);
        }

        // The last one's ordinal is the largest that 16 bits hold.
        ParquetFooter footer = ParquetFooter.Read(path);
        Assert.Equal(ParquetFileWriter.MaxRowGroups, footer.RowGroups.Length);
        const long Sum = ParquetFileWriter.MaxRowGroups * (ParquetFileWriter.MaxRowGroups - 1L) / 2;
        JsonObject row = Readers.Query($"SELECT count(*)::INTEGER AS n, sum(n)::BIGINT AS total, max(n) AS last FROM '{path}'").Single();
        Assert.Equal((ParquetFileWriter.MaxRowGroups, $"{Sum}", ParquetFileWriter.MaxRowGroups - 1), ((int)row["n"]!, row["total"]!.ToString(), (int)row["last"]!));
    }
}
