using System.Text.Json;
using SciCoT.Server.Requests;

namespace SciCoT.Server.Answers;

/// <summary>Makes questions of what clients send, within the server's limits.</summary>
internal static class QuestionReader
{
    /// <exception cref="ApiException">It is none, or exceeds a limit.</exception>
    public static ScienceQuestion Read(AnswerRequest request, SciCoTServerOptions options)
    {
        var choices = request.Choices?.Select(ReadChoice).ToArray();
        CheckLength((request.Question?.Length ?? 0) + (request.Context?.Length ?? 0) + (choices?.Sum(choice => choice.Text.Length) ?? 0), "question", options);
        var question = choices is null
            ? Parse(request.Question, "question", options)
            : WithChoices(request.Question, choices, options);
        return string.IsNullOrWhiteSpace(request.Context) ? question : question with { Context = request.Context };
    }

    /// <summary>Reads a question with its choices from one text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="field">The field it comes from.</param>
    /// <param name="options">The limits.</param>
    /// <exception cref="ApiException">It is none, or exceeds a limit.</exception>
    public static ScienceQuestion Parse(string? text, string field, SciCoTServerOptions options)
    {
        CheckLength(text?.Length ?? 0, field, options);
        if (string.IsNullOrWhiteSpace(text))
            throw new ApiException(ApiError.Invalid($"{field} is missing; expected a text such as 'Which …? (A) … (B) …'.", field));
        try
        {
            var question = ScienceQuestion.Parse(text);
            CheckChoices(question.Choices.Count, field, options);
            return question;
        }
        catch (InvalidQuestionException e)
        {
            throw new ApiException(ApiError.Invalid(e.Message, field));
        }
    }

    private static ScienceQuestion WithChoices(string? stem, Choice[] choices, SciCoTServerOptions options)
    {
        if (string.IsNullOrWhiteSpace(stem))
            throw new ApiException(ApiError.Invalid("question is missing; expected the question's text.", "question"));
        CheckChoices(choices.Length, "choices", options);
        var labelled = choices.Select((choice, i) => choice.Label.Length > 0 ? choice : choice with { Label = $"{(char)('A' + i)}" }).ToArray();
        try
        {
            return ScienceQuestion.Create(stem, [.. labelled.Select(choice => choice.Text)]) with { Choices = labelled };
        }
        catch (ArgumentException e)
        {
            throw new ApiException(ApiError.Invalid(SciCoTException.Explain(e), "choices"));
        }
    }

    private static Choice ReadChoice(JsonElement choice) => choice switch
    {
        { ValueKind: JsonValueKind.String } => new Choice("", JsonText.Of(choice, "choices")!),
        { ValueKind: JsonValueKind.Object } when TextOf(choice, "text") is { } text => new Choice(TextOf(choice, "label") ?? "", text),
        _ => throw new ApiException(ApiError.Invalid("A choice must be a text, or an object with 'label' and 'text'.", "choices")),
    };

    private static string? TextOf(JsonElement choice, string name) =>
        choice.TryGetProperty(name, out var field) ? JsonText.Of(field, "choices") : null;

    private static void CheckLength(int length, string field, SciCoTServerOptions options)
    {
        if (length > options.MaxQuestionLength)
            throw new ApiException(ApiError.TooLong($"A question has at most {options.MaxQuestionLength} characters; got {length}.", field));
    }

    private static void CheckChoices(int count, string field, SciCoTServerOptions options)
    {
        if (count > options.MaxChoices)
            throw new ApiException(ApiError.Invalid($"A question has at most {options.MaxChoices} choices; got {count}.", field));
    }
}
