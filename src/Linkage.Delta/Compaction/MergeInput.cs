using System.Collections.Immutable;
using Linkage.Parquet;
using Linkage.Parquet.Reading;

namespace Linkage.Delta.Compaction;

/// <summary>
/// One of the files being merged: its rows in order, a row group at a time in memory. The columns are those of the table; one that the file lacks reads as null. The
/// file is open only while a row group is read, so that a thousand inputs are no thousand open files.
/// </summary>
internal sealed class MergeInput
{
    private readonly string _path;
    private readonly ParquetFooter _footer;
    private readonly ImmutableArray<ColumnSchema> _schema;
    private readonly int[] _fileColumns;
    private readonly ColumnValues?[] _columns;
    private readonly int _sortColumn;
    private int _group = -1;
    private byte[] _lastKey = [];
    private bool _lastKeyIsNull = true;

    public MergeInput(string path, ParquetFooter footer, ImmutableArray<ColumnSchema> schema, int sortColumn)
    {
        (_path, _footer, _schema, _sortColumn) = (path, footer, schema, sortColumn);
        _fileColumns = [.. schema.Select(Find)];
        _columns = [.. _fileColumns.Select(c => c < 0 ? null : new ColumnValues())];
        Maps = [.. schema.Select(_ => new IdMap())];
        Rows = footer.RowGroups.Sum(g => g.Rows);
    }

    /// <summary>Rows of the file.</summary>
    public long Rows { get; }

    /// <summary>Ids of each string column in what is being put together.</summary>
    public IdMap[] Maps { get; }

    /// <summary>The row that is next, in the row group in memory.</summary>
    public int Row { get; private set; }

    /// <summary>Rows of the row group in memory.</summary>
    public int GroupRows { get; private set; }

    /// <summary>Whether all rows have been taken.</summary>
    public bool IsAtEnd => _group == _footer.RowGroups.Length;

    /// <summary>A column of the row group in memory; null when the file lacks it.</summary>
    public ColumnValues? Column(int column) => _columns[column];

    /// <summary>Whether the next row's sort value is null.</summary>
    public bool KeyIsNull => _columns[_sortColumn] is not { } key || key.Ids[Row] < 0;

    /// <summary>The next row's sort value; empty when it is null.</summary>
    public ReadOnlySpan<byte> Key => KeyIsNull ? [] : _columns[_sortColumn]!.Values[_columns[_sortColumn]!.Ids[Row]];

    /// <summary>Compares the next rows' sort values: nulls first, then bytewise.</summary>
    public static int CompareKeys(MergeInput a, MergeInput b) => (a.KeyIsNull, b.KeyIsNull) switch
    {
        (true, true) => 0,
        (true, false) => -1,
        (false, true) => 1,
        _ => a.Key.SequenceCompareTo(b.Key),
    };

    /// <summary>How many rows from the next one on have its sort value, as far as the row group in memory goes.</summary>
    public int KeyRun()
    {
        if (_columns[_sortColumn] is not { } key)
            return GroupRows - Row;
        var ids = key.Ids[Row..];
        var run = ids.IndexOfAnyExcept(ids[0]);
        return run < 0 ? ids.Length : run;
    }

    /// <summary>Goes on, and reads the next row group when the one in memory is used up. The checksum of what was read is added.</summary>
    /// <param name="rows">Rows that were taken; 0 to begin.</param>
    /// <param name="scratch">Reading buffers.</param>
    /// <param name="hasher">Computes the checksum.</param>
    /// <param name="sum">Of all rows read.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or its rows do not ascend.</exception>
    public void Advance(int rows, ReadScratch scratch, RowHasher hasher, ref RowChecksum sum)
    {
        Row += rows;
        if (Row < GroupRows)
        {
            RequireOrder(rows == 0 || _sortColumn < 0 || CompareInGroup() <= 0);
            return;
        }
        KeepLastKey();
        while (Row == GroupRows && !IsAtEnd)
        {
            if (++_group < _footer.RowGroups.Length)
                sum += Read(scratch, hasher);
            else
                Array.Clear(_columns); // their memory is for the others
        }
        RequireOrder(_sortColumn < 0 || IsAtEnd || _lastKeyIsNull || (!KeyIsNull && Key.SequenceCompareTo(_lastKey) >= 0));
    }

    /// <summary>Compares the row before the next one with it; both are in memory.</summary>
    private int CompareInGroup()
    {
        if (_columns[_sortColumn] is not { } key || key.Ids[Row] == key.Ids[Row - 1])
            return 0;
        var (before, now) = (key.Ids[Row - 1], key.Ids[Row]);
        return before < 0 ? -1 : now < 0 ? 1 : key.Values[before].SequenceCompareTo(key.Values[now]);
    }

    /// <summary>Remembers the last row's sort value before its row group goes.</summary>
    private void KeepLastKey()
    {
        if (_sortColumn < 0 || GroupRows == 0 || _columns[_sortColumn] is not { } key)
            return;
        var last = key.Ids[GroupRows - 1];
        _lastKeyIsNull = last < 0;
        _lastKey = last < 0 ? [] : key.Values[last].ToArray();
    }

    private void RequireOrder(bool ascends)
    {
        if (!ascends)
            throw new InvalidDataException($"'{_path}' is not sorted by {_schema[_sortColumn].Name}, as files of this table are: it cannot be merged with them.");
    }

    private RowChecksum Read(ReadScratch scratch, RowHasher hasher)
    {
        (Row, GroupRows) = (0, checked((int)_footer.RowGroups[_group].Rows));
        try
        {
            using var reader = ParquetFileReader.Open(_path, _footer);
            hasher.Begin(GroupRows);
            for (var c = 0; c < _columns.Length; c++)
            {
                if (_columns[c] is { } column)
                    reader.Read(_group, _fileColumns[c], column, scratch);
                hasher.Prepare(_columns[c]);
                hasher.Add(_columns[c]);
                Maps[c].Forget(_columns[c]?.Values.Count ?? 0);
            }
            return hasher.End();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputDisk.Unavailable("read", _path, e);
        }
    }

    private int Find(ColumnSchema wanted)
    {
        for (var c = 0; c < _footer.Columns.Length; c++)
        {
            var column = _footer.Columns[c];
            if (!string.Equals(column.Name, wanted.Name, StringComparison.Ordinal))
                continue;
            return column.RowType == wanted.Type ? c : throw new InvalidDataException($"'{_path}' has a column '{wanted.Name}' of another type than the table.");
        }
        return wanted.Nullable ? -1 : throw new InvalidDataException($"'{_path}' lacks column '{wanted.Name}', which cannot be null.");
    }
}

/// <summary>Ids of a row group's distinct strings in the dictionary of the rows being put together, as far as they were met.</summary>
internal sealed class IdMap
{
    private const int Unmet = -1;
    private int[] _ids = [];
    private int _count;
    private int _generation = -1;

    /// <summary>Forgets all: there are new strings.</summary>
    public void Forget(int count)
    {
        if (_ids.Length < count)
            _ids = new int[count];
        _count = count;
        _generation = -1;
    }

    /// <summary>The id of a string in the dictionary, which counts its own generations.</summary>
    public int Of(int id, StringValues values, Utf8Dictionary dictionary, int generation)
    {
        if (_generation != generation)
        {
            _ids.AsSpan(0, _count).Fill(Unmet);
            _generation = generation;
        }
        ref var found = ref _ids[id];
        if (found == Unmet)
            found = dictionary.GetOrAdd(values[id]);
        return found;
    }
}
