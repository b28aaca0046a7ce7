using Linkage.Matching.Scoring;

namespace Linkage.Tests.Matching.Scoring.Training;

/// <summary>A model to begin with that no later measurement changes: plausible numbers, not those of the simulated people.</summary>
internal static class BaseModel
{
    public static MatchModel Model { get; } = new()
    {
        Version = "base",
        Fields =
        [
            Field(MatchField.Surname, [0.85, 0.01, 0.02, 0.05, 0.03, 0.01, 0.03], [0.002, 1e-5, 0.001, 0.002, 0.01, 0.05, 0.93499], [0.8, 0.0005, 0.03, 0.02, 0.01, 0.02, 0.1195]),
            Field(MatchField.Forename, [0.83, 0.02, 0.02, 0.02, 0.05, 0.02, 0.01, 0.03], [0.008, 0.002, 0.01, 0.001, 0.002, 0.01, 0.05, 0.917], [0.03, 0.01, 0.05, 0.005, 0.005, 0.02, 0.06, 0.82]),
            Field(MatchField.DateOfBirth, [0.9, 0.01, 0.03, 0.02, 0.01, 0.01, 0.02], [4e-5, 3e-5, 0.003, 0.006, 0.005, 0.02, 0.96593], [0.02, 0.0002, 0.01, 0.015, 0.006, 0.04, 0.9088]),
            Field(MatchField.Sex, [0.985, 0.015], [0.5, 0.5], [0.45, 0.55]),
            Field(MatchField.Postcode, [0.8, 0.03, 0.02, 0.03, 0.02, 0.1], [1e-5, 1e-4, 1e-4, 0.001, 0.02, 0.97879], [0.75, 0.01, 0.02, 0.05, 0.02, 0.15]),
            Field(MatchField.NhsNumber, [0.98, 0.02], [1e-7, 0.9999999], [1e-5, 0.99999]),
        ],
    };

    private static FieldModel Field(MatchField field, double[] m, double[] u, double[] r) =>
        new(field, [.. MatchLevels.Of(field).Skip(1).Select((level, i) => new LevelModel(level, m[i], u[i], r[i], level == "exact" && field is not (MatchField.Sex or MatchField.NhsNumber) ? 1 : 0))]);
}
