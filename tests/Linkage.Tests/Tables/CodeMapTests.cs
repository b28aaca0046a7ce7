using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Linkage.Batches;
using Linkage.Parquet;
using Linkage.Tables;

namespace Linkage.Tests.Tables;

/// <summary>Codes are mapped as each by itself would be: whatever was mapped before, and remembered.</summary>
public sealed class CodeMapTests
{
    private static readonly CodeColumn[] Clinical = [CodeColumn.SnomedCt, CodeColumn.Read2, CodeColumn.Read3, CodeColumn.None, CodeColumn.None];
    private static readonly CodeColumn[] Scripts = [CodeColumn.Dmd, CodeColumn.Read2, CodeColumn.None, CodeColumn.Dmd, CodeColumn.Bnf];

    [Fact]
    public void A_code_is_what_it_would_be_by_itself_in_every_batch() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var dictionaries = new LaneDictionaries();
        var map = new CodeMap(dictionaries);
        var model = new Model();
        var codes = Enumerable.Range(0, random.Next(1, 400)).Select(_ => (System: (CodeSystem)random.Next(5), Text: Code(random))).ToArray();
        for (var batches = 0; batches < 12; batches++)
        {
            if (random.Next(4) == 0)
            {
                dictionaries.Clear();
                model.Clear();
            }

            (CodeSystem System, string Text)[] sent = [.. Enumerable.Range(0, random.Next(1, 300)).Select(_ => codes[random.Next(codes.Length)])];
            map.Begin(Batch(sent, random.Next(40)));
            for (var kind = 0; kind < 2; kind++)
            {
                var ofScripts = kind == 1;
                int[] wanted = [.. Enumerable.Range(0, random.Next(400)).Select(_ => random.Next(-1, sent.Length))];
                foreach (var code in wanted)
                {
                    if (ofScripts)
                        map.WantScript(code);
                    else
                        map.WantClinical(code);
                    if (code >= 0)
                        model.Add(sent[code], (ofScripts ? Scripts : Clinical)[(int)sent[code].System]);
                }

                if (ofScripts)
                    map.MapScripts();
                else
                    map.MapClinical();
                foreach (var code in wanted)
                {
                    var reason = ofScripts ? map.Script(code, out var mapped) : map.Clinical(code, out mapped);
                    var expected = code < 0 ? (RejectReason.MissingCode, default) : model.Of(sent[code], (ofScripts ? Scripts : Clinical)[(int)sent[code].System]);
                    Assert.Equal(expected.Item1, reason);
                    if (reason == RejectReason.None)
                        Assert.Equal(expected.Item2, mapped);
                }
            }
        }

