using Linkage.Parquet.Reading;

namespace Linkage.Parquet.Tests.Reading;

public sealed class DamagedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;
    private readonly byte[] _bytes;
    private readonly TestTable _table;
    private readonly List<(int Start, int End)> _bodies = [];

    public DamagedFileTests()
    {
        using var scratch = new ParquetScratch();
        var random = new RandomColumns(11);
        var id = 0;
        _table = new TestTable([.. Enum.GetValues<ColumnType>().SelectMany(type => new[] { random.Next(++id, type, 900, 0.3, 40), random.Next(++id, type, 900, null, 900) })]);
        _path = _folder.File("sound.parquet");
        _table.Write(_path, new ParquetOptions { PageRows = 300 }, scratch, [500, 400]);
        _bytes = File.ReadAllBytes(_path);
        var footer = ParquetFooter.Read(_path);
        foreach (var chunk in footer.RowGroups.SelectMany(g => g.Chunks))
        {
            for (var at = (int)chunk.Offset; at < chunk.Offset + chunk.Bytes;)
            {
                var page = PageInfo.Read(_bytes.AsSpan(at), out var header);
                _bodies.Add((at + header, at + header + page.Stored));
                at += header + page.Stored;
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_changed_byte_of_a_page_is_always_found()
    {
        var random = new Random(3);
        foreach (var (start, end) in _bodies.Where(b => b.End > b.Start))
        {
            var error = Assert.Throws<InvalidDataException>(() => ReadDamaged(random.Next(start, end), (byte)random.Next(1, 256)));
            Assert.Contains("checksum", error.Message, StringComparison.Ordinal);
            Assert.Matches(@"damaged\.parquet', row group [01], column 'c\d+_[\w.]+': page \d", error.Message);
        }
    }

    [Fact]
    public void Damage_anywhere_is_no_other_error()
    {
        // In headers and footer there is no checksum: what still makes sense is read, everything else is said to be damaged.
        var random = new Random(5);
        var found = 0;
        for (var i = 0; i < 1000; i++)
        {
            try
            {
                ReadDamaged(random.Next(_bytes.Length), (byte)(random.Next(3) == 0 ? random.Next(1, 256) : 1 << random.Next(8)));
            }
            catch (InvalidDataException e)
            {
                Assert.Contains("damaged.parquet", e.Message, StringComparison.Ordinal);
                found++;
            }
        }
        Assert.InRange(found, 350, 1000);
    }

    [Theory]
    [InlineData(Codec.None)]
    [InlineData(Codec.Zstd)]
    [InlineData(Codec.Snappy)]
    [InlineData(Codec.Lz4Raw)]
    [InlineData(Codec.Gzip)]
    public void A_page_that_decompresses_to_something_else_is_damaged(Codec codec)
    {
        // Its checksum is right: made anew behind the damage, as a fault before the writer would have it.
        var random = new Random(9);
        using var scratch = new ParquetScratch();
        var path = _folder.File("codec.parquet");
        var names = Enumerable.Range(0, 400).Select(i => (string?)$"value {i * 7919}").ToArray();
        new TestTable(TestColumn.String(new(1, "c1_String", ColumnType.String, false, ""), [.. Enumerable.Range(0, 400)], new TestValues(names), ascending: true)).Write(path, new ParquetOptions { Codec = codec, DictionaryBytes = 0 }, scratch);
        var bytes = File.ReadAllBytes(path);
        var chunk = ParquetFooter.Read(path).RowGroups[0].Chunks[0];
        var page = PageInfo.Read(bytes.AsSpan((int)chunk.Offset), out var header);
        var errors = 0;
        for (var i = 0; i < 200; i++)
        {
            var body = bytes.AsSpan((int)chunk.Offset + header, page.Stored).ToArray();
            body[random.Next(body.Length)] ^= (byte)random.Next(1, 256);
            try
            {
                using var decompressor = new PageDecompressor();
                decompressor.Decompress((Linkage.Parquet.Format.CompressionCodec)chunk.Codec, body, new byte[page.Uncompressed]);
            }
            catch (InvalidDataException)
            {
                errors++;
            }
            using var shorter = new PageDecompressor();
            Assert.Throws<InvalidDataException>(() => shorter.Decompress((Linkage.Parquet.Format.CompressionCodec)chunk.Codec, bytes.AsSpan((int)chunk.Offset + header, page.Stored), new byte[page.Uncompressed - 1]));
        }
        Assert.InRange(errors, codec == Codec.None ? 0 : 1, 200);
    }

    [Fact]
    public void A_file_cut_anywhere_is_damaged()
    {
        var path = _folder.File("damaged.parquet");
        for (var length = 0; length < _bytes.Length; length += 1 + (_bytes.Length / 300))
        {
            File.WriteAllBytes(path, _bytes[..length]);
            Assert.Throws<InvalidDataException>(() => ReadBack.Texts(path));
        }
    }

    [Fact]
    public void What_this_program_does_not_read_is_said()
    {
        // The codec in the footer's first chunk: zstd (6) becomes Brotli (4), which no file of this program has.
        var footer = ParquetFooter.Read(_path);
        var chunk = footer.RowGroups[0].Chunks[0];
        var changed = footer with { RowGroups = footer.RowGroups.SetItem(0, footer.RowGroups[0] with { Chunks = footer.RowGroups[0].Chunks.SetItem(0, chunk with { Codec = 4 }) }) };
        using var reader = ParquetFileReader.Open(_path, changed);
        using var scratch = new ReadScratch();
        var error = Assert.Throws<InvalidDataException>(() => reader.Read(0, 0, new ColumnValues(), scratch));
        Assert.Contains("codec 4, which this program does not read", error.Message, StringComparison.Ordinal);
        changed = footer with { Columns = footer.Columns.SetItem(0, footer.Columns[0] with { Type = null }) };
        using var other = ParquetFileReader.Open(_path, changed);
        error = Assert.Throws<InvalidDataException>(() => other.Read(0, 0, new ColumnValues(), scratch));
        Assert.Contains("a column of another type", error.Message, StringComparison.Ordinal);
    }

    private void ReadDamaged(int at, byte flip)
    {
        var bytes = (byte[])_bytes.Clone();
        bytes[at] ^= flip;
        var path = _folder.File("damaged.parquet");
        File.WriteAllBytes(path, bytes);
        ReadBack.Texts(path);
    }
}
