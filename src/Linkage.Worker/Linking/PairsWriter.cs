using System.Globalization;
using Linkage.Matching;

namespace Linkage.Worker.Linking;

/// <summary>
/// Writes what was decided on each patient, a row a patient in file order, and counts it. In: decisions. Out: CSV, UTF-8, line feeds. A participant who withdrew is named in
/// no row, and nothing in it says that there was one.
/// </summary>
internal sealed class PairsWriter
{
    private const int LongestNumber = 32;

    private readonly ReplacedFile? _file;
    private readonly Registry _registry;
    private byte[] _buffer = new byte[1 << 16];
    private int _used;

    /// <summary>Writes the header. Without a file, counts only.</summary>
    public PairsWriter(ReplacedFile? file, Registry registry)
    {
        (_file, _registry) = (file, registry);
        Append("patient_id,participant_id,decision,tier,weight,probability,runner_up_weight\n"u8);
    }

    /// <summary>What was written.</summary>
    public LinkTotals Totals { get; } = new();

    /// <summary>Writes one patient's row.</summary>
    public void Write(ReadOnlySpan<byte> patientId, in Decision decision)
    {
        Totals.Count(in decision);
        var choice = LinkChoices.Of(decision.Outcome);
        Field(patientId);
        Append(","u8);
        var named = decision.Outcome != Outcome.Withdrawn && decision.Candidate >= 0;
        if (named)
            Field(_registry.ParticipantIds[decision.Candidate]);
        Append(","u8);
        Append(LinkChoices.Word(choice));
        Append(","u8);
        Append(choice == LinkChoice.None ? "0"u8 : TierDigit(decision.Tier));
        Append(","u8);
        if (named)
            Weight(decision.Weight);
        Append(","u8);
        if (named)
            Probability(decision.Probability);
        Append(","u8);
        if (named)
            Weight(decision.RunnerUpWeight);
        Append("\n"u8);
    }

    /// <summary>Hands everything to the file.</summary>
    public void Flush()
    {
        _file?.Write(_buffer.AsSpan(0, _used));
        _used = 0;
    }

    private static ReadOnlySpan<byte> TierDigit(Tier tier) => tier switch
    {
        Tier.CrossCheck => "1"u8,
        Tier.ExactKeys => "2"u8,
        Tier.Scored => "3"u8,
        _ => "0"u8,
    };

    // Four decimals: a 10,000th of a bit moves no probability by more than a 10,000th of itself.
    private void Weight(double weight)
    {
        if (double.IsNaN(weight))
            return;
        var rounded = Math.Round(weight, 4) + 0.0;
        Number(rounded, rounded is > -1e9 and < 1e9 ? "0.####" : "R");
    }

    // Near 1 it is the distance from 1 that matters: six digits of it, or all that a double has.
    private void Probability(double probability)
    {
        if (double.IsNaN(probability))
            return;
        if (probability < 0.5)
        {
            Number(probability, "G6");
            return;
        }

        var distance = 1 - probability;
        var decimals = distance > 0 ? Math.Min(15, 5 + (int)Math.Ceiling(-Math.Log10(distance))) : 15;
        Number(Math.Round(probability, decimals), "R");
    }

    private void Number(double value, string format)
    {
        Reserve(LongestNumber);
        if (!value.TryFormat(_buffer.AsSpan(_used), out var written, format, CultureInfo.InvariantCulture))
            throw new InvalidOperationException($"a number took more than {LongestNumber} bytes");
        _used += written;
    }

    // Quotes where a reader would otherwise see two fields, another value, or a quoted one.
    private void Field(ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAny(",\"\r\n"u8) < 0)
        {
            Append(text);
            return;
        }

        Append("\""u8);
        for (var quote = text.IndexOf((byte)'"'); quote >= 0; quote = text.IndexOf((byte)'"'))
        {
            Append(text[..(quote + 1)]);
            Append("\""u8);
            text = text[(quote + 1)..];
        }

        Append(text);
        Append("\""u8);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _used >= bytes)
            return;
        Flush();
        if (_buffer.Length < bytes)
            _buffer = new byte[bytes];
    }
}
