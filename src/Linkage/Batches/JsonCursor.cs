using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Linkage.Batches;

/// <summary>
/// Reads the values of a JSON batch one after another and believes none of them. Text is unescaped into a buffer of the caller's, which must have as
/// many bytes as the document. Optional values may be null, plain, or wrapped as in Avro's JSON encoding: <c>{"string": "…"}</c>. A read that fails
/// names its <see cref="Reason"/> and <see cref="Position"/>; malformed JSON is a <see cref="JsonException"/>, for the caller to turn into
/// <see cref="RejectReason.BadJson"/> once.
/// </summary>
internal ref struct JsonCursor(ReadOnlySpan<byte> json, Span<byte> text)
{
    /// <summary>Objects in lists in the batch make 3 levels, a wrapped value makes 4; the rest is left to fields that are not known.</summary>
    private const int MaxDepth = 32;

    private readonly ReadOnlySpan<byte> _json = json;
    private readonly Span<byte> _text = text;
    // Not the final block: bytes that end early are then no exception but a read that says so.
    private Utf8JsonReader _reader = new(json, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth }));

    /// <summary>Bytes of text so far.</summary>
    public int TextLength { get; private set; }

    public RejectReason Reason { get; private set; }

    /// <summary>Byte of the document where a read failed.</summary>
    public int Position { get; private set; }

    /// <summary>Byte at which the present token starts.</summary>
    public readonly int TokenStart => (int)_reader.TokenStartIndex;

    /// <summary>Bytes read so far.</summary>
    public readonly int Consumed => (int)_reader.BytesConsumed;

    public bool Fail(RejectReason reason, int position)
    {
        Reason = reason;
        Position = position;
        return false;
    }

    public bool Fail(RejectReason reason) => Fail(reason, TokenStart);

    /// <summary>Whether all of it is UTF-8.</summary>
    public bool TryUtf8()
    {
        if (Utf8.IsValid(_json))
        {
            return true;
        }

        var at = 0;
        while (true)
        {
            var status = Rune.DecodeFromUtf8(_json[at..], out _, out var length);
            if (status != System.Buffers.OperationStatus.Done)
            {
                return Fail(status == System.Buffers.OperationStatus.NeedMoreData ? RejectReason.Truncated : RejectReason.BadUtf8, at);
            }

            at += length;
        }
    }

    /// <summary>Whether nothing but white space is left.</summary>
    public bool TryEnd()
    {
        var rest = _json[Consumed..];
        var at = rest.IndexOfAnyExcept(" \t\r\n"u8);
        return at < 0 || Fail(RejectReason.TrailingBytes, Consumed + at);
    }

    /// <summary>The start of the document's object.</summary>
    public bool TryStart() => TryNext() && (_reader.TokenType == JsonTokenType.StartObject || Fail(RejectReason.BadJson));

    /// <summary>
    /// The next known field of an object, or −1 at its end; fields not known are passed over, a field given twice is wrong. <paramref name="field"/>
    /// comes in as the field before, −1 at first: senders mostly keep the order.
    /// </summary>
    public bool TryField(byte[][] names, ref uint seen, ref int field)
    {
        while (TryNext())
        {
            if (_reader.TokenType == JsonTokenType.EndObject)
            {
                field = -1;
                return true;
            }

            if (!TryName(names, field + 1, out var found))
            {
                return false;
            }

            if (found >= 0)
            {
                field = found;
                var bit = 1u << found;
                if ((seen & bit) != 0)
                {
                    return Fail(RejectReason.BadJson);
                }

                seen |= bit;
                return TryNext();
            }

            if (!_reader.TrySkip())
            {
                return Fail(RejectReason.Truncated, _json.Length);
            }
        }

        return false;
    }

    /// <summary>The start of a list; null is an empty one.</summary>
    public bool TryList(out bool empty)
    {
        empty = _reader.TokenType == JsonTokenType.Null;
        return empty || _reader.TokenType == JsonTokenType.StartArray || Fail(RejectReason.BadJson);
    }

    /// <summary>The next item of a list, or its end.</summary>
    public bool TryItem(JsonTokenType type, out bool end)
    {
        end = false;
        if (!TryNext())
        {
            return false;
        }

        end = _reader.TokenType == JsonTokenType.EndArray;
        return end || _reader.TokenType == type || Fail(RejectReason.BadJson);
    }

    /// <summary>Text that must be a string; its place in the text buffer.</summary>
    public bool TryText(out Slice slice)
    {
        slice = default;
        if (_reader.TokenType != JsonTokenType.String)
        {
            return Fail(RejectReason.BadJson);
        }

        if (!TryUnescape(out var length))
        {
            return false;
        }

        slice = new Slice(TextLength, length);
        TextLength += length;
        return true;
    }

    public bool TryOptionalText(out Slice slice)
    {
        slice = default;
        return TryOpen("string"u8, out var present, out var wrapped) && (!present || (TryText(out slice) && TryClose(wrapped)));
    }

    public bool TryInt(int missing, out int value)
    {
        value = missing;
        return _reader.TokenType switch
        {
            JsonTokenType.Null => true,
            JsonTokenType.Number => _reader.TryGetInt32(out value) || Fail(RejectReason.BadValue),
            _ => Fail(RejectReason.BadJson),
        };
    }

    public bool TryBoolean(out bool value)
    {
        value = _reader.TokenType == JsonTokenType.True;
        return value || _reader.TokenType is JsonTokenType.False or JsonTokenType.Null || Fail(RejectReason.BadJson);
    }

    /// <summary>Days since 1970-01-01: a number, or a calendar date as 2010-03-04.</summary>
    public bool TryOptionalDate(out int days)
    {
        days = ClinicalRecord.NoDate;
        return TryOpen("int"u8, out var present, out var wrapped) && (!present || (TryDays(out days) && TryClose(wrapped)));
    }

    /// <summary>Milliseconds since 1970-01-01T00:00:00Z: a number, or an ISO 8601 time with Z or its offset. 0 for null.</summary>
    public bool TryOptionalTimestamp(out long milliseconds)
    {
        milliseconds = 0;
        return TryOpen("long"u8, out var present, out var wrapped) && (!present || (TryMilliseconds(out milliseconds) && TryClose(wrapped)));
    }

    /// <summary>A number, or <c>"NaN"</c>, <c>"Infinity"</c>, <c>"-Infinity"</c> as in Avro's JSON encoding.</summary>
    public bool TryOptionalDouble(out double value, out bool present)
    {
        value = 0;
        return TryOpen("double"u8, out present, out var wrapped) && (!present || (TryDouble(out value) && TryClose(wrapped)));
    }

    /// <summary>One of some names.</summary>
    public bool TrySymbol(byte[][] symbols, out int symbol)
    {
        symbol = -1;
        if (_reader.TokenType != JsonTokenType.String)
        {
            return Fail(RejectReason.BadJson);
        }

        return TryName(symbols, 0, out symbol) && (symbol >= 0 || Fail(RejectReason.BadValue));
    }

    private bool TryNext() => _reader.Read() || Fail(RejectReason.Truncated, _json.Length);

    /// <summary>Which of some names the present token is, −1 for none; tries <paramref name="likely"/> first.</summary>
    private bool TryName(byte[][] names, int likely, out int found)
    {
        found = -1;
        var name = _reader.ValueSpan;
        if (_reader.ValueIsEscaped)
        {
            if (!TryUnescape(out var length))
            {
                return false;
            }

            name = _text.Slice(TextLength, length);
        }

        if ((uint)likely < (uint)names.Length && name.SequenceEqual(names[likely]))
        {
            found = likely;
            return true;
        }

        for (var i = 0; i < names.Length; i++)
        {
            if (name.SequenceEqual(names[i]))
            {
                found = i;
                break;
            }
        }

        return true;
    }

    /// <summary>Unescapes the present string behind the text so far, without counting it as text.</summary>
    private bool TryUnescape(out int length)
    {
        var target = _text[TextLength..];
        if (!_reader.ValueIsEscaped)
        {
            length = _reader.ValueSpan.Length;
            _reader.ValueSpan.CopyTo(target);
            return true;
        }

        try
        {
            length = _reader.CopyString(target);
            return true;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, written as an escape: text that has no UTF-8. There is no call that asks first.
            length = 0;
            return Fail(RejectReason.BadUtf8);
        }
    }

    /// <summary>Enters an optional value: nothing there, plain, or wrapped in an object that names its type.</summary>
    private bool TryOpen(scoped ReadOnlySpan<byte> type, out bool present, out bool wrapped)
    {
        present = _reader.TokenType != JsonTokenType.Null;
        wrapped = _reader.TokenType == JsonTokenType.StartObject;
        return !wrapped
            || (TryNext()
                && (_reader.ValueSpan.SequenceEqual(type) || Fail(RejectReason.BadJson))
                && TryNext());
    }

    private bool TryClose(bool wrapped) => !wrapped || (TryNext() && (_reader.TokenType == JsonTokenType.EndObject || Fail(RejectReason.BadJson)));

    private bool TryDays(out int days)
    {
        if (_reader.TokenType != JsonTokenType.String)
        {
            days = 0;
            return _reader.TokenType == JsonTokenType.Number ? TryInt(0, out days) : Fail(RejectReason.BadJson);
        }

        days = 0;
        if (!TryUnescape(out var length))
        {
            return false;
        }

        return CalendarDay.TryParse(_text.Slice(TextLength, length), out days) || Fail(RejectReason.BadValue);
    }

    private bool TryMilliseconds(out long milliseconds)
    {
        milliseconds = 0;
        if (_reader.TokenType != JsonTokenType.String)
        {
            return _reader.TokenType == JsonTokenType.Number
                ? _reader.TryGetInt64(out milliseconds) || Fail(RejectReason.BadValue)
                : Fail(RejectReason.BadJson);
        }

        if (!TryUnescape(out var length))
        {
            return false;
        }

        // Without its offset, the time would be read in the zone of this machine.
        var iso = _text.Slice(TextLength, length);
        if (iso.Length < "2010-03-04T05:06Z".Length || (iso[^1] != 'Z' && iso[^6] is not ((byte)'+' or (byte)'-'))
            || !_reader.TryGetDateTimeOffset(out var time))
        {
            return Fail(RejectReason.BadValue);
        }

        milliseconds = time.ToUnixTimeMilliseconds();
        return true;
    }

    private bool TryDouble(out double value)
    {
        value = 0;
        if (_reader.TokenType == JsonTokenType.Number)
        {
            return (_reader.TryGetDouble(out value) && double.IsFinite(value)) || Fail(RejectReason.BadValue);
        }

        if (_reader.TokenType != JsonTokenType.String)
        {
            return Fail(RejectReason.BadJson);
        }

        if (_reader.ValueSpan.SequenceEqual("NaN"u8))
        {
            value = double.NaN;
        }
        else if (_reader.ValueSpan.SequenceEqual("Infinity"u8))
        {
            value = double.PositiveInfinity;
        }
        else if (_reader.ValueSpan.SequenceEqual("-Infinity"u8))
        {
            value = double.NegativeInfinity;
        }
        else
        {
            return Fail(RejectReason.BadValue);
        }

        return true;
    }
}
