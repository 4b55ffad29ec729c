namespace SciCoT.Testing.World.Sources;

/// <summary>
/// Questions about three things and one rule: which of these conducts electricity, which does not? The answer depends on
/// the options. The rationale gives the rule, the kind of each thing and whether it has the property; which one is asked for
/// is left to the reader.
/// </summary>
/// <param name="topic">The table.</param>
/// <param name="aspect">The aspect whose cells are held out.</param>
/// <param name="rule">The rule.</param>
internal sealed class RuleQuestions(Topic topic, Aspect aspect, Rule rule) : IQuestionSource
{
    private static readonly Quota Which = new(80, 4, 5);
    private static readonly Quota WhichNot = new(50, 2, 3);
    private const int MostPerAnswer = 6; // in evaluation, where many questions on one cell say little more than one

    public IEnumerable<Cell> Cells => topic.Under(aspect).Select(t => topic.CellOf(aspect, t.Thing, t.Kind));

    public IEnumerable<Draft> Write(Part part, CellSplit split, SeededRandom random)
    {
        var pool = topic.Under(aspect)
            .Where(t => rule.Decides(t.Kind) is not null && split.PartOf(topic.CellOf(aspect, t.Thing, t.Kind)) == part)
            .ToList();
        var yes = pool.Where(t => rule.Decides(t.Kind)!.Value).ToList();
        var answers = new List<string>();
        var no = pool.Where(t => !rule.Decides(t.Kind)!.Value).ToList();

        return
        [
            .. Options.Draw(Which.For(part), () => Pick(yes, no, [$"Which of these {rule.One}?", $"{{N}} compares three {topic.Noun}. Which one {rule.One}?"])),
            .. Options.Draw(WhichNot.For(part), () => Pick(no, yes, [$"Which of these {rule.Not}?", $"{{N}} compares three {topic.Noun}. Which one {rule.Not}?"])),
        ];

        // One thing of the first pool among two of the second.
        (string, Draft)? Pick(IReadOnlyList<(string Thing, string Kind)> right, IReadOnlyList<(string Thing, string Kind)> wrong, IReadOnlyList<string> stems)
        {
            if (right.Count < 1 || wrong.Count < 2)
                return null;
            var answer = random.Pick(right);
            if (part != Part.Train && answers.Count(thing => thing == answer.Thing) == MostPerAnswer)
                return null;
            answers.Add(answer.Thing);
            var things = random.Shuffled(random.Shuffled(wrong).Take(2).Append(answer));
            var stem = English.Fill(random.Pick(stems), random);
            var cell = topic.CellOf(aspect, answer.Thing, answer.Kind).Name;
            return (Key(things), Question(cell, stem, things, answer));
        }
    }

    private static string Key(IEnumerable<(string Thing, string Kind)> things) => Options.SetName(things.Select(t => t.Thing));

    private Draft Question(string cell, string stem, IReadOnlyList<(string Thing, string Kind)> things, (string Thing, string Kind) answer)
    {
        string[] links = [.. things.Select(t => topic.LinkFact(t.Thing, t.Kind))];
        var verdicts = things.Zip(links, (t, link) => link + (rule.Decides(t.Kind)!.Value ? ", yes" : ", no"));
        return new Draft(
            "which",
            rule.One,
            cell,
            stem,
            [.. things.Select(t => topic.Article(t.Thing))],
            topic.Article(answer.Thing),
            $"{English.Sentence(rule.Fact)} {English.OneByOne(verdicts)}",
            [.. links, rule.Fact]);
    }
}
