using SciCoT.Testing.World.Topics;

namespace SciCoT.Testing.World.Sources;

/// <summary>Questions about a place in a month, and about which of three places has a season in a month. The cell is the place in the month.</summary>
internal sealed class SeasonQuestions : IQuestionSource
{
    private static readonly Quota PerCell = new(12, 2, 3);
    private static readonly Quota WhichPerMonth = new(50, 3, 4);

    public IEnumerable<Cell> Cells =>
        from place in Seasons.Places
        from month in Seasons.Months
        select CellOf(place, month);

    public IEnumerable<Draft> Write(Part part, CellSplit split, SeededRandom random)
    {
        foreach (var month in Seasons.Months)
        {
            var places = Seasons.Places.Where(place => split.PartOf(CellOf(place, month)) == part).ToList();
            foreach (var place in places)
            {
                foreach (var draft in OnePlace(place, month, PerCell.For(part), random))
                    yield return draft;
            }

            foreach (var draft in Options.Draw(WhichPerMonth.For(part), () => Which(places, month, random)))
                yield return draft;
        }
    }

    private static IEnumerable<Draft> OnePlace((string Place, string Half) place, string month, int count, SeededRandom random)
    {
        var season = Seasons.Of(month, place.Half);
        var ways = random.Shuffled(
            from question in Seasons.Questions
            let outcome = question.Outcomes.FirstOrDefault(o => o.Kinds == season)
            where outcome is not null
            from stem in question.Stems
            select (question, outcome, stem));

        for (int i = 0; i < count; i++)
        {
            var (question, outcome, stem) = ways[i % ways.Count];
            string[] facts = [Seasons.PlaceFact(place.Place, place.Half), Seasons.MonthFact(month, place.Half), outcome.Facts];
            yield return new Draft(
                "season",
                question.Name,
                CellOf(place, month).Name,
                English.Fill(stem, random, ("place", place.Place), ("month", month)),
                Options.Choose(outcome.Answer, question.Outcomes.Select(o => o.Answer), question.Distractors, random),
                outcome.Answer,
                English.Sentence(facts),
                facts);
        }
    }

    private static (string, Draft)? Which(IReadOnlyList<(string Place, string Half)> places, string month, SeededRandom random)
    {
        var three = random.Shuffled(places).Take(3).ToList();
        var halves = three.GroupBy(place => place.Half).ToList();
        if (three.Count < 3 || halves.Count != 2)
            return null;

        var answer = halves.Single(half => half.Count() == 1).Single();
        bool not = random.Next(3) == 0;
        var asked = not ? halves.Single(half => half.Count() == 2).Key : answer.Half;
        var season = Seasons.Of(month, asked);
        string[] stems = not
            ? [$"In which of these places is it NOT {season} in {month}?"]
            : [$"In which of these places is it {season} in {month}?", $"{{N}} wants to travel in {month}. Where is it {season} then?"];
        string[] links = [.. three.Select(place => Seasons.PlaceFact(place.Place, place.Half))];
        var verdicts = three.Zip(links, (place, link) => link + (place.Half == asked ? ", yes" : ", no"));
        var rule = Seasons.MonthFact(month, asked);
        return ($"{not} {Options.SetName(three.Select(place => place.Place))}", new Draft(
            "which",
            "has a season",
            CellOf(answer, month).Name,
            English.Fill(random.Pick(stems), random),
            [.. three.Select(place => place.Place)],
            answer.Place,
            $"{English.Sentence(rule)} {English.OneByOne(verdicts)}",
            [.. links, rule]));
    }

    private static Cell CellOf((string Place, string Half) place, string month) => new(place.Place, "in " + month, place.Half);
}
