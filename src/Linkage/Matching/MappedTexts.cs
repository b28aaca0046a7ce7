using Linkage.Kernels;
using Linkage.Parquet;

namespace Linkage.Matching;

/// <summary>
/// Texts of the registry by ordinal, in place in the mapped file. An empty text is a null. Offsets are checked at each access, not at open: start-up
/// time must not grow with the registry, and a damaged file must not be read beyond its end.
/// </summary>
internal sealed class MappedTexts(MappedSpan<long> offsets, MappedSpan<byte> bytes, bool firstOnly, string path) : IUtf8Values
{
    public int Count => (int)(offsets.Length - 1);

    public ReadOnlySpan<byte> this[int id]
    {
        get
        {
            TryGet(id, out var value);
            return value;
        }
    }

    public bool IsNull(int id) => All(id).IsEmpty;

    public bool TryGet(int id, out ReadOnlySpan<byte> value)
    {
        value = All(id);
        if (value.IsEmpty)
            return false;
        var end = firstOnly ? value.IndexOf((byte)';') : -1;
        value = end < 0 ? value : value[..end];
        return true;
    }

    public void Ahead(ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
            offsets.Prefetch(id);
        foreach (var id in ids)
        {
            if ((uint)id < (uint)Count)
                bytes.Prefetch(offsets[id]);
        }
    }

    private ReadOnlySpan<byte> All(int id)
    {
        if ((uint)id >= (uint)Count)
            throw new ArgumentOutOfRangeException(nameof(id), id, $"must be in 0..{Count - 1}");
        var start = offsets[id];
        var length = offsets[id + 1L] - start;
        if (start < 0 || length < 0 || length > int.MaxValue || start > bytes.Length - length)
            throw new RegistryException($"{path} is damaged (text offsets); build it again with 'linkage registry build'");
        return bytes.Slice(start, (int)length);
    }
}
