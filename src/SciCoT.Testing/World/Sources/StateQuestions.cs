using SciCoT.Testing.World.Topics;

namespace SciCoT.Testing.World.Sources;

/// <summary>Solid, liquid or gas: of one substance, and which of three. The cell is the substance at the temperature.</summary>
internal sealed class StateQuestions : IQuestionSource
{
    private static readonly Quota PerCell = new(10, 1, 2);
    private static readonly Quota WhichPerTemperature = new(40, 2, 3);
    private static readonly string[] States = ["a solid", "a liquid", "a gas"];

    private static readonly string[] Stems =
    [
        "A jar of {s} is kept at {t} degrees Celsius. What is the {s}?",
        "{N} brings {s} to {t} degrees Celsius. What does it become?",
        "What is {s} when a lab is held at {t} degrees Celsius?",
    ];

    public IEnumerable<Cell> Cells =>
        from temperature in Substances.Temperatures
        from substance in Substances.All
        where Substances.IsClear(substance, temperature)
        select CellOf(substance, temperature);

    public IEnumerable<Draft> Write(Part part, CellSplit split, SeededRandom random)
    {
        foreach (int temperature in Substances.Temperatures)
        {
            var here = Substances.All
                .Where(s => Substances.IsClear(s, temperature) && split.PartOf(CellOf(s, temperature)) == part).ToList();
            foreach (var substance in here)
            {
                var stems = random.Shuffled(Stems);
                for (int i = 0; i < PerCell.For(part); i++)
                    yield return One(substance, temperature, stems[i % stems.Count], random);
            }

            foreach (var draft in Options.Draw(WhichPerTemperature.For(part), () => Which(here, temperature, random)))
                yield return draft;
        }
    }

    private static Draft One(Substance substance, int temperature, string stem, SeededRandom random)
    {
        string state = Substances.StateAt(substance, temperature);
        string melts = Substances.MeltFact(substance), boils = Substances.BoilFact(substance), here = Substances.Degrees(temperature);
        string comparison = state switch
        {
            "solid" => $"{here} is less than both",
            "gas" => $"{here} is more than both",
            _ => $"{here} is between them",
        };
        string[] facts = [melts, boils];
        return new Draft(
            "state",
            "state",
            CellOf(substance, temperature).Name,
            English.Fill(stem, random, ("s", substance.Name), ("t", here)),
            random.Shuffled(States),
            "a " + state,
            English.Sentence([.. facts, comparison]),
            facts);
    }

    private static (string, Draft)? Which(IReadOnlyList<Substance> here, int temperature, SeededRandom random)
    {
        bool gas = random.Next(2) == 0;
        var three = random.Shuffled(here).Take(3).ToList();
        var right = three.Where(s => Substances.StateAt(s, temperature) == (gas ? "gas" : "solid")).ToList();
        if (three.Count < 3 || right.Count != 1)
            return null;

        string where = $"at {Substances.Degrees(temperature)} degrees Celsius";
        string[] stems = gas
            ? [$"Which of these is a gas {where}?", $"{{N}} keeps three substances {where}. Which one has boiled?"]
            : [$"Which of these is solid {where}?", $"{{N}} keeps three substances {where}. Which one has not melted?"];
        string[] facts = [.. three.Select(s => gas ? Substances.BoilFact(s) : Substances.MeltFact(s))];
        return ($"{gas} {Options.SetName(three.Select(s => s.Name))}", new Draft(
            "which",
            gas ? "is a gas" : "is solid",
            CellOf(right[0], temperature).Name,
            English.Fill(random.Pick(stems), random),
            [.. three.Select(s => s.Name)],
            right[0].Name,
            English.OneByOne(three.Zip(facts, (s, fact) => fact + (right.Contains(s) ? ", yes" : ", no"))),
            facts));
    }

    private static Cell CellOf(Substance substance, int temperature) =>
        new(substance.Name, $"at {Substances.Degrees(temperature)}", Substances.StateAt(substance, temperature));
}
