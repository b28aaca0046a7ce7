namespace Linkage.Batches;

/// <summary>Where a datum of the batch schema ends, for containers that put several into one block.</summary>
internal static class AvroDatum
{
    /// <summary>
    /// Measures the first datum of some bytes by its lengths and counts alone; what it says is left to the decoder. False with the byte at
    /// which it cannot be followed any further.
    /// </summary>
    public static bool TryMeasure(ReadOnlySpan<byte> bytes, out int length, out int wrongAt)
    {
        var cursor = new AvroCursor(bytes, 0, int.MaxValue);
        var ok = SkipText(ref cursor) && SkipText(ref cursor) && SkipText(ref cursor)
            && cursor.TryLong(out _)
            && SkipOptional(ref cursor)
            && SkipOptional(ref cursor)
            && SkipArray(ref cursor, 8, static (ref AvroCursor c) =>
                SkipOptionalText(ref c) && SkipOptionalText(ref c) && SkipOptionalText(ref c) && SkipOptionalText(ref c)
                && SkipOptionalText(ref c) && SkipOptionalText(ref c) && SkipOptionalText(ref c) && SkipOptionalText(ref c))
            && SkipArray(ref cursor, 2, static (ref AvroCursor c) => c.TryLong(out _) && SkipText(ref c))
            && SkipArray(ref cursor, 1, SkipText)
            && SkipArray(ref cursor, 8, static (ref AvroCursor c) =>
                c.TryLong(out _) && SkipOptional(ref c) && SkipOptional(ref c) && c.TryLong(out _)
                && c.TryOptionalDouble(out _, out _) && c.TryOptionalDouble(out _, out _) && c.TryLong(out _) && c.TrySkip(1))
            && SkipArray(ref cursor, 6, static (ref AvroCursor c) =>
                c.TryLong(out _) && SkipOptional(ref c) && c.TryLong(out _) && c.TryLong(out _) && c.TryLong(out _) && c.TrySkip(1))
            && SkipArray(ref cursor, 4, static (ref AvroCursor c) =>
                c.TryLong(out _) && SkipOptional(ref c) && SkipOptional(ref c) && c.TrySkip(1));
        length = wrongAt = cursor.Position;
        return ok;
    }

    private delegate bool Skip(ref AvroCursor cursor);

    private static bool SkipArray(ref AvroCursor cursor, int itemBytes, Skip item)
    {
        while (cursor.TryBlock(itemBytes, out var count, out var end))
        {
            if (count == 0)
            {
                return true;
            }

            if (end >= 0)
            {
                cursor.Position = end;
                continue;
            }

            for (; count > 0; count--)
            {
                if (!item(ref cursor))
                {
                    return false;
                }
            }
        }

        return false;
    }

    private static bool SkipText(ref AvroCursor cursor) => cursor.TryLong(out var length) && cursor.TrySkip(length);

    private static bool SkipOptional(ref AvroCursor cursor) => cursor.TryUnion(out var present) && (!present || cursor.TryLong(out _));

    private static bool SkipOptionalText(ref AvroCursor cursor) => cursor.TryUnion(out var present) && (!present || SkipText(ref cursor));
}
