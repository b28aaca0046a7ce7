using System.IO.Hashing;
using Linkage.Kernels;
using Linkage.Pseudonyms;

namespace Linkage.Matching;

/// <summary>Writes a registry file section by section: alignment, checksums, and last the header, over the room left for it.</summary>
internal sealed class RegistryFileWriter
{
    /// <summary>Text of a participant; may be built in the buffer given, and is read before the next call. Asked for twice, the second time <paramref name="again"/>.</summary>
    public delegate ReadOnlySpan<byte> TextOf(int participant, Span<byte> buffer, bool again);

    private readonly Stream destination;
    private readonly SectionEntry[] sections = new SectionEntry[(int)Section.Count];
    private readonly XxHash3 hash = new();
    private readonly byte[] pending = new byte[1 << 16];
    private int pendingLength;
    private Section? current;
    private long position;

    public RegistryFileWriter(Stream destination)
    {
        this.destination = destination;
        // Room for the header, which is known last.
        destination.Write(new byte[RegistryFormat.HeaderLength]);
        position = RegistryFormat.HeaderLength;
    }

    /// <summary>Ends the section before and begins the next.</summary>
    public void Begin(Section section)
    {
        End();
        var aligned = (position + RegistryFormat.Alignment - 1) / RegistryFormat.Alignment * RegistryFormat.Alignment;
        destination.Write(stackalloc byte[(int)(aligned - position)]);
        position = aligned;
        current = section;
        sections[(int)section] = new SectionEntry(position, 0, 0);
    }

    public void Append<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var bytes = Bytes.Of(values);
        if (bytes.Length > pending.Length - pendingLength)
            Flush();
        if (bytes.Length > pending.Length)
        {
            Put(bytes);
            return;
        }

        bytes.CopyTo(pending.AsSpan(pendingLength));
        pendingLength += bytes.Length;
    }

    public void Append<T>(MappedSpan<T> values)
        where T : unmanaged
    {
        const int step = 1 << 14;
        for (long at = 0; at < values.Length; at += step)
            Append(values.Slice(at, (int)Math.Min(step, values.Length - at)));
    }

    /// <summary>Writes the offsets and then, as the section that follows, the bytes of one text for each participant; returns how many are not empty.</summary>
    public long WriteTexts(Section offsets, int count, TextOf textOf)
    {
        var buffer = new byte[1 << 16];
        Begin(offsets);
        Span<long> end = [0];
        Append<long>(end);
        long present = 0;
        for (var i = 0; i < count; i++)
        {
            var text = textOf(i, buffer, again: false);
            end[0] += text.Length;
            present += text.IsEmpty ? 0 : 1;
            Append<long>(end);
        }

        Begin(offsets + 1);
        for (var i = 0; i < count; i++)
            Append(textOf(i, buffer, again: true));
        return present;
    }

    public void Finish(Pseudonymiser pseudonymiser, FilterTreatment filters, DateTimeOffset created, RegistryCounts counts)
    {
        End();
        var header = new RegistryHeader
        {
            KeyVersion = pseudonymiser.KeyVersion,
            FileLength = position,
            KeyCheck = pseudonymiser.KeyCheck.ToArray(),
            Created = created,
            Counts = counts,
            Filters = filters,
            Sections = sections,
        };
        Span<byte> bytes = stackalloc byte[RegistryFormat.HeaderLength];
        header.Write(bytes);
        destination.Position = 0;
        destination.Write(bytes);
        destination.Flush();
    }

    private void End()
    {
        Flush();
        if (current is not { } section)
            return;
        var start = sections[(int)section].Offset;
        sections[(int)section] = new SectionEntry(start, position - start, hash.GetCurrentHashAsUInt64());
        hash.Reset();
        current = null;
    }

    private void Flush()
    {
        Put(pending.AsSpan(0, pendingLength));
        pendingLength = 0;
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        hash.Append(bytes);
        destination.Write(bytes);
        position += bytes.Length;
    }
}
