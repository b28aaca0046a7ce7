using System.Collections.Immutable;
using Linkage.Matching;
using Linkage.Matching.Links;
using Linkage.Parquet;

namespace Linkage.Tables;

/// <summary>
/// participant_links: one row for each patient of a batch that was linked, with the evidence; and, with the same columns and a reason,
/// review: one row for each patient that a clerk should look at (nothing of such a patient goes to the event tables).
/// </summary>
public sealed class ParticipantLinks : RowBuffer
{
    private static readonly ImmutableArray<ColumnSchema> Evidence =
    [
        new(7, "data_provider", ColumnType.Int32, Nullable: false, "Where the batch comes from: 1 England (Vision), 2 Scotland, 3 England (TPP), 4 Wales."),
        new(8, "batch_id", ColumnType.String, Nullable: false, "The batch the patient came in."),
        new(9, "patient", ColumnType.Int32, Nullable: false, "Index of the patient in the batch."),
        new(10, "processed_at", ColumnType.TimestampMicros, Nullable: false, "When the supplier made the batch; the message's own time when the batch does not say."),
        new(11, "tier", ColumnType.Int32, Nullable: false, "Step of the cascade that decided: 1 cross-check, 2 exact keys, 3 scored; 0 none (lost)."),
        new(12, "weight", ColumnType.Double, Nullable: true, "Match weight of the participant: odds in bits that the patient is this one (0: even). Null where nothing was weighed: links of tiers 1 and 2."),
        new(13, "nhs_number_agreement", ColumnType.String, Nullable: true, "full, partial or disagree; null when not compared."),
        new(14, "date_of_birth_agreement", ColumnType.String, Nullable: true, "Likewise; partial: two parts of three, or day and month swapped."),
        new(15, "surname_agreement", ColumnType.String, Nullable: true, "Likewise."),
        new(16, "forename_agreement", ColumnType.String, Nullable: true, "Likewise; partial: the initial only."),
        new(17, "sex_agreement", ColumnType.String, Nullable: true, "Likewise."),
        new(18, "postcode_agreement", ColumnType.String, Nullable: true, "Likewise."),
        new(19, "model_version", ColumnType.String, Nullable: false, "Version of the rules or match model that decided."),
        new(20, "key_version", ColumnType.Int32, Nullable: false, "Version of the pseudonymisation key."),
        new(21, "probability", ColumnType.Double, Nullable: true, "Probability that the patient is this participant, all candidates considered; null where nothing was weighed."),
        new(22, "runner_up_weight", ColumnType.Double, Nullable: true, "Match weight of the next candidate; null where there is none or nothing was weighed."),
    ];

    // Tables of before have no such columns: a log takes new ones only if they may be null.
    private static readonly ColumnSchema Change = new(23, "change", ColumnType.String, Nullable: true, "What the link is in the light of earlier batches: new, confirmed, strengthened, weakened, changed (it was to another participant), untracked (not remembered); null in rows of versions without it.");

    private static readonly ImmutableArray<ColumnSchema> Earlier =
    [
        new(24, "previous_participant_id", ColumnType.String, Nullable: true, "The participant that an earlier batch linked the patient to, when that is another one than now; null when that one withdrew or is in the registry no more."),
        new(25, "previous_tier", ColumnType.Int32, Nullable: true, "Tier of the strongest evidence for the earlier link, when the row is about a difference from it."),
        new(26, "previous_weight", ColumnType.Double, Nullable: true, "Match weight of it; null for tiers 1 and 2."),
    ];

