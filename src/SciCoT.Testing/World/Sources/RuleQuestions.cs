namespace SciCoT.Testing.World.Sources;

/// <summary>
/// Questions about three things, one rule: which of these conducts electricity, which does not, how many do or do not? The rationale
/// gives the kind of each thing and the rule; what follows is left to the reader.
/// </summary>
/// <param name="topic">The table.</param>
/// <param name="aspect">The aspect whose cells are held out.</param>
/// <param name="rule">The rule.</param>
internal sealed class RuleQuestions(Topic topic, Aspect aspect, Rule rule) : IQuestionSource
{
    private static readonly Quota Which = new(20, 5, 9);
    private static readonly Quota WhichNot = new(12, 3, 6);
    private static readonly Quota HowMany = new(16, 4, 7);
    private const int MostPerAnswer = 6; // in evaluation, where many questions on one cell say little more than one
    private static readonly string[] Numbers = ["none of them", "one of them", "two of them", "all of them"];

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
            .. Options.Draw(HowMany.For(part), Count),
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
            return (Key(things), Question("which", cell, stem, things, [.. things.Select(t => topic.Article(t.Thing))], topic.Article(answer.Thing)));
        }

        // Each number from none to all is as likely; the denied form makes all of them possible where a part holds only
        // one thing with the property.
        (string, Draft)? Count()
        {
            int count = random.Next(4);
            bool denied = random.Next(2) == 0;
            var (counted, rest) = denied ? (no, yes) : (yes, no);
            if (counted.Count < count || rest.Count < 3 - count)
                return null;
            var things = random.Shuffled(random.Shuffled(counted).Take(count).Concat(random.Shuffled(rest).Take(3 - count)));
            var list = English.List([.. things.Select(t => topic.Article(t.Thing))]);
            var property = denied ? rule.ManyNot : rule.Many;
            string[] stems = [$"How many of these {property}: {list}?", $"{{N}} looks at {list}. How many of them {property}?"];
            var stem = English.Fill(random.Pick(stems), random);
            return (Key(things), Question("how many", $"{aspect.Name}/{Key(things)}", stem, things, random.Shuffled(Numbers), Numbers[count]));
        }
    }

    private static string Key(IEnumerable<(string Thing, string Kind)> things) => Options.SetName(things.Select(t => t.Thing));

    private Draft Question(
        string family, string cell, string stem, IReadOnlyList<(string Thing, string Kind)> things, IReadOnlyList<string> options, string answer)
    {
        string[] links = [.. things.Select(t => topic.LinkFact(t.Thing, t.Kind))];
        return new Draft(
            family, rule.One, cell, stem, options, answer, $"{English.Sentence(links)} {English.Sentence(rule.Fact)}", [.. links, rule.Fact]);
    }
}
