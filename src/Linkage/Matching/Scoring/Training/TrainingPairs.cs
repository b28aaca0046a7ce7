using Linkage.Identity;
using Linkage.Pseudonyms;

namespace Linkage.Matching.Scoring.Training;

/// <summary>How many pairs training draws.</summary>
public sealed record TrainingPairsOptions
{
    /// <summary>Most pairs of a session; with more, a random share of the patients is taken. 16 bytes each while they are drawn.</summary>
    public int MaxPairs { get; init; } = 3_000_000;

    /// <summary>Random participants that a patient is compared with; at most a quarter of them.</summary>
    public int RandomParticipants { get; init; } = 128;

    /// <summary>A block of more rows is passed over, and counted.</summary>
    public int LargestBlock { get; init; } = 20_000;
}

/// <summary>The pairs of two files, as patterns: what <see cref="ModelTraining"/> learns from.</summary>
/// <param name="Random">Random pairs.</param>
/// <param name="Sessions">Blocked pairs: equal surnames, equal forenames, equal dates of birth, equal postcodes.</param>
/// <param name="Patients">Patients given.</param>
/// <param name="Settled">Patients of whom tiers 1 and 2 dispose.</param>
/// <param name="PassedOver">Times a patient's block was passed over for its size.</param>
/// <param name="SharedShare">Share of participants that several patients are: <see cref="PairRivals.SharedShare"/>.</param>
public sealed record TrainingData(RandomPairs Random, IReadOnlyList<TrainingSession> Sessions, long Patients, long Settled, long PassedOver, double SharedShare);

/// <summary>
/// Patients in, one by one; patterns of pairs with a registry's participants out. Blocks are of one field each, so that every session has all other fields to
/// tell one person from two: with two fields left, relatives cannot be told from errors. Pairs are compared as tier 3 compares them. What is kept of a pair is its
/// levels and two numbers. Same patients in the same order and same seed, same pairs. Not thread-safe.
/// </summary>
/// <remarks>
/// Sessions are of the patients that reach tier 3: it is them the model is for, and their records have more errors, and more errors in one record, than those of all
/// patients. Random pairs are of all patients.
/// </remarks>
public sealed class TrainingPairs : IDisposable
{
    private readonly Registry _registry;
    private readonly MatchModel _model;
    private readonly TrainingPairsOptions _options;
    private readonly ulong _seed;
    private readonly PersonTokens _tokens;
    private readonly PersonFeatures _features;
    private readonly CandidateScorer _scorer;
    private readonly Linker _linker;
    private readonly List<int> _claimed = [];
    private readonly PairSample _random;
    private readonly Block[] _blocks;
    private int _patients;
    private long _settled;
    private long _passedOver;

    /// <summary>Prepares the blocks. <see cref="RegistryException"/> when the registry was built with another key. Owns no argument.</summary>
    /// <param name="registry">The participants.</param>
    /// <param name="pseudonymiser">The key.</param>
    /// <param name="baseModel">Model to weigh rivals with.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="options">Null: the defaults.</param>
    public TrainingPairs(Registry registry, Pseudonymiser pseudonymiser, MatchModel baseModel, int seed, TrainingPairsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(baseModel);
        registry.RequireKey(pseudonymiser);
        (_registry, _model, _options, _seed) = (registry, baseModel, options ?? new TrainingPairsOptions(), (ulong)seed);
        _tokens = new PersonTokens(pseudonymiser);
        _features = new PersonFeatures(pseudonymiser, _tokens.FewValues);
        _scorer = new CandidateScorer(registry, new MatchWeights(baseModel, registry.Counts), exhaustive: false, despiteNumbers: false);
        _linker = new Linker(registry, pseudonymiser);
        _random = Sample();
        _blocks =
        [
            new Block("surname", [MatchField.Surname], registry, static (r, row) => r.Row(row).Surname, static p => p.Tokens.Surname, Sample()),
            // Names exchanged are no equal forenames.
            new Block("forename", [MatchField.Forename, MatchField.Sex], registry, static (r, row) => Forename(in r.Row(row)), static p => Forename(in p.Tokens), Sample())
            {
                Impossible = [(MatchField.Surname, (int)SurnameLevel.Swapped)],
            },
            new Block("date of birth", [MatchField.DateOfBirth], registry, static (r, row) => r.Row(row).DateOfBirth, static p => p.Tokens.DateOfBirth, Sample()),
            new Block("postcode", [MatchField.Postcode], registry, static (r, row) => r.Scored(row).Code, static p => p.Scored.Code, Sample()),
        ];
    }

    /// <summary>Takes a patient.</summary>
    public void Add(PersonIdentity patient)
    {
        var number = _patients++;
        var settled = IsSettled(patient);
        _settled += settled ? 1 : 0;
        if (!_random.Takes(number) && (settled || !Array.Exists(_blocks, b => b.Pairs.Takes(number))))
            return;
        _tokens.Read(patient);
        _features.ReadPatient(_tokens, _registry.Filters);
        if (_random.Takes(number))
            AddRandom(number);
        foreach (var block in _blocks)
        {
            if (!settled && block.Pairs.Takes(number))
                AddBlock(number, block);
        }
    }

