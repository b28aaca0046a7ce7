using Linkage.Batches;

namespace Linkage.Kafka;

/// <summary>The batches of a folder of Avro containers (*.avro, in ordinal order of their names), one after another.</summary>
internal sealed class FileDrop : IDisposable
{
    private readonly string[] _files;
    private int _next;
    private FileStream? _stream;
    private AvroContainerReader? _reader;

    /// <summary>Lists the folder.</summary>
    /// <exception cref="DirectoryNotFoundException">No such folder.</exception>
    /// <exception cref="FileNotFoundException">Nothing in it to send.</exception>
    public FileDrop(string directory)
    {
        if (!Directory.Exists(directory))
            throw new DirectoryNotFoundException($"There is no folder {directory}.");

        _files = Directory.GetFiles(directory, "*.avro");
        if (_files.Length == 0)
            throw new FileNotFoundException($"Folder {directory} holds no *.avro file.");
        Array.Sort(_files, StringComparer.Ordinal);
    }

    /// <summary>Next batch, single-object framed; valid until the next call. False at the end of the last file.</summary>
    /// <exception cref="InvalidDataException">A file is no Avro container; names file and byte.</exception>
    public bool TryRead(out ReadOnlySpan<byte> batch)
    {
        while (true)
        {
            if (_reader is not null && _reader.TryRead(out batch))
                return true;

            Close();
            if (_next == _files.Length)
            {
                batch = default;
                return false;
            }

            var file = _files[_next++];

            // No buffer here: the container reader has one, and zeroes it.
            _stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            _reader = new AvroContainerReader(_stream, Path.GetFileName(file));
        }
    }

    /// <summary>The practice of a batch: the second string of the datum, after batch_id (schemas/gp-record-batch.avsc).</summary>
    /// <exception cref="InvalidDataException">The bytes do not begin as a batch does.</exception>
    public ReadOnlySpan<byte> Practice(ReadOnlySpan<byte> batch)
    {
        const int Framing = 2 + sizeof(ulong);
        if (batch.Length <= Framing || !TryString(batch[Framing..], out _, out var rest) || !TryString(rest, out var practice, out _))
            throw new InvalidDataException($"{Path.GetFileName(_files[_next - 1])} holds a datum that does not begin with batch_id and practice: it is not a GpRecordBatch.");
        return practice;
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private static bool TryString(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> text, out ReadOnlySpan<byte> rest)
    {
        text = rest = default;
        ulong encoded = 0;
        for (var i = 0; i < data.Length && i < 5; i++)
        {
            encoded |= (ulong)(data[i] & 0x7F) << (7 * i);
            if ((data[i] & 0x80) != 0)
                continue;

            // Zig-zag: an odd number is a negative length.
            var length = encoded >> 1;
            var start = i + 1;
            if ((encoded & 1) != 0 || length > (ulong)(data.Length - start))
                return false;
            text = data.Slice(start, (int)length);
            rest = data[(start + (int)length)..];
            return true;
        }

        return false;
    }

    private void Close()
    {
        _reader?.Dispose();
        _stream?.Dispose();
        _reader = null;
        _stream = null;
    }
}
