using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Linkage.Delta.Tests;

public sealed class HivePathTests
{
    [Theory]
    [InlineData("2020", "year=2020")]
    [InlineData(null, "year=__HIVE_DEFAULT_PARTITION__")]
    [InlineData("", "year=__HIVE_DEFAULT_PARTITION__")]
    [InlineData("a/b:c=d%e", "year=a%2Fb%3Ac%3Dd%25e")]
    [InlineData("a b+é", "year=a b+é")]
    [InlineData("\"#'*?\\{[]^\u007f\u0001\n", "year=%22%23%27%2A%3F%5C%7B%5B%5D%5E%7F%01%0A")]
    [InlineData("..", "year=..")]
    public void Values_are_escaped_as_Hive_and_Spark_do(string? value, string path) =>
        Assert.Equal(path, HivePath.Format([new("year", value)]));

    [Fact]
    public void Several_columns_are_folders_in_order() =>
        Assert.Equal("a=1/b%2Fc=__HIVE_DEFAULT_PARTITION__/d=x", HivePath.Format([new("a", "1"), new("b/c", null), new("d", "x")]));

    [Fact]
    public void No_columns_are_no_folder() => Assert.Equal("", HivePath.Format([]));

    [Fact]
    public void Values_that_would_not_come_back_are_refused()
    {
        Assert.Throws<ArgumentException>(() => HivePath.Format([new("year", HivePath.NullPartition)]));
        Assert.Throws<ArgumentException>(() => HivePath.Format([new("year", "\ud800")]));
    }

    [Fact]
    public void Every_value_comes_back_from_the_folder_and_from_the_log()
    {
        Check.One(
            Config.QuickThrowOnFailure.WithReplay(20261121UL, 7UL).WithMaxTest(2000),
            Prop.ForAll<NonNull<string>, NonNull<string>>((first, second) =>
            {
                var values = new KeyValuePair<string, string?>[] { new("a=b", Valid(first.Get)), new("ç", Valid(second.Get)) };
                var path = HivePath.Format(values);
                var expected = values.Select(v => new KeyValuePair<string, string?>(v.Key, string.IsNullOrEmpty(v.Value) ? null : v.Value));
                var uri = HivePath.ToLog(path);
                return path.Count(c => c == '/') == 1
                    && HivePath.Parse(path).SequenceEqual(expected)
                    && uri.All(char.IsAscii)
                    && string.Equals(HivePath.FromLog(uri), path, StringComparison.Ordinal)
                    && new Uri("file:///table/" + uri).AbsolutePath.Length > 0;
            }));
    }

    [Theory]
    [InlineData("year=a%20b/p é.parquet", "year=a%2520b/p%20%C3%A9.parquet")]
    [InlineData("year=y2020/part-x-000001.parquet", "year=y2020/part-x-000001.parquet")]
    public void Paths_in_the_log_are_URIs(string path, string uri) => Assert.Equal(uri, HivePath.ToLog(path));

    private static string Valid(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
