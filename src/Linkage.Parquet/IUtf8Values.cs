namespace Linkage.Parquet;

/// <summary>
/// Distinct UTF-8 values addressed by a dense id; what a string column's rows refer to. Equal bytes under two ids cost space in
/// the file and nothing else. Every value must be well-formed UTF-8: readers refuse a STRING column that is not.
/// </summary>
public interface IUtf8Values
{
    /// <summary>Number of values: ids run from 0 to Count − 1.</summary>
    int Count { get; }

    /// <summary>The bytes of a value; valid as long as the owner is.</summary>
    ReadOnlySpan<byte> this[int id] { get; }

    /// <summary>Whether this id stands for a null (a row that refers to it has no value).</summary>
    bool IsNull(int id);

    /// <summary>The bytes of a value, in one call.</summary>
    /// <returns>False for an id that stands for a null.</returns>
    bool TryGet(int id, out ReadOnlySpan<byte> value)
    {
        bool isNull = IsNull(id);
        value = isNull ? default : this[id];
        return !isNull;
    }

    /// <summary>
    /// Says which values are looked at next, so that an owner of values that no cache holds may ask for all of them before the first is waited for. Does nothing unless an owner has a use for it.
    /// </summary>
    /// <param name="ids">A handful of ids; −1 and what is no id may be among them.</param>
    void Ahead(ReadOnlySpan<int> ids)
    {
    }
}
