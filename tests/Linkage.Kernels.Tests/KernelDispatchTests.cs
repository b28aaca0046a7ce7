namespace Linkage.Kernels.Tests;

public sealed class KernelDispatchTests
{
    /// <summary>Every path of this machine, for theories over paths.</summary>
    public static TheoryData<KernelPath> Paths
    {
        get
        {
            var paths = new TheoryData<KernelPath>();
            foreach (var path in Enum.GetValues<KernelPath>())
            {
                if (KernelDispatch.IsSupported(path))
                    paths.Add(path);
            }

            return paths;
        }
    }

    [Theory]
    [InlineData("avx512")]
    [InlineData("3")]
    [InlineData("vector64")]
    [InlineData(" ")]
    public void What_is_no_path_is_refused_with_what_is_allowed(string value)
    {
        Assert.Null(KernelDispatch.Read(value, out var problem));
        Assert.Contains(KernelDispatch.Variable, problem, StringComparison.Ordinal);
        Assert.Contains("scalar, vector128, vector256, vector512", problem, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_path_of_this_machine_can_be_forced_in_any_case_of_letters(KernelPath path)
    {
        Assert.Equal(path, KernelDispatch.Read(path.ToString().ToUpperInvariant(), out var problem));
        Assert.Null(problem);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Nothing_forces_nothing(string? value)
    {
        Assert.Null(KernelDispatch.Read(value, out var problem));
        Assert.Null(problem);
    }

    [Fact]
    public void Every_kernel_is_named_with_its_path()
    {
        Assert.Equal(KernelDispatch.TokenProbe, KernelDispatch.Chosen["token_probe"]);
        Assert.All(KernelDispatch.Chosen.Values, path => Assert.Equal(path, KernelDispatch.Read(KernelDispatch.Name(path), out _)));
    }

    /// <summary>The runtime's settings under which CI runs these tests again must really have narrowed the vectors.</summary>
    [Fact]
    public void The_width_that_runs_is_the_width_asked_for()
    {
        if (Off("DOTNET_EnableHWIntrinsic"))
            Assert.Equal(KernelPath.Scalar, KernelDispatch.Widest);
        else if (Off("DOTNET_EnableAVX2"))
            Assert.True(KernelDispatch.Widest <= KernelPath.Vector128, $"{KernelDispatch.Widest} without AVX2");
        else if (Off("DOTNET_EnableAVX512"))
            Assert.True(KernelDispatch.Widest <= KernelPath.Vector256, $"{KernelDispatch.Widest} without AVX-512");
        if (KernelDispatch.Read(Environment.GetEnvironmentVariable(KernelDispatch.Variable), out _) is { } forced)
            Assert.All(KernelDispatch.Chosen, kernel => Assert.True(kernel.Value <= forced, $"{kernel.Key} takes {kernel.Value} where {forced} is forced"));
        Assert.All(KernelDispatch.Chosen, kernel => Assert.True(KernelDispatch.IsSupported(kernel.Value), $"{kernel.Key} takes {kernel.Value}, which this machine does not have"));

        static bool Off(string setting) => Environment.GetEnvironmentVariable(setting) == "0";
    }
}
