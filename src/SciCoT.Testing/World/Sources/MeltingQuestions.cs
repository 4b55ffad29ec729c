using SciCoT.Testing.World.Topics;

namespace SciCoT.Testing.World.Sources;

/// <summary>
/// Which of three substances melts first or last? The cell is the set of the three, so that both directions lie in one
/// part. The rationale gives the melting points and says which are the extremes.
/// </summary>
internal sealed class MeltingQuestions : IQuestionSource
{
    private const string Aspect = "melting point";
    private const int Gap = 20; // degrees; keeps the rounding from deciding
    private static readonly Quota Questions = new(800, 20, 30);
    private static readonly string[] First = ["Which of these melts at the lowest temperature?", "{N} warms three frozen substances. Which one melts first?"];
    private static readonly string[] Last = ["Which of these melts at the highest temperature?", "{N} warms three frozen substances. Which one melts last?"];

    public IEnumerable<Cell> Cells => Sets.Select(CellOf);

    private static IEnumerable<Substance[]> Sets =>
        from low in Substances.All
        from middle in Substances.All
        where middle.Melts - low.Melts >= Gap
        from high in Substances.All
        where high.Melts - middle.Melts >= Gap
        select (Substance[])[low, middle, high];

    public IEnumerable<Draft> Write(Part part, CellSplit split, SeededRandom random)
    {
        var sets = Sets.Where(set => split.PartOf(CellOf(set)) == part).ToList();
        return Options.Draw(Questions.For(part), Question);

        (string, Draft)? Question()
        {
            var set = random.Pick(sets);
            bool first = random.Next(2) == 0;
            var three = random.Shuffled(set);
            var answer = first ? set[0] : set[^1];
            string[] facts = [.. three.Select(Substances.MeltFact)];
            return ($"{first} {CellOf(set).Name}", new Draft(
                "order",
                first ? "melts first" : "melts last",
                CellOf(set).Name,
                English.Fill(random.Pick(first ? First : Last), random),
                [.. three.Select(substance => substance.Name)],
                answer.Name,
                $"{English.OneByOne(facts)} The lowest is {Substances.Degrees(set[0].Melts)} and the highest is {Substances.Degrees(set[^1].Melts)}.",
                facts));
        }
    }

    private static Cell CellOf(Substance[] set) => new(Options.SetName(set.Select(s => s.Name)), Aspect, Aspect);
}
