using Linkage.Batches;
using Linkage.Parquet;

namespace Linkage.Tables;

/// <summary>
/// A batch's codes and texts to the lane's dictionaries: each distinct value is normalised and looked up once a batch, the first time a record
/// refers to it; records then cost an array access.
/// </summary>
public sealed class CodeMap(LaneDictionaries dictionaries)
{
    private const int Unseen = 0;
    private Entry[] _clinical = [];
    private Entry[] _scripts = [];
    private int[] _units = [];
    private int[] _drugs = [];
    private int[] _quantities = [];
    private DecodedBatch? _batch;

    /// <summary>Starts a batch.</summary>
    public void Begin(DecodedBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _batch = batch;
        Reset(ref _clinical, batch.CodeCount);
        Reset(ref _scripts, batch.CodeCount);
        Reset(ref _units, batch.TextCount);
        Reset(ref _drugs, batch.TextCount);
        Reset(ref _quantities, batch.TextCount);
    }

    /// <summary>Column and id of a clinical event's code, or why it has none.</summary>
    public RejectReason Clinical(int code, out MappedCode mapped)
    {
        if (code < 0)
        {
            mapped = default;
            return RejectReason.MissingCode;
        }

        ref var entry = ref _clinical[code];
        if (!entry.Seen)
        {
            entry = Map(code, ClinicalColumn(_batch!.CodeSystems[code]));
        }

        mapped = entry.Code;
        return entry.Reason;
    }

    /// <summary>Column and id of a prescription's code, or why it has none.</summary>
    public RejectReason Script(int code, out MappedCode mapped)
    {
        if (code < 0)
        {
            mapped = new MappedCode(CodeColumn.None, -1);
            return RejectReason.MissingCode;
        }

        ref var entry = ref _scripts[code];
        if (!entry.Seen)
        {
            entry = Map(code, ScriptColumn(_batch!.CodeSystems[code]));
        }

        mapped = entry.Code;
        return entry.Reason;
    }

    /// <summary>Id of a unit, −1 for none.</summary>
    public int Unit(int text) => Text(text, _units, dictionaries.Units);

    /// <summary>Id of a drug name, −1 for none.</summary>
    public int Drug(int text) => Text(text, _drugs, dictionaries.DrugNames);

    /// <summary>Id of a quantity, −1 for none.</summary>
    public int Quantity(int text) => Text(text, _quantities, dictionaries.Quantities);

    private int Text(int text, int[] seen, Utf8Dictionary dictionary)
    {
        if (text < 0)
        {
            return -1;
        }

        ref var entry = ref seen[text];
        if (entry == Unseen)
        {
            var value = CodeText.Trim(_batch!.Bytes(_batch.Texts[text]));
            entry = value.IsEmpty ? -1 : dictionary.GetOrAdd(value) + 1;
        }

        return entry < 0 ? -1 : entry - 1;
    }

    private Entry Map(int code, CodeColumn column)
    {
        if (column == CodeColumn.None)
        {
            return new Entry(Seen: true, RejectReason.CodeSystemUnfit, default);
        }

        var batch = _batch!;
        Span<byte> normalised = stackalloc byte[CodeText.MaxLength];
        var length = CodeText.Normalise(batch.CodeSystems[code], batch.Bytes(batch.Codes[code]), normalised);
        if (length <= 0)
        {
            return new Entry(Seen: true, length == 0 ? RejectReason.MissingCode : RejectReason.MalformedCode, default);
        }

        var id = DictionaryOf(column).GetOrAdd(normalised[..length]);
        return new Entry(Seen: true, RejectReason.None, new MappedCode(column, id));
    }

    private Utf8Dictionary DictionaryOf(CodeColumn column) => column switch
    {
        CodeColumn.Read2 => dictionaries.Read2,
        CodeColumn.Read3 => dictionaries.Read3,
        CodeColumn.SnomedCt => dictionaries.SnomedCt,
        CodeColumn.Bnf => dictionaries.Bnf,
        CodeColumn.Dmd => dictionaries.Dmd,
        _ => throw new ArgumentOutOfRangeException(nameof(column), column, "No dictionary for this column."),
    };

    private static CodeColumn ClinicalColumn(CodeSystem system) => system switch
    {
        CodeSystem.SnomedCt => CodeColumn.SnomedCt,
        CodeSystem.Read2 => CodeColumn.Read2,
        CodeSystem.Ctv3 => CodeColumn.Read3,
        _ => CodeColumn.None,
    };

    // dm+d identifiers are SNOMED CT ids: a supplier that sends a prescription's code as SNOMED CT means the dm+d concept.
    private static CodeColumn ScriptColumn(CodeSystem system) => system switch
    {
        CodeSystem.Read2 => CodeColumn.Read2,
        CodeSystem.Bnf => CodeColumn.Bnf,
        CodeSystem.Dmd or CodeSystem.SnomedCt => CodeColumn.Dmd,
        _ => CodeColumn.None,
    };

    private static void Reset<T>(ref T[] array, int count)
    {
        if (array.Length < count)
        {
            array = new T[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count)];
            return;
        }

        Array.Clear(array, 0, count);
    }

    private readonly record struct Entry(bool Seen, RejectReason Reason, MappedCode Code);
}
