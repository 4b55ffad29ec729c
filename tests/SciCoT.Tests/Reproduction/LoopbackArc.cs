using SciCoT.Models;
using SciCoT.Testing;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Hub;
using SciCoT.Tests.Questions;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Reproduction;

/// <summary>
/// The Hub and the teacher of the recipe <c>sci-cot-arc-easy</c> on the loopback: Parquet files with made-up questions, a tiny checkpoint of random
/// weights, and a service that answers wrongly now and then.
/// </summary>
internal sealed class LoopbackArc : IAsyncDisposable
{
    public const int Training = 40, Validation = 8, Test = 24;

    private readonly TempFolder _checkpoint = new();
    private readonly Dictionary<string, (ScienceQuestion Question, string Rationale)> _known;

    private readonly Uri _address;

    private LoopbackArc(FakeHub hub, MiniScience world)
    {
        (Hub, _address) = (hub, hub.Address);
        var distinct = new HashSet<string>(StringComparer.Ordinal);
        ScienceQuestion[] Taken(IEnumerable<ScienceQuestion> questions, int count) => [.. questions.Where(question => distinct.Add(question.Stem)).Take(count)];
        var (train, validation, test) = (Taken(world.Train, Training), Taken(world.Validation, Validation), Taken(world.Test, Test));
        _known = train.Concat(validation).Concat(test).ToDictionary(question => question.Stem, question => (question, world[question.Id].Rationale), StringComparer.Ordinal);
        foreach (var (split, questions) in new[] { ("train", train), ("validation", validation), ("test", test) })
            hub.Files[$"ARC-Easy/{split}-00000-of-00001.parquet"] = ParquetSets.ArcOf(questions);

        var tokenizer = T5Tokenizer.Load(MiniScience.WriteTokenizer(_checkpoint.Path));
        using var model = new T5Model(MiniScienceRecipe.Shape(tokenizer) with { ModelSize = 16, HeadSize = 8, Heads = 2, FeedForwardSize = 32, EncoderLayers = 1, DecoderLayers = 1 }, seed: 1);
        model.Save(_checkpoint.Path);
        foreach (var file in Directory.GetFiles(_checkpoint.Path))
            hub.Files[Path.GetFileName(file)] = File.ReadAllBytes(file);
    }

    public FakeHub Hub { get; }

    public ChatServer Teacher { get; private set; } = null!;

    /// <summary>Whether the service refuses a call for good.</summary>
    public Func<ChatCall, bool> Fails { get; set; } = _ => false;

    public static async Task<LoopbackArc> StartAsync()
    {
        var arc = new LoopbackArc(await FakeHub.StartAsync("google/flan-t5-small", "allenai/ai2_arc"), MiniScience.Create(seed: 6));
        arc.Teacher = await ChatServer.StartAsync(arc.Answer);
        return arc;
    }

    /// <summary>What a process needs to find the Hub.</summary>
    /// <param name="cache">Its cache.</param>
    public Dictionary<string, string> Environment(string cache) => new() { ["HF_ENDPOINT"] = _address.AbsoluteUri, ["HF_HUB_CACHE"] = cache, ["HF_HUB_OFFLINE"] = "0" };

    public async ValueTask DisposeAsync()
    {
        await Teacher.DisposeAsync();
        await Hub.DisposeAsync();
        _checkpoint.Dispose();
    }

    /// <summary>The same answer to the same call: every fifth question is answered wrongly at first.</summary>
    private ChatAnswer Answer(ChatCall call)
    {
        if (Fails(call))
            return new(ChatFault.BadRequest);
        var (question, rationale) = _known[call.Stem];
        bool isRevealed = call.Body.GetRawText().Contains("as if nobody had told you", StringComparison.Ordinal);
        bool isWrong = !isRevealed && question.Stem.Sum(c => c) % 5 == 0;
        var label = isWrong ? question.Choices.First(choice => choice.Label != question.AnswerLabel).Label : question.AnswerLabel;
        return new() { Text = $"{rationale}\nSo the answer is ({label}).", Delay = TimeSpan.FromMilliseconds(30) };
    }
}
