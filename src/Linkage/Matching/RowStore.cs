using System.Buffers.Binary;
using Linkage.Matching.Scoring;

namespace Linkage.Matching;

/// <summary>One row while a registry is built: its tokens, and where its texts lie.</summary>
internal struct StoredRow
{
    public RegistryRow Tokens;
    public ScoredRow Scored;

    /// <summary>Start of the texts in the store: id, genome ids, questionnaire ids, sample ids, one after the other.</summary>
    public long TextAt;
    public ulong IdPrefix;
    public ulong Content;
    public int Line;
    public ushort IdLength;
    public ushort GenomeLength;
    public ushort QuestionnaireLength;
    public ushort SampleLength;

    /// <summary>The line could not be read: no identifiers, withdraws the participant it names.</summary>
    public bool Unreadable;
}

/// <summary>
/// Rows and their texts while a registry is built, in chunks: tens of millions of rows grow without copying what is there. Holds ids and tokens; identifiers in clear never get here.
/// </summary>
internal sealed class RowStore
{
    private const int RowsPerChunk = 1 << 13;
    private const int BytesPerChunk = 1 << 20;

    private readonly List<StoredRow[]> rows = [];
    private readonly List<byte[]> texts = [];
    private int textUsed = BytesPerChunk;

    public int Count { get; private set; }

    public ref StoredRow this[int index] => ref rows[index / RowsPerChunk][index % RowsPerChunk];

    /// <summary>Adds a row; its texts follow by <see cref="AddTexts"/>.</summary>
    public ref StoredRow Add()
    {
        if (Count == int.MaxValue)
            throw new InvalidOperationException("a registry holds at most 2,147,483,647 rows");
        if (Count == rows.Count * RowsPerChunk)
            rows.Add(new StoredRow[RowsPerChunk]);
        return ref this[Count++];
    }

    public void AddTexts(ref StoredRow row, ReadOnlySpan<byte> id, ReadOnlySpan<byte> genome, ReadOnlySpan<byte> questionnaire, ReadOnlySpan<byte> sample)
    {
        var length = id.Length + genome.Length + questionnaire.Length + sample.Length;
        if (BytesPerChunk - textUsed < length)
        {
            texts.Add(new byte[BytesPerChunk]);
            textUsed = 0;
        }

        row.TextAt = ((long)(texts.Count - 1) * BytesPerChunk) + textUsed;
        var target = texts[^1].AsSpan(textUsed, length);
        textUsed += length;
        id.CopyTo(target);
        genome.CopyTo(target[id.Length..]);
        questionnaire.CopyTo(target[(id.Length + genome.Length)..]);
        sample.CopyTo(target[(length - sample.Length)..]);
        row.IdLength = (ushort)id.Length;
        row.GenomeLength = (ushort)genome.Length;
        row.QuestionnaireLength = (ushort)questionnaire.Length;
        row.SampleLength = (ushort)sample.Length;
        Span<byte> prefix = stackalloc byte[8];
        prefix.Clear();
        id[..Math.Min(8, id.Length)].CopyTo(prefix);
        row.IdPrefix = BinaryPrimitives.ReadUInt64BigEndian(prefix);
    }

    public ReadOnlySpan<byte> Id(in StoredRow row) => Text(row.TextAt, row.IdLength);

    public ReadOnlySpan<byte> GenomeIds(in StoredRow row) => Text(row.TextAt + row.IdLength, row.GenomeLength);

    public ReadOnlySpan<byte> QuestionnaireIds(in StoredRow row) => Text(row.TextAt + row.IdLength + row.GenomeLength, row.QuestionnaireLength);

    public ReadOnlySpan<byte> SampleIds(in StoredRow row) =>
        Text(row.TextAt + row.IdLength + row.GenomeLength + row.QuestionnaireLength, row.SampleLength);

    /// <summary>Row numbers in bytewise order of id, then in the order they were added.</summary>
    public int[] SortedById()
    {
        var order = new int[Count];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        // Files often come sorted: then one pass tells.
        for (var i = 1; i < order.Length; i++)
        {
            if (Compare(i - 1, i) < 0)
                continue;
            Array.Sort(order, Compare);
            break;
        }

        return order;
    }

    private int Compare(int a, int b)
    {
        ref readonly var left = ref this[a];
        ref readonly var right = ref this[b];
        if (left.IdPrefix != right.IdPrefix)
            return left.IdPrefix < right.IdPrefix ? -1 : 1;
        var byId = Id(in left).SequenceCompareTo(Id(in right));
        return byId != 0 ? byId : a.CompareTo(b);
    }

    private ReadOnlySpan<byte> Text(long at, int length) => texts[(int)(at / BytesPerChunk)].AsSpan((int)(at % BytesPerChunk), length);
}