        model.AssertSame(dictionaries);
        return true.Label($"seed {seed}");
    }));

    [Fact]
    public void A_code_that_no_record_refers_to_has_no_id_and_is_in_no_dictionary()
    {
        var dictionaries = new LaneDictionaries();
        var map = new CodeMap(dictionaries);
        map.Begin(Batch([(CodeSystem.SnomedCt, "44054006"), (CodeSystem.SnomedCt, "44054007")], 0));
        map.WantClinical(1);
        map.MapClinical();
        Assert.Equal(RejectReason.None, map.Clinical(1, out var mapped));
        Assert.Equal(new MappedCode(CodeColumn.SnomedCt, 0), mapped);
        Assert.Throws<InvalidOperationException>(() => map.Clinical(0, out _));
        Assert.Throws<InvalidOperationException>(() => map.Script(1, out _));
        Assert.Equal(1, dictionaries.SnomedCt.Count);
    }

    [Fact]
    public void A_memo_of_any_number_of_codes_knows_a_code_s_id_or_nothing()
    {
        const int Codes = 200_000;
        var memo = new CodeMemo();
        var found = 0;
        for (var i = 0; i < Codes; i++)
        {
            var key = Key(100_000_000 + i);
            Assert.False(memo.TryGet(key, out _));
            memo.Add(key, i);
            Assert.True(memo.TryGet(key, out var id));
            Assert.Equal(i, id);
            if (memo.TryGet(Key(100_000_000 + (i / 2)), out id))
            {
                Assert.Equal(i / 2, id);
                found++;
            }
        }

        // All of the first 65,000, and many of those that came until there was no place left.
        Assert.InRange(found, 65_000, Codes);
        memo.Clear();
        Assert.False(memo.TryGet(Key(100_000_000 + Codes - 1), out _));
    }

    [Fact]
    public void Batches_of_known_codes_allocate_nothing()
    {
        var dictionaries = new LaneDictionaries();
        var map = new CodeMap(dictionaries);
        var random = new Random(3);
        var batch = Batch([.. Enumerable.Range(0, 5000).Select(_ => (CodeSystem.SnomedCt, Code(random)))], 0);
        void Run()
        {
            map.Begin(batch);
            for (var code = 0; code < batch.CodeCount; code++)
                map.WantClinical(code);
            map.MapClinical();
        }

        Run();
        Assert.Equal(0, Testing.Allocations.Least(Run));
    }

    private static CodeKey Key(int number)
    {
        Span<byte> text = stackalloc byte[40];
        text.Fill((byte)'x');
        Assert.True(number.TryFormat(text, out var length, default, System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(CodeKey.TryMake(text, new Slice(0, length), CodeColumn.SnomedCt, out var key));
        return key;
    }

    // Few of them different in few places, so that one is taken for another wherever that can happen: codes of all systems, with term codes, dots and spaces; near-codes; anything.
    private static string Code(Random random) => random.Next(8) switch
    {
        0 => $"G30{random.Next(3)}."[..random.Next(1, 6)],
        1 => $"G30..{random.Next(3)}{random.Next(3)}",
        2 => $"04.0{random.Next(4)}.03.00.0{random.Next(2)}",
        3 => $"040{random.Next(3)}030e0aaa{random.Next(2)}aa",
        4 => $" {random.Next(10)}4054006\t"[random.Next(2)..],
        5 => new string((char)('1' + random.Next(3)), random.Next(4, 21)),
        6 => $"12345678901234567{random.Next(10)}{random.Next(10)}"[..random.Next(15, 19)],
        _ => new string([.. Enumerable.Range(0, random.Next(12)).Select(_ => (char)random.Next(32, 300))]),
    };

    private static DecodedBatch Batch((CodeSystem System, string Text)[] codes, int after)
    {
        var text = new List<byte>();
        var slices = new List<Slice>();
        foreach (var (_, code) in codes)
        {
            var bytes = Encoding.UTF8.GetBytes(code);
            slices.Add(new Slice(text.Count, bytes.Length));
            text.AddRange(bytes);
        }

        text.AddRange(Enumerable.Repeat((byte)'9', after));
        return new DecodedBatch { Text = text.ToArray(), Codes = [.. slices], CodeSystems = [.. codes.Select(static c => c.System)], CodeCount = codes.Length };
    }

    /// <summary>What is written about codes, without dictionaries of bytes, batches and memory of earlier ones.</summary>
    private sealed class Model
    {
        private readonly Dictionary<CodeColumn, List<string>> _values = [];

        public void Clear() => _values.Clear();

        public void Add((CodeSystem System, string Text) code, CodeColumn column) => _ = Of(code, column);

        public (RejectReason Reason, MappedCode Mapped) Of((CodeSystem System, string Text) code, CodeColumn column)
        {
            if (column == CodeColumn.None)
                return (RejectReason.CodeSystemUnfit, default);
            var normal = new byte[CodeText.MaxLength];
            var length = CodeText.Normalise(code.System, Encoding.UTF8.GetBytes(code.Text), normal);
            if (length <= 0)
                return (length == 0 ? RejectReason.MissingCode : RejectReason.MalformedCode, default);
            var values = _values.TryGetValue(column, out var known) ? known : _values[column] = [];
            var value = Encoding.UTF8.GetString(normal, 0, length);
            if (!values.Contains(value))
                values.Add(value);
            return (RejectReason.None, new MappedCode(column, values.IndexOf(value)));
        }

        public void AssertSame(LaneDictionaries dictionaries)
        {
            AssertSame(CodeColumn.Read2, dictionaries.Read2);
            AssertSame(CodeColumn.Read3, dictionaries.Read3);
            AssertSame(CodeColumn.SnomedCt, dictionaries.SnomedCt);
            AssertSame(CodeColumn.Bnf, dictionaries.Bnf);
            AssertSame(CodeColumn.Dmd, dictionaries.Dmd);
        }

        private void AssertSame(CodeColumn column, Utf8Dictionary dictionary) =>
            Assert.Equal(_values.GetValueOrDefault(column, []), Enumerable.Range(0, dictionary.Count).Select(id => Encoding.UTF8.GetString(dictionary[id])));
    }
}
