using System.Reflection;

namespace Linkage.Tests;

/// <summary>A ban on a symbol that does not exist bans nothing and says nothing: every line must name a real one.</summary>
public class BannedSymbolsTests
{
    private static readonly Type[] PlatformTypes = typeof(object).Assembly.GetExportedTypes();

    [Fact]
    public void EveryLineNamesASymbolOfThePlatform()
    {
        var lines = File.ReadAllLines(Path.Combine(Checkout(), "eng", "BannedSymbols.txt"));
        Assert.NotEmpty(lines);
        Assert.All(lines, line =>
        {
            var parts = line.Split(';');
            Assert.True(parts.Length == 2 && parts[1].Length > 0, $"'{line}' is not SYMBOL;REASON");
            Assert.True(Exists(parts[0]), $"'{parts[0]}' names nothing");
        });
    }

    [Theory]
    [InlineData("T:System.IO.NoSuchType")]
    [InlineData("N:System.NoSuchNamespace")]
    [InlineData("M:System.IO.File.Move(System.String,System.Int32)")]
    [InlineData("P:System.DateTime.Later")]
    [InlineData("System.DateTime")]
    public void TheCheckTellsWhatDoesNotExist(string symbol) => Assert.False(Exists(symbol));

    private static bool Exists(string symbol)
    {
        if (symbol.Length < 3 || symbol[1] != ':')
        {
            return false;
        }

        var name = symbol[2..];
        return symbol[0] switch
        {
            'N' => Array.Exists(PlatformTypes, t => t.Namespace == name),
            'T' => Array.Exists(PlatformTypes, t => t.FullName == name),
            'M' => Members(name[..name.IndexOf('(', StringComparison.Ordinal)]).OfType<MethodInfo>().Any(m => Signature(m) == name),
            'P' => Members(name).OfType<PropertyInfo>().Any(),
            _ => false,
        };
    }

    private static MemberInfo[] Members(string name)
    {
        var dot = name.LastIndexOf('.');
        var type = Array.Find(PlatformTypes, t => t.FullName == name[..dot]);
        return type?.GetMember(name[(dot + 1)..]) ?? [];
    }

    private static string Signature(MethodInfo method) =>
        $"{method.DeclaringType!.FullName}.{method.Name}({string.Join(',', method.GetParameters().Select(p => p.ParameterType.FullName))})";

    private static string Checkout()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Linkage.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside a checkout.");
        }

        return folder;
    }
}
