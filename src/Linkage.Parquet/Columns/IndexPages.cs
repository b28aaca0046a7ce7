using Linkage.Parquet.Format;
using Linkage.Parquet.Pages;

namespace Linkage.Parquet.Columns;

/// <summary>Data pages of a chunk that has a dictionary: the bits an index takes, then the indices.</summary>
internal static class IndexPages
{
    public static void Write(PageWriter pages, int pageRows, ReadOnlySpan<int> indices, int width, ReadOnlySpan<bool> valid, int rows)
    {
        for (int row = 0; row < rows; row += pageRows)
        {
            int count = Math.Min(pageRows, rows - row);
            ReadOnlySpan<bool> pageValid = valid.IsEmpty ? valid : valid.Slice(row, count);
            int present = valid.IsEmpty ? count : pageValid.Count(true);
            pages.BeginPage(pageRows);
            pages.Values.WriteByte((byte)width);
            HybridEncoding.Write(indices[..present], width, pages.Values);
            indices = indices[present..];
            pages.EndPage(count, pageValid, PageEncoding.RleDictionary, pageRows);
        }
    }
}
