namespace SciCoT.Testing.World.Topics;

/// <summary>What animals eat and where they live.</summary>
internal static class AnimalLives
{
    public static readonly Topic Diets = new(
        "diet",
        "animal",
        """
        herbivore: rabbit, deer, zebra, camel, cow, kangaroo, horse, iguana, grasshopper
        carnivore: wolf, lion, otter, eagle, owl, penguin, rattlesnake, crocodile, cobra, frog, toad, pike, cod, tarantula, scorpion, dragonfly
        omnivore: bear, monkey, mouse, duck, ostrich, gull, carp, ant, fox, hen
        """,
        "{a} is {ak}",
        [
            new("food",
                [
                    "What does {a} eat to get energy?",
                    "{N} studies the meals of a grown {e}. What is in them?",
                    "Which food does {N} expect in the stomach of {a}?",
                ],
                [
                    new("herbivore", "herbivores eat only plants", "leaves or grass or other greens"),
                    new("carnivore", "carnivores eat only animals", "the flesh of its prey"),
                    new("omnivore", "omnivores eat plants and animals", "seeds or fruit as well as prey"),
                ],
                ["nothing but soil"],
                new Rule("herbivore", "carnivore, omnivore", "herbivores eat only plants",
                    "lives on plants alone", "does NOT live on plants alone"),
                new Rule("carnivore", "herbivore, omnivore", "carnivores eat only animals",
                    "lives on prey alone", "does NOT live on prey alone")),

            new("drought",
                [
                    "All the plants around {a} die. What happens first?",
                    "A drought kills every plant where {a} lives. How is it affected at first?",
                    "{N} asks what {a} would do at first if all plants vanished. What is the best answer?",
                ],
                [
                    new("herbivore", "herbivores eat only plants", "it goes hungry at once"),
                    new("carnivore", "carnivores eat only animals", "it goes on hunting for a while"),
                    new("omnivore", "omnivores eat plants and animals", "it eats nothing but prey"),
                ],
                ["it begins to live on sunlight"]),
        ])
    {
        Noun = "animals",
        OddStems =
        [
            "Two of these eat the same kind of food. Which one is different?",
            "{N} sorts three animals by their food. Which one is left over?",
        ],
    };

    public static readonly Topic Habitats = new(
        "habitat",
        "animal",
        """
        desert: camel, rattlesnake, scorpion
        rainforest: monkey, parrot, iguana
        grassland: lion, zebra, ostrich, kangaroo, grasshopper
        pond: frog, newt, duck, carp, dragonfly, swan
        ocean: cod, herring
        forest: deer, wolf, bear, squirrel, owl, fox
        """,
        "{a} lives in {ak}",
        [
            new("surroundings",
                [
                    "What surroundings is {a} suited to?",
                    "{N} plans a zoo home for {a}. What should it be like?",
                    "What would {N} find around {a} in the wild?",
                ],
                [
                    new("desert", "a desert gets hardly any rain", "dry air and sand or stones"),
                    new("rainforest", "a rainforest is warm and wet", "hot air and heavy showers"),
                    new("grassland", "a grassland has few trees", "wide open land"),
                    new("pond", "a pond holds fresh water", "still water without salt"),
                    new("ocean", "an ocean holds salt water", "waves and salty water"),
                    new("forest", "a forest has many trees", "shade and trunks all around"),
                ],
                []),
        ])
    {
        Noun = "animals",
    };
}
