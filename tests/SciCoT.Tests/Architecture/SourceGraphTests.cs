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
