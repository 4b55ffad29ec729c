namespace SciCoT.Testing.World.Sources;

/// <summary>Questions about one thing: what happens to a nail beside a magnet?</summary>
/// <param name="topic">The table.</param>
/// <param name="aspect">What is asked.</param>
/// <param name="perCell">Questions for each cell.</param>
internal sealed class ThingQuestions(Topic topic, Aspect aspect, Quota perCell) : IQuestionSource
{
    public IEnumerable<Cell> Cells => topic.Under(aspect).Select(t => topic.CellOf(aspect, t.Thing, t.Kind));

    public IEnumerable<Draft> Write(Part part, CellSplit split, SeededRandom random)
    {
        var here = topic.Under(aspect)
            .Where(t => aspect.Of(t.Kind) is not null && split.PartOf(topic.CellOf(aspect, t.Thing, t.Kind)) == part);
        foreach (var (thing, kind) in Options.Balanced(here, t => aspect.Of(t.Kind)!.Answer, random))
        {
            // Every stem is used once before one is used again: evaluation never asks the same thing in the same words.
            var stems = random.Shuffled(aspect.Stems);
            for (int i = 0; i < perCell.For(part); i++)
                yield return Question(thing, kind, stems[i % stems.Count], random);
        }
    }

    private Draft Question(string thing, string kind, string stem, SeededRandom random)
    {
        var outcome = aspect.Of(kind)!;
        string[] facts = [topic.LinkFact(thing, kind), .. outcome.FactsAbout(kind)];
        return new Draft(
            topic.Family,
            aspect.Name,
            topic.CellOf(aspect, thing, kind).Name,
            English.Fill(stem, random, ("a", topic.Article(thing)), ("e", thing)),
            Options.Choose(outcome.Answer, aspect.Outcomes.Select(o => o.Answer), aspect.Distractors, random),
            outcome.Answer,
            English.Sentence(facts),
            facts);
    }
}
