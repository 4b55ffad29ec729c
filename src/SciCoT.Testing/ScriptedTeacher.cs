using SciCoT.Teaching;
using SciCoT.Testing.World;

namespace SciCoT.Testing;

/// <summary>
/// An offline teacher for the mini data set: it replies with the gold rationale and answer. It errs, and talks around its reasoning
/// as language models do, only where its options say so.
/// </summary>
/// <remarks>
/// What it replies depends on its options, the question and the sample index alone, so that runs can be repeated and
/// resumed. The choices may come shuffled or relabelled. With <see cref="TeacherRequest.RevealAnswer"/> it is never wrong.
/// Safe for concurrent callers.
/// </remarks>
/// <include file="Examples.xml" path="examples/ScriptedTeacher/example"/>
public sealed class ScriptedTeacher : ITeacherPrompter
{
    private readonly MiniScience _world;
    private readonly ScriptedTeacherOptions _options;
    private readonly Talk _talk;

    /// <summary>Makes a teacher.</summary>
    /// <param name="world">The data set whose questions it knows.</param>
    /// <param name="options">How good it is and how it talks; perfect and terse where this is left out.</param>
    public ScriptedTeacher(MiniScience world, ScriptedTeacherOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(world);
        _world = world;
        _options = options ?? new ScriptedTeacherOptions();
        _talk = new Talk(world, _options);
    }

    /// <inheritdoc/>
    /// <exception cref="NoRationaleException">The question is not one of the data set's.</exception>
    public Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<TeacherReply>(cancellationToken)
            : Task.FromResult(Reply(request));
    }

    private TeacherReply Reply(TeacherRequest request)
    {
        var item = Known(request);
        var gold = request.Question.Choices.Single(choice => choice.Text == item.Question.GoldChoice!.Text);

        var random = new SeededRandom(_options.Seed, $"{item.Question.Id} {request.SampleIndex}");
        bool errs = random.NextDouble() < _options.WrongRate && !request.RevealAnswer;
        bool leaks = random.NextDouble() < _options.LeakRate;
        bool strays = errs || (random.NextDouble() < _options.WrongRationaleRate && !request.RevealAnswer);

        var decision = errs ? random.Pick([.. request.Question.Choices.Where(choice => choice != gold)]) : gold;
        var rationale = _talk.Wrap(request.Question, strays ? OtherRationale(item, random) : item.Rationale, request.SampleIndex);
        if (leaks)
            rationale += $" The answer is ({decision.Label}).";
        return new TeacherReply(rationale, decision.Label) { Teacher = _options.Name };
    }

    private MiniScienceItem Known(TeacherRequest request)
    {
        var question = request.Question;
        var item = _world.Find(question.Id);
        if (item is null || item.Question.Stem != question.Stem || !Texts(item.Question).SetEquals(Texts(question)))
        {
            throw new NoRationaleException(
                request,
                $"The scripted teacher does not know question '{question.Id}' (\"{question.Stem}\"). It knows the questions of the MiniScience it was made with: give it the same seed, or take another teacher.");
        }

        return item;
    }

    private string OtherRationale(MiniScienceItem item, SeededRandom random)
    {
        string other;
        do
            other = _world[random.Pick(_world.Train).Id].Rationale;
        while (other == item.Rationale);
        return other;
    }

    private static HashSet<string> Texts(ScienceQuestion question) => [.. question.Choices.Select(choice => choice.Text)];
}
