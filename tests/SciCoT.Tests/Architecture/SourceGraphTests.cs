using System.Text.RegularExpressions;

namespace SciCoT.Tests.Architecture;

public class SourceGraphTests
{
    [Fact]
    public void Circles_BetweenSubfolders_AreFound()
    {
        var graph = new SourceGraph(
        [
            ("A", "A/One.cs", "public class One { Two two; }"),
            ("A/Sub", "A/Sub/Two.cs", "internal sealed class Two { Three three; }"),
            ("A/Other", "A/Other/Three.cs", "public enum Three { }\npublic interface IThree { One One { get; } }"),
            ("B", "B/Four.cs", "public class Four { One one; }"),
        ]);

        Assert.Equal([["A", "A/Other", "A/Sub"]], graph.Circles());
    }

    [Fact]
    public void Circles_OneWayOnly_NoneFound()
    {
        var graph = new SourceGraph(
        [
            ("A", "A/One.cs", "public class One { Two two; /* Four */ }"),
            ("A/Sub", "A/Sub/Two.cs", "// for One\nusing A.One;\npublic class Two { string Text = \"One\"; int One = 1; }"),
        ]);

        Assert.Empty(graph.Circles());
        Assert.Equal([new SourceGraph.Use("A", "A/Sub", "A/One.cs", "Two")], graph.Uses);
    }

    [Fact]
    public void Uses_StaticMembersNamedAlone_AreOfTheirType()
    {
        var graph = new SourceGraph(
        [
            ("A", "A/One.cs", "public static class One { public static int Two() => 2; }"),
            ("A/Sub", "A/Sub/Three.cs", "using static A.One;\npublic class Three { int three = Two() + 1; }"),
        ]);

        Assert.Equal([new SourceGraph.Use("A/Sub", "A", "A/Sub/Three.cs", "One")], graph.Uses);
    }

    /// <summary>A property may be called as a type is, and then be of that type or not.</summary>
    [Theory]
    [InlineData("public class Two { string One { get; } }", false)]
    [InlineData("public class Two { IReadOnlyDictionary<string, int> One { get; } string Three() => One.ToString(); }", true)] // it might be One's static member
    [InlineData("public record Two(string? One, int Count) { bool Three() => One is null; }", false)]
    [InlineData("public class Two { Regex One() => null; bool Three() => One().IsMatch(null); }", false)]
    [InlineData("public class Two { object Three() => new One(); }", true)]
    [InlineData("public class Two { One One { get; } }", true)]
    [InlineData("public class Two { bool Three(object x) => x is One { }; }", true)]
    [InlineData("public class Two { bool Three(object x) => x is not One; }", true)]
    [InlineData("public class Two { List<One> Three; }", true)]
    public void Uses_NamesThatAreAlsoMembers(string code, bool isUse)
    {
        var graph = new SourceGraph([("A", "A/One.cs", "public class One { }"), ("A/Sub", "A/Sub/Two.cs", code)]);

        Assert.Equal(isUse, graph.Uses.Count > 0);
    }

    [Fact]
    public void Lines_OfAFolder_AreItsFilesAndThoseOfItsSubfolders()
    {
        var graph = new SourceGraph([("P/A", "P/A/One.cs", "1\n2\n"), ("P/A/Sub", "P/A/Sub/Two.cs", "1\n"), ("P/AB", "P/AB/Three.cs", "\n\n\n\n")]);

        Assert.Equal(new Dictionary<string, int> { ["P"] = 7, ["P/A"] = 3, ["P/A/Sub"] = 1, ["P/AB"] = 4 }, graph.Lines());
    }

    [Fact]
    public void FilesWith_UsingOrQualifiedName_IsFoundAndCommentsAreNot()
    {
        var graph = new SourceGraph(
        [
            ("A/Sub", "A/Sub/One.cs", "using static TorchSharp.torch;\nclass One { }"),
            ("A", "A/Two.cs", "class Two { TorchSharp.torch.Tensor t; }"),
            ("A", "A/Three.cs", "// TorchSharp\nclass Three { string t = \"TorchSharp\"; }"),
            ("AB", "AB/Four.cs", "using TorchSharp;"),
        ]);

        Assert.Equal(["A/Sub/One.cs", "A/Two.cs"], graph.FilesWith("A", new Regex("TorchSharp")));
    }
}
