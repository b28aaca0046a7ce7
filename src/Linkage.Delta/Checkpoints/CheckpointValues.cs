using System.Buffers.Binary;
using System.Text;
using Linkage.Parquet;
using Linkage.Parquet.Format;

namespace Linkage.Delta.Checkpoints;

/// <summary>One column of one row group of a checkpoint, read value by value.</summary>
internal sealed class CheckpointValues
{
    private readonly byte[] _chunk;
    private readonly byte[] _definitions;
    private readonly byte[] _repetitions;
    private readonly FooterColumn _column;
    private int _position;
    private int _at;
    private int _bits;

    /// <param name="chunk">The column chunk as it is in the file: a page header and a page.</param>
    /// <param name="column">The column.</param>
    /// <param name="levels">Levels in the chunk.</param>
    /// <exception cref="InvalidDataException">The chunk is not of the form that <see cref="CheckpointWriter"/> gives it.</exception>
    public CheckpointValues(byte[] chunk, FooterColumn column, int levels)
    {
        _chunk = chunk;
        _column = column;
        _position = HeaderLength(chunk, levels);
        _repetitions = column.MaxRepetition > 0 ? ReadLevels(levels) : [];
        _definitions = ReadLevels(levels);
    }

    /// <summary>The next text, or null where there is none.</summary>
    public string? NextText()
    {
        if (!NextIsValue())
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));
        return Encoding.UTF8.GetString(Take(length));
    }

    /// <summary>The next number, or null where there is none.</summary>
    public long? NextNumber()
    {
        if (!NextIsValue())
            return null;
        return (PhysicalType)_column.PhysicalType == PhysicalType.Int32
            ? BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)))
            : BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));
    }

    /// <summary>The next boolean, or null where there is none.</summary>
    public bool? NextFlag()
    {
        if (!NextIsValue())
            return null;
        var bit = _bits++ % 8;
        if (bit == 0)
            Take(1);
        return ((_chunk[_position - 1] >> bit) & 1) != 0;
    }

    /// <summary>Whether the current row has another element in this repeated column.</summary>
    public bool HasMore => _at < _repetitions.Length && _repetitions[_at] > 0;

    /// <summary>Whether the next place has a value.</summary>
    public bool NextHasValue => _at < _definitions.Length && _definitions[_at] == _column.MaxDefinition;

    private bool NextIsValue() =>
        _at < _definitions.Length ? _definitions[_at++] == _column.MaxDefinition : throw Damaged();

    private static int HeaderLength(byte[] chunk, int levels)
    {
        var reader = new ThriftReader(chunk);
        long? values = null;
        var (field, size) = (0, -1);
        while (reader.Next(ref field, out var type))
        {
            switch (field, type)
            {
                case (3, 5):
                    size = reader.Int32();
                    break;
                case (5, 12):
                    var inner = 0;
                    while (reader.Next(ref inner, out var innerType))
                    {
                        if ((inner, innerType) == (1, 5))
                            values = reader.Int32();
                        else
                            reader.Skip(innerType);
                    }
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return values == levels && size == chunk.Length - reader.Position ? reader.Position : throw Damaged();
    }

    private byte[] ReadLevels(int levels)
    {
        var runs = Take(BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int))));
        var result = new byte[levels];
        var filled = 0;
        while (filled < levels)
        {
            var (header, shift) = (0, 0);
            byte b;
            do
            {
                if (runs.Length < 2 || shift > 28)
                    throw Damaged();
                b = runs[0];
                runs = runs[1..];
                header |= (b & 0x7F) << shift;
                shift += 7;
            }
            while (b >= 0x80);
            var count = header >> 1;
            // CheckpointWriter writes runs only.
            if ((header & 1) != 0 || count < 1 || count > levels - filled)
                throw Damaged();
            result.AsSpan(filled, count).Fill(runs[0]);
            runs = runs[1..];
            filled += count;
        }
        return result;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _chunk.Length - _position)
            throw Damaged();
        _position += count;
        return _chunk.AsSpan(_position - count, count);
    }

    private static InvalidDataException Damaged() => new("A page of the checkpoint is damaged.");
}
