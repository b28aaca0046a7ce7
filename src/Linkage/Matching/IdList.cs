namespace Linkage.Matching;

/// <summary>Collects ids separated by ';' into one buffer, trimmed, each once, in order of arrival.</summary>
internal ref struct IdList(Span<byte> buffer)
{
    private readonly Span<byte> buffer = buffer;
    private int length;

    /// <summary>The ids, joined by ';'.</summary>
    public readonly ReadOnlySpan<byte> Written => buffer[..length];

    /// <summary>Adds all ids of a list; false when the buffer is full (ids that fit no more are left out).</summary>
    public bool AddAll(ReadOnlySpan<byte> list)
    {
        var fits = true;
        foreach (var range in list.Split((byte)';'))
        {
            var id = list[range].Trim((byte)' ');
            if (!id.IsEmpty && !Contains(id))
                fits &= Append(id);
        }

        return fits;
    }

    // A vectorised search of the text, rather than a walk from id to id: lists of thousands of ids stay cheap.
    private readonly bool Contains(ReadOnlySpan<byte> id)
    {
        var ids = Written;
        for (var from = 0; from <= ids.Length - id.Length;)
        {
            var found = ids[from..].IndexOf(id);
            if (found < 0)
                return false;
            var start = from + found;
            var end = start + id.Length;
            if ((start == 0 || ids[start - 1] == ';') && (end == ids.Length || ids[end] == ';'))
                return true;
            from = start + 1;
        }

        return false;
    }

    private bool Append(ReadOnlySpan<byte> id)
    {
        var separator = length == 0 ? 0 : 1;
        if (buffer.Length - length < id.Length + separator)
            return false;
        if (separator == 1)
            buffer[length++] = (byte)';';
        id.CopyTo(buffer[length..]);
        length += id.Length;
        return true;
    }
}
