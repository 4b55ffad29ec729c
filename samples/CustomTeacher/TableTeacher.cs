using SciCoT;

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
        var (fact, effect) = Facts.First(entry => question.Stem.Contains(entry.Key)).Value;
        var answer = question.Choices.FirstOrDefault(choice => choice.Text.Contains(effect));
        return Task.FromResult(new TeacherReply(fact, answer?.Label) { Teacher = Name });
    }
}
