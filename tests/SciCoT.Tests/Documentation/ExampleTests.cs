using System.Text.RegularExpressions;
using System.Xml.Linq;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Documentation;

/// <summary>The examples in the XML documentation: every type that a program composes has one, and each compiles.</summary>
public partial class ExampleTests
{
    private static readonly string Source = Path.Combine(TestFiles.Repository, "src");

    public static TheoryData<string> Examples => [.. All().Select(example => example.Name)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_Compiles(string name)
    {
        var (_, given, code) = All().Single(example => example.Name == name);
        int body = CodeBlockTests.UsingsOf(code);

        CodeBlockTests.Compile(name, $"{code[..body]}{given}\n{code[body..]}");
    }

    [Fact]
    public void Examples_StandAtTheirTypes()
    {
        var documented = Directory.EnumerateDirectories(Source)
            .Select(project => Path.Combine(AppContext.BaseDirectory, $"{Path.GetFileName(project)}.xml"))
            .Where(File.Exists)
            .SelectMany(file => XDocument.Load(file).Descendants("member"))
            .Where(member => member.Element("example") is not null)
            .Select(member => ((string)member.Attribute("name")!).Split('.')[^1])
            .ToHashSet();

        Assert.All(All(), example => Assert.Contains(example.Name, documented));
    }

    /// <summary>What a program makes, fills or implements itself.</summary>
    [Fact]
    public void TypesThatProgramsCompose_HaveAnExample()
    {
        var composed = Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            .Select(File.ReadAllText)
            .SelectMany(text => Composed().Matches(text).Select(match => (Name: match.Groups["name"].Value, Text: text)))
            .Where(type => !type.Text.Contains("<example>", StringComparison.Ordinal))
            .Select(type => type.Name);

        Assert.Empty(composed.Except(All().Select(example => example.Name)));
    }

    private static IEnumerable<(string Name, string Given, string Code)> All() =>
        from project in Directory.EnumerateDirectories(Source)
        let file = Path.Combine(project, "Examples.xml")
        where File.Exists(file)
        from type in XDocument.Load(file).Root!.Elements()
        select (type.Name.LocalName, (string?)type.Element("given") ?? "", ((string)type.Element("example")!.Element("code")!).Trim('\n', '\r', ' ') + "\n");

    [GeneratedRegex(@"^public (?:static |sealed |abstract |partial )*(?:class|record|interface) (?<name>\w+(?<!Evaluator)(?:Settings|Builder|BuilderExtensions|ServiceCollectionExtensions|Store|Engine|Trainer|Study|Chain|Plan|Prompter|Mixture|Budget|Selection)|(?!HubUpload|ChatCompletionsHandler)\w+Options|IRationaleFilter|IQuestionReader|IRationaleStudent|IAnswerStudent|IOptimizer|ILogitsProcessor|ITrainingEvaluator|DelegatingTeacher|ChatClientTeacher|ReportInput|RationaleAnnotator|LoraConfig|TeacherPrompt|QuestionFile|QuestionFiles|QuestionReader|RationaleReader|HubClient|DatasetClient|SciCoTPipeline)\b", RegexOptions.Multiline)]
    private static partial Regex Composed();
}
