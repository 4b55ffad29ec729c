using SciCoT;
using SciCoT.Teaching;

namespace CustomTeacher;

/// <summary>A teacher that looks its explanations up: anything that explains can stand here.</summary>
internal sealed class TableTeacher : ITeacherPrompter
{
    public const string Name = "table";

    private static readonly Dictionary<string, (string Fact, string Effect)> Facts = new()
    {
        ["iron"] = ("Iron rusts when it meets water and air.", "rust"),
        ["ice"] = ("Ice melts above zero degrees.", "melt"),
        ["wood"] = ("Wood holds carbon, which burns with oxygen.", "burn"),
    };

    public Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
    {
        var question = request.Question;
        if (Facts.Keys.FirstOrDefault(question.Stem.Contains) is not { } known)
            throw new NoRationaleException(request, $"The table has no fact for question '{question.Id}' (\"{question.Stem}\").");
        var (fact, effect) = Facts[known];
        var answer = question.Choices.FirstOrDefault(choice => choice.Text.Contains(effect));
        return Task.FromResult(new TeacherReply(fact, answer?.Label) { Teacher = Name });
    }
}
