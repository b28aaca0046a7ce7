using System.Reflection;
using System.Runtime.CompilerServices;
using Linkage.Identity;
using Linkage.Pseudonyms;

namespace Linkage.Tests.Pseudonyms;

public class RedactionTests
{
    // Every type of the two parts that can have an instance in a log line.
    private static readonly Type[] Found = [.. typeof(KeyRing).Assembly.GetTypes().Where(t =>
        t.Namespace is "Linkage.Identity" or "Linkage.Pseudonyms"
        && !t.IsEnum && !t.IsByRefLike && !(t.IsAbstract && t.IsSealed)
        && !t.IsSubclassOf(typeof(Exception))
        && !t.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        && t != typeof(KeyFileReader))]; // holds a path only

    public static TheoryData<Type> Types => new(Found);

    [Theory]
    [MemberData(nameof(Types))]
    public void KeysTokensAndIdentifiersAreRedactedInText(Type type)
    {
        var method = type.GetMethod(nameof(ToString), BindingFlags.Instance | BindingFlags.Public, Type.EmptyTypes)!;
        Assert.Equal(type, method.DeclaringType);
        var instance = RuntimeHelpers.GetUninitializedObject(type);
        Assert.Equal($"{type.Name}(redacted)", instance.ToString());
        Assert.Equal($"{type.Name}(redacted)", $"{instance}");
    }

    [Fact]
    public void TheListHasTheTypesThatMatter()
    {
        Assert.Superset(
            new HashSet<Type> { typeof(KeyRing), typeof(RootKey), typeof(Pseudonymiser), typeof(Token), typeof(PersonIdentity), typeof(PersonName), typeof(DateOfBirth) },
            Found.ToHashSet());
    }

    [Fact]
    public void ARecordThatHoldsATokenShowsNothingOfIt() =>
        Assert.DoesNotContain("12345", new Holder(new Token(12345, 12345), new DateOfBirth(1985, 7, 20)).ToString(), StringComparison.Ordinal);

    private sealed record Holder(Token Token, DateOfBirth Born);
}
