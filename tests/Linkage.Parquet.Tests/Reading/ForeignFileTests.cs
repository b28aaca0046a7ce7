namespace Linkage.Parquet.Tests.Reading;

/// <summary>Files of DuckDB: encodings, pages and lists by somebody else's understanding of the format.</summary>
public sealed class ForeignFileTests
{
    private const string Rows = """
        SELECT i::INTEGER AS a, (i * i * 7919) % 1000003 AS b, CASE WHEN i % 3 = 0 THEN NULL ELSE i / 8.0 END AS c, i % 5 = 0 AS d,
        'name ' || (i % 17) AS e, CASE WHEN i % 11 = 0 THEN NULL ELSE 'é ' || (i * 104729) END AS f, DATE '1990-01-01' + (i % 9000)::INTEGER AS g,
        CASE WHEN i % 7 = 0 THEN NULL WHEN i % 7 = 1 THEN [] ELSE ['x' || i % 4, NULL, 'y' || i] END AS h, -i::BIGINT AS j FROM range(5000) t(i)
        """;

    [SkippableTheory]
    [InlineData("V1", "uncompressed")]
    [InlineData("V1", "zstd")]
    [InlineData("V1", "snappy")]
    [InlineData("V1", "gzip")]
    [InlineData("V1", "lz4_raw")]
    [InlineData("V2", "uncompressed")]
    [InlineData("V2", "zstd")]
    public void Are_read_as_DuckDB_reads_them(string version, string codec)
    {
        Readers.Require();
        using var folder = new TemporaryFolder();
        var path = folder.File("duck.parquet");
        var outcomes = Readers.QueryEach(
            $"COPY ({Rows}) TO '{path}' (FORMAT parquet, PARQUET_VERSION {version}, COMPRESSION '{codec}', ROW_GROUP_SIZE 2048)",
            $"SELECT a, b, c, d, e, f, g - DATE '1970-01-01' AS g, h, j FROM '{path}'");
        var found = ReadBack.Texts(path);
        var expected = outcomes[1]["rows"]!.AsArray();
        Assert.Equal(5000, expected.Count);
        foreach (var (name, values) in found)
        {
            var column = name.Split('.')[0];
            for (var row = 0; row < expected.Count; row++)
            {
                var value = expected[row]![column];
                var text = value switch
                {
                    null => null,
                    System.Text.Json.Nodes.JsonArray list => $"[{string.Join(",", list.Select(e => e?.ToString() ?? "null"))}]",
                    _ when column == "c" => ExpectedColumn.Text(double.Parse(value.ToString(), System.Globalization.CultureInfo.InvariantCulture)),
                    _ => value.ToString(),
                };
                Assert.True(text == values[row], $"{name}, row {row}: '{values[row]}' instead of '{text}'");
            }
        }
    }
}
