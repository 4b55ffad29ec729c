namespace SciCoT.Testing.World.Sources;

/// <summary>Steps that several kinds of questions share.</summary>
internal static class Options
{
    /// <summary>The right option among three others, shuffled; true answers of other things are preferred as distractors.</summary>
    public static List<string> Choose(string answer, IEnumerable<string> otherAnswers, IEnumerable<string> distractors, SeededRandom random)
    {
        var others = random.Shuffled(otherAnswers.Where(other => other != answer).Distinct()).Concat(random.Shuffled(distractors));
        return random.Shuffled(others.Take(3).Append(answer));
    }

    /// <summary>Thins the most common answer until it is no more common than all others together.</summary>
    public static IEnumerable<T> Balanced<T>(IEnumerable<T> items, Func<T, string> answer, SeededRandom random)
    {
        var groups = items.GroupBy(answer).ToList();
        if (groups.Count < 2)
            return [];
        int total = groups.Sum(group => group.Count());
        return groups.SelectMany(group => random.Shuffled(group).Take(total - group.Count()));
    }

    /// <summary>Draws until enough different questions were found or the pool seems to be exhausted.</summary>
    public static IEnumerable<Draft> Draw(int count, Func<(string Key, Draft Draft)?> draw)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int tries = 0; seen.Count < count && tries < 10 * count; tries++)
        {
            if (draw() is { } drawn && seen.Add(drawn.Key))
                yield return drawn.Draft;
        }
    }

    /// <summary>A name for a set of things, whatever their order.</summary>
    public static string SetName(IEnumerable<string> things) => string.Join('+', things.Order(StringComparer.Ordinal));
}
