namespace Linkage.Tests.Matching;

/// <summary>A row of docs/person-id-handbook.md. Forenames may have "(other: …)" behind.</summary>
/// <param name="Field">Column name of the field.</param>
/// <param name="Query">The patient's value.</param>
/// <param name="Candidate">The participant's.</param>
/// <param name="There">Score in the handbook.</param>
/// <param name="Here">Name of our level.</param>
public sealed record HandbookExample(string Field, string Query, string Candidate, string There, string Here)
{
    private const string OtherMark = "(other: ";

    /// <summary>The value without other forenames.</summary>
    public static string First(string value) => value.Split(OtherMark)[0].TrimEnd();

    /// <summary>The other forenames; empty if there are none.</summary>
    public static string Other(string value) => value.Split(OtherMark) is [_, var other] ? other.TrimEnd(')') : "";
}