    /// <summary>Columns of participant_links.</summary>
    public static readonly ImmutableArray<ColumnSchema> LinksSchema =
    [
        new(1, "participant_id", ColumnType.String, Nullable: false, "The study's id of the participant.") { Bloom = true },
        new(2, "genome_id", ColumnType.String, Nullable: true, "First genome id."),
        new(3, "questionnaire_id", ColumnType.String, Nullable: true, "First questionnaire id."),
        // Ids 4 to 6 were texts of joined ids.
        new(27, "genome_ids", ColumnType.StringList, Nullable: true, "All genome ids; null when there is none."),
        new(28, "questionnaire_ids", ColumnType.StringList, Nullable: true, "All questionnaire ids; null when there is none."),
        new(29, "sample_ids", ColumnType.StringList, Nullable: true, "All sample ids; null when there is none."),
        .. Evidence,
        Change,
        .. Earlier,
    ];

    /// <summary>Columns of review.</summary>
    public static readonly ImmutableArray<ColumnSchema> ReviewSchema =
    [
        new(1, "participant_id", ColumnType.String, Nullable: true, "The candidate; null when there are several and none stands out.") { Bloom = true },
        new(2, "reason", ColumnType.String, Nullable: false, "ambiguous: several candidates, or evidence that contradicts itself; rivals: two patients of a batch claim one participant; contradicts: another participant than the earlier link's, on evidence that is not stronger; lost: nobody, though the participant of the earlier link is there."),
        .. Evidence,
        .. Earlier,
    ];

    private readonly IdBuilder _participant;
    private readonly IdBuilder? _reason;
    private readonly Int32Builder _dataProvider;
    private readonly IdBuilder _batchId;
    private readonly Int32Builder _patient;
    private readonly Int64Builder _processedAt;
    private readonly Int32Builder _tier;
    private readonly DoubleBuilder _weight;
    private readonly IdBuilder[] _agreements;
    private readonly IdBuilder _model;
    private readonly Int32Builder _keyVersion;
    private readonly DoubleBuilder _probability;
    private readonly DoubleBuilder _runnerUp;
    private readonly IdBuilder? _change;
    private readonly IdBuilder _previous;
    private readonly Int32Builder _previousTier;
    private readonly DoubleBuilder _previousWeight;
    private readonly Utf8Dictionary _words;
    private int _full;
    private int _partial;
    private int _disagree;
    private int _modelVersion;
    private int _finding;

    private ParticipantLinks(IdBuilder participant, IdBuilder? reason, ImmutableArray<ColumnBuilder> subject, Parts parts, Utf8Dictionary words)
        : base([.. subject, parts.DataProvider, parts.BatchId, parts.Patient, parts.ProcessedAt, parts.Tier, parts.Weight, .. parts.Agreements, parts.Model, parts.KeyVersion, parts.Probability, parts.RunnerUp, .. reason is null ? [parts.Change] : Array.Empty<ColumnBuilder>(), parts.Previous, parts.PreviousTier, parts.PreviousWeight], participant)
    {
        _participant = participant;
        _reason = reason;
        _dataProvider = parts.DataProvider;
        _batchId = parts.BatchId;
        _patient = parts.Patient;
        _processedAt = parts.ProcessedAt;
        _tier = parts.Tier;
        _weight = parts.Weight;
        _agreements = parts.Agreements;
        _model = parts.Model;
        _keyVersion = parts.KeyVersion;
        _probability = parts.Probability;
        _runnerUp = parts.RunnerUp;
        _change = reason is null ? parts.Change : null;
        _previous = parts.Previous;
        _previousTier = parts.PreviousTier;
        _previousWeight = parts.PreviousWeight;
        _words = words;
    }

