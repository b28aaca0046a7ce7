using Linkage.Batches;
using Linkage.Parquet;

namespace Linkage.Tables;

/// <summary>
/// A batch's codes and texts to the lane's dictionaries: each distinct value is normalised and looked up once a batch, and only when a record refers to it; records then cost an array access. Texts are looked up when the
/// first record does, codes together before all records: first <see cref="WantClinical"/> each, then <see cref="MapClinical"/>. Codes of earlier batches are remembered until the dictionaries are cleared (<see cref="CodeMemo"/>).
/// </summary>
public sealed class CodeMap(LaneDictionaries dictionaries)
{
    private const int Unseen = 0;

    /// <summary>Codes looked up together: few enough for what is read of them to stay near, enough for memory to be busy.</summary>
    private const int Block = 128;

    private readonly CodeMemo _memo = new();
    private int _generation = dictionaries.Generation;
    private readonly CodeKey[] _keys = new CodeKey[Block];
    private Entry[] _clinical = [];
    private Entry[] _scripts = [];
    private int[] _wanted = [];
    private int _wantedCount;
    private uint _touched;
    private int[] _units = [];
    private int[] _drugs = [];
    private int[] _quantities = [];
    private DecodedBatch? _batch;

    /// <summary>Starts a batch.</summary>
    public void Begin(DecodedBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _batch = batch;
        if (_generation != dictionaries.Generation)
        {
            _memo.Clear();
            _generation = dictionaries.Generation;
        }

        Reset(ref _clinical, batch.CodeCount);
        Reset(ref _scripts, batch.CodeCount);
        Reset(ref _wanted, batch.CodeCount);
        _wantedCount = 0;
        Reset(ref _units, batch.TextCount);
        Reset(ref _drugs, batch.TextCount);
        Reset(ref _quantities, batch.TextCount);
    }

    /// <summary>Says that a clinical event refers to a code (−1: none), in the order of events.</summary>
    public void WantClinical(int code) => Want(code, _clinical);

    /// <summary>Says that a prescription refers to a code (−1: none), in the order of prescriptions.</summary>
    public void WantScript(int code) => Want(code, _scripts);

    /// <summary>Looks up the codes that clinical events refer to.</summary>
    public void MapClinical() => Map(_clinical, ofScripts: false);

    /// <summary>Looks up the codes that prescriptions refer to.</summary>
    public void MapScripts() => Map(_scripts, ofScripts: true);

    /// <summary>Column and id of a clinical event's code, or why it has none.</summary>
    public RejectReason Clinical(int code, out MappedCode mapped) => Mapped(code, _clinical, out mapped);

    /// <summary>Column and id of a prescription's code, or why it has none.</summary>
    public RejectReason Script(int code, out MappedCode mapped) => Mapped(code, _scripts, out mapped);

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

    private static RejectReason Mapped(int code, Entry[] entries, out MappedCode mapped)
    {
        if (code < 0)
        {
            mapped = new MappedCode(CodeColumn.None, -1);
            return RejectReason.MissingCode;
        }

        ref readonly var entry = ref entries[code];
        if (!entry.Seen)
        {
            throw new InvalidOperationException("A code was asked for that no record was said to refer to.");
        }

        mapped = entry.Code;
        return entry.Reason;
    }

    private void Want(int code, Entry[] entries)
    {
        if (code >= 0 && !entries[code].Seen)
        {
            entries[code] = new Entry(Seen: true, RejectReason.MissingCode, default);
            _wanted[_wantedCount++] = code;
        }
    }

    private void Map(Entry[] entries, bool ofScripts)
    {
        for (var from = 0; from < _wantedCount; from += Block)
        {
            Map(_wanted.AsSpan(from, Math.Min(Block, _wantedCount - from)), entries, ofScripts);
        }

        _wantedCount = 0;
    }

    private void Map(ReadOnlySpan<int> codes, Entry[] entries, bool ofScripts)
    {
        var batch = _batch!;
        ReadOnlySpan<byte> text = batch.Text;
        var touched = 0u;
        for (var i = 0; i < codes.Length; i++)
        {
            var code = codes[i];
            _ = CodeKey.TryMake(text, batch.Codes[code], Column(batch.CodeSystems[code], ofScripts), out _keys[i]);
            touched ^= _memo.Touch(_keys[i]);
        }

        // Kept, or the reading would be left out.
        _touched = touched;
        for (var i = 0; i < codes.Length; i++)
        {
            var code = codes[i];
            entries[code] = _memo.TryGet(_keys[i], out var id)
                ? new Entry(Seen: true, RejectReason.None, new MappedCode(_keys[i].Column, id))
                : Map(code, Column(batch.CodeSystems[code], ofScripts), _keys[i]);
        }
    }

    private Entry Map(int code, CodeColumn column, in CodeKey key)
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
        if (!key.IsNone)
        {
            _memo.Add(key, id);
        }

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

    private static CodeColumn Column(CodeSystem system, bool ofScripts) => ofScripts ? ScriptColumn(system) : ClinicalColumn(system);

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
