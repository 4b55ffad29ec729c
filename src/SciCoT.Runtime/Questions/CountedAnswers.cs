namespace SciCoT.Questions;

/// <summary>Whether a file whose answer keys are places counts them from 0 or from 1, as far as the file itself tells.</summary>
/// <remarks>A key of 0 tells one, a key that is the number of choices the other. Where neither or both occur, nothing is assumed.</remarks>
/// <param name="keys">Reads the file's keys, each with the number of choices; it is called once, at the first key that is in doubt.</param>
internal sealed class CountedAnswers(Func<IEnumerable<(string Key, int Choices)>> keys)
{
    private readonly Lazy<int?> _first = new(() => Find(keys()));

    /// <summary>From what the file counts; <see langword="null"/> where it does not tell.</summary>
    public int? First => _first.Value;

    private static int? Find(IEnumerable<(string Key, int Choices)> keys)
    {
        bool hasZero = false, hasCount = false;
        foreach (var (key, choices) in keys)
        {
            if (!AnswerFields.TryPlace(key, out int place))
                continue;
            hasZero |= place == 0;
            hasCount |= place == choices;
        }

        return (hasZero, hasCount) switch
        {
            (true, false) => 0,
            (false, true) => 1,
            _ => null,
        };
    }
}
