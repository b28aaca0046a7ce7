using System.Text;
using Linkage.Parquet;
using Linkage.Parquet.Format;

namespace Linkage.Delta.Checkpoints;

/// <summary>
/// One leaf column of a checkpoint's row group while it is filled: levels and PLAIN values. Rows are few and fields many, so plainness
/// counts more than speed here.
/// </summary>
internal sealed class CheckpointColumn(string path, PhysicalType type, int maxDefinition, int maxRepetition)
{
    private readonly ByteBuffer _values = new();
    private readonly List<byte> _definitions = [];
    private readonly List<byte> _repetitions = [];
    private int _bits;

    public string Path { get; } = path;

    public PhysicalType Type { get; } = type;

    /// <summary>Levels so far: values and what stands for a missing one.</summary>
    public int Levels => _definitions.Count;

    /// <summary>Levels without a value.</summary>
    public int Nulls { get; private set; }

    /// <summary>A place without a value.</summary>
    /// <param name="definition">How many levels of the path exist.</param>
    /// <param name="repetition">0 for a new row, 1 for another element of the same row.</param>
    public void Null(int definition, int repetition = 0)
    {
        Level(definition, repetition);
        Nulls++;
    }

    public void Add(string value, int repetition = 0)
    {
        Level(maxDefinition, repetition);
        _values.WriteByteArray(Encoding.UTF8.GetBytes(value));
    }

    public void Add(long value)
    {
        Level(maxDefinition, 0);
        if (Type == PhysicalType.Int32)
            _values.WriteInt32(checked((int)value));
        else
            _values.WriteInt64(value);
    }

    public void Add(bool value)
    {
        Level(maxDefinition, 0);
        // PLAIN booleans are single bits, the lowest of a byte first.
        var bit = _bits++ % 8;
        if (bit == 0)
            _values.WriteByte(0);
        if (value)
            _values.Written[^1] |= (byte)(1 << bit);
    }

    /// <summary>A value, or a field that is there and null.</summary>
    public void AddOptional(string? value)
    {
        if (value is null)
            Null(maxDefinition - 1);
        else
            Add(value);
    }

    /// <summary>A value, or a field that is there and null.</summary>
    public void AddOptional(long? value)
    {
        if (value is null)
            Null(maxDefinition - 1);
        else
            Add(value.Value);
    }

    /// <summary>The body of the column's one page: repetition levels, definition levels, values.</summary>
    public byte[] TakePage()
    {
        var page = new ByteBuffer();
        if (maxRepetition > 0)
            WriteLevels(page, _repetitions);
        WriteLevels(page, _definitions);
        page.Write(_values.Written);
        _values.Clear();
        _definitions.Clear();
        _repetitions.Clear();
        _bits = 0;
        Nulls = 0;
        return page.Written.ToArray();
    }

    private void Level(int definition, int repetition)
    {
        _definitions.Add((byte)definition);
        _repetitions.Add((byte)repetition);
    }

    // The hybrid encoding of levels below 256, in runs only: any sequence can be written so.
    private static void WriteLevels(ByteBuffer page, List<byte> levels)
    {
        var runs = new ByteBuffer();
        for (var start = 0; start < levels.Count;)
        {
            var end = start + 1;
            while (end < levels.Count && levels[end] == levels[start])
                end++;
            runs.WriteVarint((ulong)(end - start) << 1);
            runs.WriteByte(levels[start]);
            start = end;
        }
        page.WriteInt32(runs.Length);
        page.Write(runs.Written);
    }
}
