using Linkage.Kernels;

namespace Linkage.Pseudonyms;

/// <summary>
/// Values gathered to be hashed together: a vector kernel computes as many tokens at once as it has lanes, for little more than the price of one. Three steps: <see cref="Add(Purpose, ReadOnlySpan{byte})"/>
/// each value, which gives its slot; <see cref="Compute"/>; read each slot's token. Then <see cref="Clear"/>, which zeroes values and tokens.
/// </summary>
/// <remarks>
/// Slot 0 is the empty value, whose token is the empty one: it costs nothing. A field that will hold a token may hold the slot until <see cref="Take(ref ulong)"/> puts the token in its place.
/// Grows to the largest batch, then allocates nothing. One per lane, as is the pseudonymiser, which it does not own; not thread-safe.
/// </remarks>
public sealed class TokenBatch : IDisposable
{
    private readonly Pseudonymiser _pseudonymiser;
    private readonly KeyedMessages _messages = new();
    private readonly FieldMessage _fields = new();
    private int _computed;

    /// <summary>An empty batch under a key.</summary>
    public TokenBatch(Pseudonymiser pseudonymiser)
    {
        ArgumentNullException.ThrowIfNull(pseudonymiser);
        _pseudonymiser = pseudonymiser;
    }

    /// <summary>Values gathered.</summary>
    public int Count => _messages.Count;

    /// <summary>Adds a value; returns its slot, 0 for the empty value. The value is copied.</summary>
    public uint Add(Purpose purpose, ReadOnlySpan<byte> value) => value.IsEmpty ? 0 : 1 + (uint)_messages.Add((int)purpose, value);

    /// <summary>Adds four fields together, as <see cref="Pseudonymiser.Token(Purpose, ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte})"/> hashes them; slot 0 when one is empty.</summary>
    public uint Add(Purpose purpose, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, ReadOnlySpan<byte> d)
    {
        if (a.IsEmpty || b.IsEmpty || c.IsEmpty || d.IsEmpty)
            return 0;
        var slot = Add(purpose, _fields.Of(4, a, b, c, d, default));
        _fields.Clear();
        return slot;
    }

    /// <summary>Hashes all values gathered.</summary>
    public void Compute()
    {
        _pseudonymiser.Compute(_messages);
        _computed = _messages.Count;
    }

    /// <summary>Token of a slot; <see cref="InvalidOperationException"/> when it was not computed yet.</summary>
    public Token Token(uint slot) => slot == 0 ? default : Pseudonymiser.TokenOf(Part(slot, 0), Part(slot, 1));

    /// <summary>Puts the first 64 bits of a slot's token in the slot's place.</summary>
    public void Take(ref ulong slotThenToken)
    {
        if (slotThenToken != 0)
            slotThenToken = Part((uint)slotThenToken, 0);
    }

    /// <summary>Puts the last 32 of the first 64 bits of a slot's token in the slot's place.</summary>
    public void Take(ref uint slotThenToken)
    {
        if (slotThenToken != 0)
            slotThenToken = (uint)Part(slotThenToken, 0);
    }

    /// <summary>Empties the batch; zeroes values and tokens. Slots are void.</summary>
    public void Clear()
    {
        _messages.Clear();
        _computed = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clear();
        _messages.Dispose();
    }

    /// <summary>Redacted.</summary>
    public override string ToString() => "TokenBatch(redacted)";

    /// <summary>The whole HMAC-SHA-256 of a slot but 0, 32 bytes: where filters draw their bit positions from.</summary>
    internal ReadOnlySpan<byte> Mac(uint slot) => _messages.Mac(Number(slot));

    private ulong Part(uint slot, int part) => _messages.MacPart(Number(slot), part);

    private int Number(uint slot) =>
        slot - 1 < (uint)_computed ? (int)(slot - 1) : throw new InvalidOperationException("the slot is not of a computed batch");
}