    /// <summary>The patterns of all pairs.</summary>
    public TrainingData Finish()
    {
        var numbers = new Dictionary<int, int>();
        foreach (var pair in _blocks.SelectMany(b => b.Pairs.Pairs))
            numbers.TryAdd(pair.Patient, numbers.Count);
        var rivals = new PairRivals(_model, numbers.Count, _registry.ParticipantCount);
        foreach (var participant in _claimed)
            rivals.SeeSettled(participant);
        foreach (var pair in _blocks.SelectMany(b => b.Pairs.Pairs))
            rivals.See(numbers[pair.Patient], pair.Participant, Levels.Of(pair.Pattern));
        var sessions = new List<TrainingSession>();
        foreach (var block in _blocks)
        {
            var counts = new PatternCounts(rivals);
            foreach (var pair in block.Pairs.Pairs)
                counts.Add(numbers[pair.Patient], pair.Participant, Levels.Of(pair.Pattern));
            sessions.Add(new TrainingSession(block.Name, block.BlockedOn, counts) { Impossible = block.Impossible, Fixed = [MatchField.NhsNumber], Patients = (_patients - _settled) * block.Pairs.Share });
        }
        var random = new PatternCounts();
        foreach (var pair in _random.Pairs)
            random.Add(Levels.Of(pair.Pattern));
        return new TrainingData(new RandomPairs(random, Math.Max(1, _registry.ParticipantCount)), sessions, _patients, _settled, _passedOver, rivals.SharedShare);
    }

    /// <summary>Zeroes all tokens.</summary>
    public void Dispose()
    {
        _linker.Dispose();
        _features.Dispose();
        _tokens.Dispose();
    }

    // Whether the patient ends in tier 1 or 2. What exact keys leave to a clerk, tier 3 weighs.
    private bool IsSettled(PersonIdentity patient)
    {
        var decision = _linker.Link(patient);
        if (decision.Outcome == Outcome.Linked)
            _claimed.Add(decision.Participant);
        return decision.Tier == Tier.CrossCheck || (decision.Tier == Tier.ExactKeys && decision.Outcome != Outcome.Ambiguous);
    }

    // An initial is no forename to be equal.
    private static ulong Forename(in RegistryRow row) => (row.Flags & RowFlags.ForenameIsInitial) != RowFlags.None ? 0 : row.Forename;

    private PairSample Sample() => new(_options.MaxPairs, n => Mix(_seed + ((ulong)n * 0x9E3779B97F4A7C15)));

    private void AddRandom(int patient)
    {
        var rows = (int)_registry.Counts.Rows;
        var draws = Math.Min(_options.RandomParticipants, (_registry.ParticipantCount + 3) / 4);
        for (var n = 0; n < draws; n++)
        {
            var row = (int)Math.BigMul(Mix(_seed ^ Mix(((ulong)patient << 16) + (ulong)n)), (ulong)rows, out _);
            // A participant of many rows is drawn no oftener than others.
            if (TokenRows.IsLeftOut(_registry, row) || (row > 0 && _registry.Row(row - 1).Participant == _registry.Row(row).Participant))
                continue;
            Compare(patient, row, _random);
        }
        _random.Trim();
    }

    private void AddBlock(int patient, Block block)
    {
        var token = block.OfPatient(_features);
        if (token == 0)
            return;
        var rows = block.Rows.Find(token);
        if (rows.Length > _options.LargestBlock)
        {
            _passedOver++;
            return;
        }
        var last = -1;
        foreach (var entry in rows)
        {
            // Rows of one participant follow each other, and are compared together.
            var participant = _registry.Row(entry.Row).Participant;
            if (participant != last)
                Compare(patient, entry.Row, block.Pairs);
            last = participant;
        }
        block.Pairs.Trim();
    }

    private void Compare(int patient, int row, PairSample pairs)
    {
        var candidate = _scorer.Weigh(_features, row);
        pairs.Add(patient, candidate.Participant, candidate.Levels);
    }

    // SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): its finisher.
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private sealed class Block(
        string name, IReadOnlyList<MatchField> blockedOn, Registry registry, Func<Registry, int, ulong> ofRow, Func<PersonFeatures, ulong> ofPatient, PairSample pairs)
    {
        public string Name => name;

        public IReadOnlyList<MatchField> BlockedOn => blockedOn;

        public IReadOnlyList<(MatchField Field, int Level)> Impossible { get; init; } = [];

        public TokenRows Rows { get; } = new(registry, ofRow);

        public Func<PersonFeatures, ulong> OfPatient => ofPatient;

        public PairSample Pairs => pairs;
    }
}
