using System.Runtime.InteropServices;
using Linkage.Matching.Blocking;
using Linkage.Matching.Scoring;

namespace Linkage.Matching;

/// <summary>Writes what tier 3 needs: scored rows with the rarity of their values, and the blocks.</summary>
internal static class ScoredSections
{
    private const int MostBuilders = 4;

    /// <summary>Writes the sections, and adds what they hold to the counts.</summary>
    public static RegistryCounts Write(RegistryFileWriter file, IRegistryRows rows, RegistryCounts counts)
    {
        counts = counts with { Kin = WriteRows(file, rows) };
        return WriteBlocks(file, rows, counts);
    }

    private static RegistryCounts WriteBlocks(RegistryFileWriter file, IRegistryRows rows, RegistryCounts counts)
    {
        // Keys are built side by side, and written in their order. Memory is 40 bytes a row for each of those being built.
        var builders = new BlockIndexBuilder[Math.Min(Environment.ProcessorCount, MostBuilders)];
        for (var i = 0; i < builders.Length; i++)
            builders[i] = new BlockIndexBuilder(rows);
        var directories = new List<long[]>(BlockKey.Count);
        long start = 0;
        file.Begin(Section.BlockEntries);
        for (var key = 0; key < BlockKey.Count; key += builders.Length)
        {
            var several = Math.Min(builders.Length, BlockKey.Count - key);
            var from = key;
            Parallel.For(0, several, i => builders[i].Build(from + i));
            for (var i = 0; i < several; i++)
            {
                file.Append<BlockEntry>(builders[i].Entries);
                directories.Add([.. builders[i].Directory.Select(position => position + start)]);
                start += builders[i].Entries.Length;
            }
        }

        file.Begin(Section.BlockDirectory);
        foreach (var directory in directories)
            file.Append<long>(directory);
        return counts with
        {
            SplitBlocks = builders.Sum(b => b.SplitBlocks),
            SkippedBlocks = builders.Sum(b => b.SkippedBlocks),
            SkippedBlockRows = builders.Sum(b => b.SkippedRows),
        };
    }

    private static long WriteRows(RegistryFileWriter file, IRegistryRows rows)
    {
        var households = new Households();
        var surnames = new ValueCounts();
        var forenames = new ValueCounts();
        var dates = new ValueCounts();
        var codes = new ValueCounts();
        for (var i = 0; i < rows.Count; i++)
        {
            ref readonly var tokens = ref rows.Tokens(i);
            surnames.Add(tokens.Surname);
            forenames.Add(tokens.Forename);
            dates.Add(Date(in tokens));
            codes.Add(rows.Scored(i).Code);
            households.Add(tokens.Participant, tokens.Surname, rows.Scored(i).Code);
        }

        file.Begin(Section.ScoredRows);
        Span<ScoredRow> one = stackalloc ScoredRow[1];
        for (var i = 0; i < rows.Count; i++)
        {
            ref readonly var tokens = ref rows.Tokens(i);
            one[0] = rows.Scored(i);
            one[0].SurnameRarity = surnames.RarityOf(tokens.Surname);
            one[0].ForenameRarity = forenames.RarityOf(tokens.Forename);
            one[0].DateRarity = dates.RarityOf(Date(in tokens));
            if (i > 0 && rows.Tokens(i - 1).Participant == tokens.Participant)
                one[0].Flags |= ScoredFlags.HasRowBefore;
            if (i + 1 < rows.Count && rows.Tokens(i + 1).Participant == tokens.Participant)
                one[0].Flags |= ScoredFlags.HasRowBehind;
            one[0].CodeRarity = codes.RarityOf(one[0].Code);
            file.Append<ScoredRow>(one);
        }

        return households.Kin(surnames, codes);
    }

    // A day the calendar has not is a value, too.
    private static ulong Date(in RegistryRow row) =>
        row.DateOfBirth != 0 ? row.DateOfBirth : row.BirthYear ^ ulong.RotateLeft(row.BirthMonth, 21) ^ ulong.RotateLeft(row.BirthDay, 42);

    // Participants of one surname at one postcode: relatives, but for those who are so by chance.
    private sealed class Households
    {
        private readonly Dictionary<(ulong Surname, ulong Code), int> _counts = [];
        private readonly HashSet<(ulong Surname, ulong Code)> _ofParticipant = [];
        private int _participant = -1;
        private long _total;

        public void Add(int participant, ulong surname, ulong code)
        {
            if (surname == 0 || code == 0)
                return;
            if (participant != _participant)
                _ofParticipant.Clear();
            _participant = participant;
            // Two rows of one participant are no household.
            if (!_ofParticipant.Add((surname, code)))
                return;
            _total++;
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, (surname, code), out _)++;
        }

        public long Kin(ValueCounts surnames, ValueCounts codes)
        {
            double pairs = 0;
            foreach (var count in _counts.Values)
                pairs += (double)count * (count - 1);
            var chance = (double)_total * _total * surnames.Coincidence * codes.Coincidence;
            return (long)Math.Max(0, pairs - chance);
        }
    }

    private sealed class ValueCounts
    {
        private readonly Dictionary<ulong, int> _counts = [];
        private long _total;
        private double _once;

        /// <summary>Probability that two draws have one value.</summary>
        public double Coincidence => _counts.Values.Sum(count => (double)count / _total * count / _total);

        public void Add(ulong value)
        {
            if (value == 0)
                return;
            _total++;
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, value, out _)++;
        }

        // What is missing is compared with nothing.
        public byte RarityOf(ulong value)
        {
            if (value == 0)
                return 0;
            var count = _counts[value];
            if (count > 1)
                return Rarity.Of(count, _total);
            if (_once == 0)
                _once = Once();
            return Rarity.Of(_once, _total);
        }

        // A value met once in a small registry is rarer than its share says: most of such values are not met at all. After Good and Turing (Good, Biometrika 40, 1953), it stands
        // for 2 n2 / n1 occurrences, n1 and n2 being how many values are met once and twice.
        private double Once()
        {
            long once = 0, twice = 0;
            foreach (var count in _counts.Values)
            {
                once += count == 1 ? 1 : 0;
                twice += count == 2 ? 1 : 0;
            }

            return Math.Min(1, 2 * Math.Max(twice, 0.5) / once);
        }
    }
}
