using Linkage.Batches;

namespace Linkage.Worker.Synth;

/// <summary>From the catalogue's numbers to the indexes of the batch being built: an array look-up a record, a look-up by bytes only the first time.</summary>
internal sealed class BatchDictionary(BatchBuilder builder)
{
    private readonly CodeCatalogue _catalogue = CodeCatalogue.Instance;
    private readonly (int Batch, int Index)[] _codes = new (int, int)[CodeCatalogue.Instance.Count];
    private readonly (int Batch, int Index)[] _texts = new (int, int)[CodeCatalogue.Instance.Texts.Length];
    private readonly byte[] _variant = new byte[32];
    private int _batch;

    /// <summary>Starts a batch.</summary>
    public void Begin() => _batch++;

    /// <summary>Index in the batch of a code.</summary>
    public int Code(CodeList list, int code)
    {
        ref var known = ref _codes[code];
        if (known.Batch != _batch)
        {
            known = (_batch, builder.Code(list.System, _catalogue.Code(code)));
        }

        return known.Index;
    }

    /// <summary>Index in the batch of a text.</summary>
    public int Text(int text)
    {
        ref var known = ref _texts[text];
        if (known.Batch != _batch)
        {
            known = (_batch, builder.Text(_catalogue.Texts[text]));
        }

        return known.Index;
    }

    /// <summary>Index of the code spoilt by a character that no code has.</summary>
    public int Malformed(CodeList list, int code)
    {
        var bytes = Variant(code);
        bytes[1] = (byte)'?';
        return builder.Code(list.System, bytes);
    }

    /// <summary>Index of a Read code with the preferred term's code 00 behind it.</summary>
    public int SevenCharacters(CodeList list, int code)
    {
        var length = Variant(code).Length;
        _variant[length] = _variant[length + 1] = (byte)'0';
        return builder.Code(list.System, _variant.AsSpan(0, length + 2));
    }

    /// <summary>Index of a BNF code's chapter, section, paragraph and subparagraph in the dotted form of some suppliers.</summary>
    public int Dotted(CodeList list, int code)
    {
        var from = _catalogue.Code(code);
        ReadOnlySpan<byte> dotted = [from[0], from[1], (byte)'.', from[2], from[3], (byte)'.', from[4], from[5], (byte)'.', (byte)'0', from[6], (byte)'.', (byte)'0', (byte)'0'];
        return builder.Code(list.System, dotted);
    }

    private Span<byte> Variant(int code)
    {
        var bytes = _catalogue.Code(code);
        bytes.CopyTo(_variant, 0);
        return _variant.AsSpan(0, bytes.Length);
    }
}
