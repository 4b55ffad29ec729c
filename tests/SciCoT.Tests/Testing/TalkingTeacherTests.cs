using System.Text.RegularExpressions;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Teaching.Filters;
using SciCoT.Testing;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Testing;

public partial class TalkingTeacherTests
{
    private static readonly MiniScience World = MiniScience.Create(1);
    private static readonly ScriptedTeacherOptions EveryHabit = new() { IrrelevantFactRate = 1, IrrelevantFacts = 3, FillerRate = 1, FillerSentences = 3, RestatedChoicesRate = 1 };

    [Fact]
    public async Task IrrelevantFacts_StandAroundTheReasoning_AndAreTrueAndAboutSomethingElse()
    {
        var taught = World.Train.SelectMany(question => MiniWorlds.FactsOf(World[question.Id])).ToHashSet(StringComparer.Ordinal);

        foreach (var (question, reply) in await Replies(new ScriptedTeacherOptions { IrrelevantFactRate = 1 }))
        {
            var parts = reply.Rationale.Split(World[question.Id].Rationale);
            Assert.Equal(2, parts.Length);
            var spoken = Names($"{question.Stem} {string.Join(' ', question.Choices.Select(choice => choice.Text))} {World[question.Id].Rationale}");
            foreach (var fact in parts)
            {
                Assert.Contains(fact.Trim().TrimEnd('.').ToLowerInvariant(), taught);
                Assert.Empty(Names(fact).Intersect(spoken));
            }
        }
    }

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(2, 1, 1)]
    [InlineData(5, 3, 2)]
    public async Task Facts_AreAsManyAsAskedFor_TheFirstBeforeTheReasoning(int facts, int before, int after)
    {
        Assert.All(await Replies(new ScriptedTeacherOptions { IrrelevantFactRate = 1, IrrelevantFacts = facts }), pair =>
        {
            var parts = pair.Reply.Rationale.Split(World[pair.Question.Id].Rationale);
            Assert.Equal((before, after), (parts[0].Count(c => c == '.'), parts[1].Count(c => c == '.')));
        });
    }

    [Fact]
    public async Task Rates_AreKept_AndAHigherRateKeepsTheSameWords()
    {
        var (none, half, all) = (
            await Replies(new ScriptedTeacherOptions()),
            await Replies(new ScriptedTeacherOptions { IrrelevantFactRate = 0.4, FillerRate = 0.4, RestatedChoicesRate = 0.4 }),
            await Replies(new ScriptedTeacherOptions { IrrelevantFactRate = 0.4, FillerRate = 1, RestatedChoicesRate = 1 }));

        Assert.InRange(half.Count(pair => pair.Reply.Rationale.Contains("The choices are: ", StringComparison.Ordinal)), 320, 480); // of 1,000
        Assert.InRange(half.Zip(none).Count(pair => pair.First.Reply.Rationale == pair.Second.Reply.Rationale), 150, 290); // 0.6³ of them
        Assert.All(half.Zip(all), pair =>
        {
            var missing = Sentence().Split(pair.First.Reply.Rationale).Except(Sentence().Split(pair.Second.Reply.Rationale));
            Assert.Empty(missing);
        });
    }

    [Fact]
    public async Task RestatedChoices_AreThoseOfTheQuestionAsAsked()
    {
        var question = World.Train[0];
        var turned = question with { Choices = [.. question.Choices.Reverse().Select((choice, i) => new Choice($"{i + 1}", choice.Text))], AnswerLabel = null };

        var reply = await new ScriptedTeacher(World, new() { RestatedChoicesRate = 1 }).ExplainAsync(new TeacherRequest(turned), TestContext.Current.CancellationToken);

        Assert.Equal($"The choices are: {string.Join("; ", turned.Choices.Select(choice => choice.Text))}. {World[question.Id].Rationale}", reply.Rationale);
    }

    [Fact]
    public async Task SameOptions_GiveTheSameWords_AndOtherSamplesAndSeedsOthers()
    {
        var first = await Replies(EveryHabit);

        Assert.Equal(first, await Replies(EveryHabit));
        Assert.NotEqual(first, await Replies(EveryHabit with { Seed = 2 }));
        Assert.NotEqual(first, await Replies(EveryHabit, sample: 1));
    }

    [Fact]
    public async Task EveryHabit_IsNaturalEnglish_InWordsOfTheTokenizer_AndPassesTheFilters()
    {
        using var folder = new TempFolder();
        var tokenizer = T5Tokenizer.Load(MiniScience.WriteTokenizer(folder.Path));
        var split = new SortedSet<string>(StringComparer.Ordinal);

        foreach (var (question, reply) in await Replies(EveryHabit))
        {
            Assert.Matches(@"^([A-Z][^.?]*[.?])( [A-Z][^.?]*[.?])*$", reply.Rationale);
            Assert.DoesNotMatch(Slip(), reply.Rationale);
            split.UnionWith(SpacedWord().Matches(reply.Rationale).Select(match => match.Value).Where(word => tokenizer.EncodeToIds(word).Count > 1));
            var judged = RationaleFilterChain.Default.Judge(question, Record(question, reply));
            Assert.True(judged.IsAccepted, $"{string.Join(", ", judged.Verdicts)}: {reply.Rationale}");
        }

        Assert.Empty(split); // use words of the world, or train the tokenizer again (eng/mini-tokenizer)
    }

    [Fact]
    public async Task WrongReplies_AreTalkedAroundToo()
    {
        Assert.All(await Replies(ScriptedTeacherOptions.Talkative with { WrongRate = 1 }), pair =>
        {
            Assert.NotEqual(pair.Question.AnswerLabel, pair.Reply.AnswerLabel);
            Assert.InRange(pair.Reply.Rationale.Count(c => c is '.' or '?'), 3, 8);
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    public void NumberOfSentencesOutOfRange_IsRefused(int count)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScriptedTeacherOptions { IrrelevantFacts = count });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScriptedTeacherOptions { FillerSentences = count });
    }

    /// <summary>The things and kinds that a text speaks of, whether one or many.</summary>
    private static HashSet<string> Names(string text) =>
        [.. Word().Matches(text.ToLowerInvariant()).Select(match => match.Value.TrimEnd('s')).Where(Things.Value.Contains)];

    private static readonly Lazy<HashSet<string>> Things = new(() =>
        [.. World.Train.SelectMany(question => Word().Matches(World[question.Id].Cell[(World[question.Id].Cell.IndexOf('/') + 1)..].ToLowerInvariant())).Select(match => match.Value.TrimEnd('s'))]);

    private static RationaleRecord Record(ScienceQuestion question, TeacherReply reply) => new()
    {
        QuestionHash = question.ContentHash,
        QuestionId = question.Id,
        Rationale = reply.Rationale,
        AnswerLabel = reply.AnswerLabel,
        AnswerText = question.GoldChoice!.Text,
        Teacher = reply.Teacher,
        Time = default,
    };

    private static async Task<List<(ScienceQuestion Question, TeacherReply Reply)>> Replies(ScriptedTeacherOptions options, int sample = 0)
    {
        var teacher = new ScriptedTeacher(World, options);
        var replies = new List<(ScienceQuestion, TeacherReply)>();
        foreach (var question in World.Train.Take(1000))
            replies.Add((question, await teacher.ExplainAsync(new TeacherRequest(question) { SampleIndex = sample }, TestContext.Current.CancellationToken)));
        return replies;
    }

    [GeneratedRegex(@"(?<=[.?]) ")]
    private static partial Regex Sentence();

    /// <summary>A word at the start of a text or after a space; of "red-brown" the first half.</summary>
    [GeneratedRegex(@"(?<=^| )[A-Za-z]+")]
    private static partial Regex SpacedWord();

    [GeneratedRegex(@"[A-Za-z0-9]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"  |\b(\w+) \1\b|\b[Aa]n [^aeiou]|\b[Aa] [aeiou]|\b([Aa]n?|[Tt]he) (an?|the)\b|[{}]| [.,?]|^ | $")]
    private static partial Regex Slip();
}
