using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Questions;

/// <summary>
/// Reads the text-only part of ScienceQA (arXiv 2209.09513) from its <c>problems.json</c>, one JSON object of
/// <c>"id": {"question": …, "choices": […], "answer": 0, "hint": …, "image": …, "split": …}</c>.
/// </summary>
/// <remarks>
/// Choices are labelled A, B, C…; the hint becomes the question's context. Questions with an image cannot be answered from
/// text: they are left out and told of. <c>lecture</c> and <c>solution</c> are the explanation that a teacher is to find and are
/// not read.
/// </remarks>
internal static class ScienceQaReader
{
    /// <summary>Reads a file; rows are read as they are asked for, so that its size does not matter.</summary>
    /// <param name="path">The file.</param>
    /// <param name="split">Which part to read (<c>train</c>, <c>val</c>, <c>test</c>); <see langword="null"/> for all.</param>
    /// <param name="onBadRow">
    /// Is told of each row that is no question, which is then skipped (to count them, pass the <c>Add</c> of a list);
    /// without it the first bad row is thrown.
    /// </param>
    /// <param name="onImage">Is told the identifier of each question of the part that has an image and is left out.</param>
    /// <returns>The questions in the file's order.</returns>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="BadRowException">
    /// The file is no JSON object, or a row is not JSON, longer than 1 MiB, lacks a field, has one of the wrong type, a blank
    /// text, fewer than two choices or more than 26, or an answer that is none of them.
    /// </exception>
    public static IEnumerable<ScienceQuestion> Read(
        string path, string? split = null, Action<BadRowException>? onBadRow = null, Action<string>? onImage = null) =>
        Rows(path, split, onBadRow, onImage).Select(row => row.Question);

    /// <summary>Reads <c>problems.json</c> or, as Hugging Face's <c>datasets</c> writes them, rows without identifier and split.</summary>
    /// <param name="path">The file.</param>
    /// <param name="split">Which part to read.</param>
    /// <param name="onBadRow">Is told of each bad row.</param>
    /// <param name="onImage">Is told of each question with an image.</param>
    /// <param name="anyLayout">Whether an object's questions may have another layout than ScienceQA's, as where pandas wrote them by their index.</param>
    internal static IEnumerable<QuestionRow> Rows(string path, string? split, Action<BadRowException>? onBadRow, Action<string>? onImage, bool anyLayout = false)
    {
        var others = new JsonQuestions(() => null) { OnImage = onImage };
        OutsideText.Check(path);
        return !QuestionRows.AreRows(path)
            ? JsonRows.ReadObject(path, (row, place) => (anyLayout && row.OnlyMember() is var (id, problem) && !IsOwn(problem) ? Other(others, id, problem, place) : Question(row, split, onImage)) is { } question ? new QuestionRow(question, row.Line) : null, onBadRow).OfType<QuestionRow>()
            : QuestionRows.Read(path, countsFrom => new(() => countsFrom() ?? 0) { NeedsChoices = true, OnImage = onImage }, onBadRow);
    }

    private static bool IsOwn(JsonField problem) =>
        problem.Optional("choices") is { Value.ValueKind: JsonValueKind.Array } choices && choices.Items().All(choice => choice.Value.ValueKind == JsonValueKind.String)
        && problem.Optional("answer") is { Value.ValueKind: JsonValueKind.Number };

    private static ScienceQuestion? Other(JsonQuestions reader, string id, JsonField problem, int place)
    {
        var question = reader.Read(problem with { Name = "" }, place);
        return question is null || JsonQuestions.Id(problem) is not null ? question : question with { Id = id };
    }

    private static ScienceQuestion? Question(JsonField row, string? split, Action<string>? onImage)
    {
        var (id, problem) = row.OnlyMember();
        if (split is not null && problem.Member("split").AsText() != split)
            return null;
        if (problem.Optional("image") is { } image && !(image.Value.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(image.AsString())))
        {
            onImage?.Invoke(id);
            return null;
        }

        var choices = problem.Member("choices");
        var texts = choices.Items().Select(item => item.AsText()).ToArray();
        if (texts.Length is < 2 or > 26)
            throw choices.Bad($"holds {texts.Length} choices; expected 2 to 26.");

        var hint = problem.Optional("hint")?.AsString();
        return new ScienceQuestion(id, problem.Member("question").AsText(), [.. texts.Select((text, i) => new Choice(ChoiceLabels.OfPlace(i), text))])
        {
            AnswerLabel = ChoiceLabels.OfPlace(problem.Member("answer").AsIndex(texts.Length)),
            Context = string.IsNullOrWhiteSpace(hint) ? null : hint,
        };
    }
}
