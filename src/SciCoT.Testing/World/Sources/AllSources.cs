using SciCoT.Testing.World.Topics;

namespace SciCoT.Testing.World.Sources;

/// <summary>Everything that the world can ask, each source with a name of its own.</summary>
internal static class AllSources
{
    // A family with few kinds of few things needs about three times the questions for its facts to be learned.
    private static readonly Quota LargeFamily = new(12, 2, 3);
    private static readonly Quota SmallFamily = new(36, 2, 3);

    private static readonly (Topic Topic, Quota PerCell)[] Topics =
    [
        (Materials.Topic, LargeFamily),
        (AnimalClasses.Topic, LargeFamily),
        (AnimalLives.Diets, LargeFamily),
        (AnimalLives.Habitats, LargeFamily),
        (PlantParts.Topic, SmallFamily),
        (Machines.Topic, SmallFamily),
        (BodySystems.Topic, SmallFamily),
    ];

    public static IReadOnlyList<(string Name, IQuestionSource Source)> Create()
    {
        var sources = new List<(string, IQuestionSource)>();
        foreach (var (topic, perCell) in Topics)
        {
            foreach (var aspect in topic.Aspects)
            {
                sources.Add(($"{topic.Name} {aspect.Name}", new ThingQuestions(topic, aspect, perCell)));
                sources.AddRange(aspect.Rules.Select(rule => ($"{topic.Name} {rule.One}", (IQuestionSource)new RuleQuestions(topic, aspect, rule))));
                if (aspect.Ranking is { } ranking)
                    sources.Add(($"{topic.Name} {aspect.Name} ranking", new RankingQuestions(topic, aspect, ranking)));
            }

            if (topic.OddStems.Count > 0)
                sources.Add(($"{topic.Name} odd one out", new OddOneOutQuestions(topic)));
        }

        sources.Add(("seasons", new SeasonQuestions()));
        sources.Add(("states", new StateQuestions()));
        sources.Add(("melting", new MeltingQuestions()));
        return sources;
    }
}
