namespace Linkage.Parquet.Format;

/// <summary>Names of the inner levels of a list, as the format prescribes them.</summary>
internal static class ListNames
{
    public const string Repeated = "list";
    public const string Element = "element";

    /// <summary>What the path of a list's leaf has behind the column's name.</summary>
    public const string Suffix = $".{Repeated}.{Element}";
}
