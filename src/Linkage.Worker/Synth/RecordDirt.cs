namespace Linkage.Worker.Synth;

/// <summary>What may be irregular about a record; a record has at most one. The names, in kebab-case, stand in truth.csv.</summary>
internal enum RecordDirt
{
    /// <summary>Reject: withdrawn by the source.</summary>
    Deleted,

    /// <summary>Reject: equal to an earlier record of the batch in every field.</summary>
    DuplicateRecord,

    /// <summary>Reject: sent before its patient (patient −1).</summary>
    OrphanRecord,

    /// <summary>Reject: a clinical event without a code.</summary>
    MissingCode,

    /// <summary>Reject: a code with a character that its system does not have.</summary>
    MalformedCode,

    /// <summary>Reject: a BNF code on a clinical event, a CTV3 code on a prescription.</summary>
    CodeSystemUnfit,

    /// <summary>Kept: no date.</summary>
    DateMissing,

    /// <summary>Kept: before the day of birth.</summary>
    DateBeforeBirth,

    /// <summary>Kept: on the day of birth.</summary>
    DateOnBirth,

    /// <summary>Kept: after the day of birth in the same year.</summary>
    DateInBirthYear,

    /// <summary>Kept: after 2060.</summary>
    DateFuture,

    /// <summary>Kept: a Read code with its two-character term code behind it.</summary>
    ReadSevenCharacters,

    /// <summary>Kept: a BNF code to the paragraph, dotted (05.01.01.02.00).</summary>
    BnfDotted,

    /// <summary>Kept: a prescription without a code, but with the drug's name.</summary>
    DrugNameOnly,
}

/// <summary>What is known of the kinds of irregular records.</summary>
internal static class RecordDirtKinds
{
    /// <summary>Number of kinds.</summary>
    public const int Count = (int)RecordDirt.DrugNameOnly + 1;

    /// <summary>The first so many kinds are rejects.</summary>
    public const int Rejects = (int)RecordDirt.CodeSystemUnfit + 1;

    /// <summary>Names as in truth.csv; those of rejects are the pipeline's reasons.</summary>
    public static readonly byte[][] Names = KebabCase.NamesOf<RecordDirt>();

    /// <summary>Names of the tables as in truth.csv.</summary>
    public static readonly byte[][] TableNames = KebabCase.NamesOf<GpTable>();
}

/// <summary>Records of a patient or of a batch: how many of each table, and how many of them irregular, by kind.</summary>
internal sealed class RecordTally
{
    private readonly int[] _sent = new int[3];
    private readonly int[,] _dirt = new int[3, RecordDirtKinds.Count];

    /// <summary>Records of a table.</summary>
    public int Sent(GpTable table) => _sent[(int)table];

    /// <summary>Irregular ones of a table.</summary>
    public int Dirt(GpTable table, RecordDirt kind) => _dirt[(int)table, (int)kind];

    /// <summary>Records of a table that are to be rejected.</summary>
    public int Rejects(GpTable table)
    {
        var sum = 0;
        for (var kind = 0; kind < RecordDirtKinds.Rejects; kind++)
        {
            sum += _dirt[(int)table, kind];
        }

        return sum;
    }

    /// <summary>Counts one record.</summary>
    public void Count(GpTable table, RecordDirt? dirt)
    {
        _sent[(int)table]++;
        if (dirt is { } kind)
        {
            _dirt[(int)table, (int)kind]++;
        }
    }

    /// <summary>Zero.</summary>
    public void Clear()
    {
        Array.Clear(_sent);
        Array.Clear(_dirt);
    }
}
