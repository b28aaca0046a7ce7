using System.Text;
using Linkage.Identity;

namespace Linkage.Tests.Identity;

public sealed class ForenameFormsTests
{
    [Theory]
    [InlineData("BILL", "WILLIAM")]
    [InlineData("WILLIAM", "WILLIAM")]
    [InlineData("ABBIE", "ABIGAIL")]
    [InlineData("ZACK", "ZACHARY")]
    [InlineData("SUSANNE", "SUSAN")]
    [InlineData("WILLIAMS", "WILLIAMS")]
    [InlineData("BIL", "BIL")]
    [InlineData("bill", "bill")]
    [InlineData("", "")]
    public void A_form_has_the_root_that_a_clerk_knows_and_any_other_name_is_its_own(string forename, string root) => Assert.Equal(root, RootOf(forename));

    [Fact]
    public void A_form_of_two_names_stands_for_neither() => Assert.Equal("BERT", RootOf("BERT"));

    [Fact]
    public void A_root_is_its_own()
    {
        const int Seed = 77;
        var random = new Random(Seed);
        for (var i = 0; i < 100_000; i++)
        {
            var name = new string([.. Enumerable.Range(0, random.Next(2, 6)).Select(_ => (char)('A' + random.Next(26)))]);
            var root = RootOf(name);
            Assert.True(RootOf(root) == root, $"seed {Seed}: {name} of {root}");
        }
    }

    private static string RootOf(string forename) => Encoding.ASCII.GetString(ForenameForms.Root(Encoding.ASCII.GetBytes(forename)));
}
