namespace SciCoT.Testing.World.Sources;

/// <summary>
/// The least or most of three things whose kinds can be ranked. What decides, the answer's cell, is held out; the two
/// others are of the same part or of training, because a part alone holds too few things of each kind.
/// </summary>
/// <param name="topic">The table.</param>
/// <param name="aspect">The aspect whose cells are held out.</param>
/// <param name="ranking">The order of the kinds.</param>
internal sealed class RankingQuestions(Topic topic, Aspect aspect, Ranking ranking) : IQuestionSource
{
    private static readonly Quota Questions = new(360, 10, 15);

    public IEnumerable<Cell> Cells => topic.Under(aspect).Select(t => topic.CellOf(aspect, t.Thing, t.Kind));

    public IEnumerable<Draft> Write(Part part, CellSplit split, SeededRandom random)
    {
        var kinds = ranking.Kinds.Split(',', StringSplitOptions.TrimEntries);
        var things = topic.Under(aspect).Where(t => kinds.Contains(t.Kind)).ToList();
        return Options.Draw(Questions.For(part), Question);

        (string, Draft)? Question()
        {
            bool least = random.Next(2) == 0;
            var answerKind = least ? kinds[0] : kinds[^1];
            var answers = things.Where(t => t.Kind == answerKind && PartOf(t) == part).ToList();
            if (answers.Count == 0)
                return null;

            var answer = random.Pick(answers);
            var others = kinds.Where(kind => kind != answerKind)
                .Select(kind => random.Pick(things.Where(t => t.Kind == kind && (PartOf(t) == part || PartOf(t) == Part.Train)).ToList()));
            var three = random.Shuffled(others.Append(answer));
            string[] links = [.. three.Select(t => topic.LinkFact(t.Thing, t.Kind))];
            return ($"{least} {Options.SetName(three.Select(t => t.Thing))}", new Draft(
                "order",
                $"{(least ? "least" : "most")} {aspect.Name}",
                topic.CellOf(aspect, answer.Thing, answer.Kind).Name,
                English.Fill(random.Pick(least ? ranking.LeastStems : ranking.MostStems), random),
                [.. three.Select(t => topic.Article(t.Thing))],
                topic.Article(answer.Thing),
                $"{English.Sentence(ranking.Fact)} {English.OneByOne(links)}",
                [.. links, ranking.Fact]));
        }

        Part PartOf((string Thing, string Kind) t) => split.PartOf(topic.CellOf(aspect, t.Thing, t.Kind));
    }
}