    /// <summary>An empty buffer of participant_links.</summary>
    public static ParticipantLinks Links(ParticipantColumns ids, LaneDictionaries dictionaries)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(dictionaries);
        var participant = new IdBuilder(ids.ParticipantIds);
        return new ParticipantLinks(
            participant,
            null,
            [
                participant,
                new ReferenceColumn(participant, ids.GenomeIds),
                new ReferenceColumn(participant, ids.QuestionnaireIds),
                new ReferenceListColumn(participant, ids.AllGenomeIds, (byte)';'),
                new ReferenceListColumn(participant, ids.AllQuestionnaireIds, (byte)';'),
                new ReferenceListColumn(participant, ids.AllSampleIds, (byte)';'),
            ],
            new Parts(dictionaries, ids),
            dictionaries.Words);
    }

    /// <summary>An empty buffer of review.</summary>
    public static ParticipantLinks Review(ParticipantColumns ids, LaneDictionaries dictionaries)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(dictionaries);
        var participant = new IdBuilder(ids.ParticipantIds);
        var reason = new IdBuilder(dictionaries.Words);
        return new ParticipantLinks(participant, reason, [participant, reason], new Parts(dictionaries, ids), dictionaries.Words);
    }

    /// <summary>Adds the decision on one patient, and what it is in the light of earlier batches.</summary>
    public void Append(in Decision decision, in LinkVerdict verdict, ReadOnlySpan<byte> modelVersion, int dataProvider, int batchId, int patient, long processedAtMicros, int keyVersion)
    {
        _participant.Append(_reason is null ? decision.Participant : decision.Candidate);
        _reason?.Append(_words.GetOrAdd(Words.Of(decision.Outcome)));
        _dataProvider.Append(dataProvider);
        _batchId.Append(batchId);
        _patient.Append(patient);
        _processedAt.Append(processedAtMicros);
        _tier.Append((int)decision.Tier);
        _weight.Append(decision.Weight, !double.IsNaN(decision.Weight));
        _agreements[0].Append(Word(decision.NhsNumber));
        _agreements[1].Append(Word(decision.DateOfBirth));
        _agreements[2].Append(Word(decision.Surname));
        _agreements[3].Append(Word(decision.Forename));
        _agreements[4].Append(Word(decision.Sex));
        _agreements[5].Append(Word(decision.Postcode));
        _model.Append(_words.GetOrAdd(modelVersion, ref _modelVersion));
        _keyVersion.Append(keyVersion);
        _probability.Append(decision.Probability, !double.IsNaN(decision.Probability));
        _runnerUp.Append(decision.RunnerUpWeight, !double.IsNaN(decision.RunnerUpWeight));
        _change?.Append(_words.GetOrAdd(Words.Of(verdict.Finding), ref _finding));
        _previous.Append(verdict.Previous);
        var previous = verdict.PreviousStrength;
        if (previous.Tier == Tier.None)
        {
            _previousTier.AppendNull();
        }
        else
        {
            _previousTier.Append((int)previous.Tier);
        }

        _previousWeight.Append(previous.Weight, previous.Tier == Tier.Scored && !double.IsNaN(previous.Weight));
    }

    private int Word(Agreement agreement) => agreement switch
    {
        Agreement.NotCompared => -1,
        Agreement.Full => _words.GetOrAdd("full"u8, ref _full),
        Agreement.Partial => _words.GetOrAdd("partial"u8, ref _partial),
        _ => _words.GetOrAdd("disagree"u8, ref _disagree),
    };

    private sealed class Parts(LaneDictionaries dictionaries, ParticipantColumns ids)
    {
        public Int32Builder DataProvider { get; } = new();

        public IdBuilder BatchId { get; } = new(dictionaries.BatchIds);

        public Int32Builder Patient { get; } = new();

        public Int64Builder ProcessedAt { get; } = new();

        public Int32Builder Tier { get; } = new();

        public DoubleBuilder Weight { get; } = new();

        public IdBuilder[] Agreements { get; } = [new(dictionaries.Words), new(dictionaries.Words), new(dictionaries.Words), new(dictionaries.Words), new(dictionaries.Words), new(dictionaries.Words)];

        public IdBuilder Model { get; } = new(dictionaries.Words);

        public Int32Builder KeyVersion { get; } = new();

        public DoubleBuilder Probability { get; } = new();

        public DoubleBuilder RunnerUp { get; } = new();

        public IdBuilder Change { get; } = new(dictionaries.Words);

        public IdBuilder Previous { get; } = new(ids.ParticipantIds);

        public Int32Builder PreviousTier { get; } = new();

        public DoubleBuilder PreviousWeight { get; } = new();
    }
}
