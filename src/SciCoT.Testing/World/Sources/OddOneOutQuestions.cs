namespace SciCoT.Testing.World.Sources;

/// <summary>
/// Two things of one kind and one of another: which is different? The cell is the pair that belongs together. The rationale
/// gives the kinds and says which of them comes twice.
/// </summary>
/// <param name="topic">The table.</param>
internal sealed class OddOneOutQuestions(Topic topic) : IQuestionSource
{
    private static readonly Quota PerTopic = new(600, 12, 15);

    public IEnumerable<Cell> Cells => Pairs.Select(CellOf);

    private IEnumerable<(string First, string Second, string Kind)> Pairs =>
        from first in topic.Things
        from second in topic.Things
        where first.Kind == second.Kind && string.CompareOrdinal(first.Thing, second.Thing) < 0
        select (first.Thing, second.Thing, first.Kind);

    public IEnumerable<Draft> Write(Part part, CellSplit split, SeededRandom random)
    {
        var pairs = Pairs.Where(pair => split.PartOf(CellOf(pair)) == part).ToList();
        return Options.Draw(PerTopic.For(part), Question);

        (string, Draft)? Question()
        {
            var pair = random.Pick(pairs);
            var odd = random.Pick(topic.Things);
            if (odd.Kind == pair.Kind)
                return null;
            var things = random.Shuffled([(pair.First, pair.Kind), (pair.Second, pair.Kind), odd]);
            string[] links = [.. things.Select(t => topic.LinkFact(t.Item1, t.Item2))];
            return (Options.SetName(things.Select(t => t.Item1)), new Draft(
                "odd one out",
                topic.Name + " group",
                CellOf(pair).Name,
                English.Fill(random.Pick(topic.OddStems), random),
                [.. things.Select(t => topic.Article(t.Item1))],
                topic.Article(odd.Thing),
                $"{English.OneByOne(links)} {English.Capitalised(pair.Kind)} comes twice.",
                links));
        }
    }

    private Cell CellOf((string First, string Second, string Kind) pair) =>
        new(Options.SetName([pair.First, pair.Second]), topic.Name + " group", pair.Kind);
}
