namespace SciCoT.Questions;

/// <summary>Names of fields and columns as people write them, and those under which choices may stand that no reader understands.</summary>
internal static class FieldNames
{
    private static readonly string[] ChoiceWords =
        ["choice", "option", "opt", "ending", "candidate", "alternative", "distractor", "sol", "incorrect", "wrong", "mc1target", "mc2target", "possibleanswer", "answerchoice", "answeroption", "falseanswer"];

    /// <summary>A name without case, spaces, underscores and hyphens.</summary>
    public static string Bare(string name)
    {
        foreach (char c in name)
        {
            if (c is < '0' or > '9' and < 'a' or > 'z')
                return string.Concat(name.Where(c => !char.IsWhiteSpace(c) && c is not ('_' or '-' or '\uFEFF'))).ToLowerInvariant();
        }

        return name;
    }

    /// <summary>Whether a field seems to hold a choice, or all of them: <c>ending0</c>, <c>Incorrect Answers</c>, <c>mc1_targets</c>.</summary>
    public static bool SeemsAChoice(string name)
    {
        var bare = Bare(name);
        foreach (var word in ChoiceWords)
        {
            if (bare.StartsWith(word, StringComparison.Ordinal) && bare[word.Length..] is "" or "s" or "answer" or "answers" or "answertext" or "text" or "texts" or "list" or [_] or ['s', _] or [>= '0' and <= '9', >= '0' and <= '9']
                or ['a', 'n', 's', 'w', 'e', 'r', _])
                return true;
        }

        return false;
    }
}
