using System.Collections.Immutable;
using Linkage.Parquet;

namespace Linkage.Tables;

/// <summary>
/// Whose row an event is: a participant (by registry ordinal, with genome and questionnaire ids beside) or, in the tables of outsiders, a release
/// pseudonym (by id in the lane's dictionary).
/// </summary>
public sealed class Subject
{
    /// <summary>Columns of a participant's row.</summary>
    public static readonly ImmutableArray<ColumnSchema> ParticipantSchema =
    [
        new(1, "participant_id", ColumnType.String, Nullable: false, "The study's id of the participant (the registry's participant_id).") { Bloom = true },
        new(2, "genome_id", ColumnType.String, Nullable: true, "The participant's first genome id; null when there is none."),
        new(3, "questionnaire_id", ColumnType.String, Nullable: true, "The participant's first questionnaire id; null when there is none."),
    ];

    /// <summary>Columns of an outsider's row.</summary>
    public static readonly ImmutableArray<ColumnSchema> OutsiderSchema =
    [
        new(1, "patient_pseudonym", ColumnType.String, Nullable: false, "Release pseudonym of a patient who is not a participant: keyed, 32 hexadecimal digits, the same for one person in every batch under one key version.") { Bloom = true },
    ];

    private Subject(IdBuilder key, ImmutableArray<ColumnBuilder> columns)
    {
        Key = key;
        Columns = columns;
    }

    /// <summary>The column that is filled, and sorted by.</summary>
    public IdBuilder Key { get; }

    /// <summary>All subject columns.</summary>
    public ImmutableArray<ColumnBuilder> Columns { get; }

    /// <summary>Rows of participants.</summary>
    public static Subject Participants(ParticipantColumns ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var key = new IdBuilder(ids.ParticipantIds);
        return new Subject(key, [key, new ReferenceColumn(key, ids.GenomeIds), new ReferenceColumn(key, ids.QuestionnaireIds)]);
    }

    /// <summary>Rows of outsiders.</summary>
    public static Subject Outsiders(Utf8Dictionary pseudonyms)
    {
        var key = new IdBuilder(pseudonyms);
        return new Subject(key, [key]);
    }
}

/// <summary>The registry's ids as column values, by participant ordinal.</summary>
/// <param name="ParticipantIds">participant_id, in bytewise order.</param>
/// <param name="GenomeIds">First genome id.</param>
/// <param name="QuestionnaireIds">First questionnaire id.</param>
/// <param name="AllGenomeIds">All genome ids, joined by ';'.</param>
/// <param name="AllQuestionnaireIds">All questionnaire ids, joined by ';'.</param>
/// <param name="AllSampleIds">All sample ids, joined by ';'.</param>
public sealed record ParticipantColumns(
    IUtf8Values ParticipantIds,
    IUtf8Values GenomeIds,
    IUtf8Values QuestionnaireIds,
    IUtf8Values AllGenomeIds,
    IUtf8Values AllQuestionnaireIds,
    IUtf8Values AllSampleIds);
