namespace SciCoT.Testing.World.Topics;

/// <summary>Foods from plants, the part of the plant they are, and what that part does.</summary>
internal static class PlantParts
{
    public static readonly Topic Topic = new(
        "plant part",
        "plant",
        """
        root: carrot, radish, beetroot, turnip, parsnip
        stem: asparagus spear, sugar cane, bamboo shoot, kohlrabi
        leaf: lettuce, spinach, kale, cabbage, parsley, basil, mint
        fruit: apple, tomato, cucumber, pumpkin, peach, lemon, melon, cherry
        flower: broccoli, cauliflower, artichoke
        seed: kidney bean, lentil, chickpea, peanut, almond, coffee bean
        """,
        "{a} is {ak}",
        [
            new("job",
                [
                    "{N} eats {a}. What job did this part do for the plant?",
                    "What does {a} do for the plant it grows on?",
                    "{N} learns which part of a plant {a} is. How does this part help the plant?",
                ],
                [
                    new("root", "roots take in water", "it drinks from the soil"),
                    new("stem", "stems carry water upward", "it feeds the top from below"),
                    new("leaf", "leaves make sugar from light", "it builds food with sunshine"),
                    new("fruit", "fruits hold seeds", "it shelters the next generation"),
                    new("flower", "flowers make pollen", "it lets insects or wind mate plants"),
                    new("seed", "seeds hold a tiny young plant", "it can sprout and grow up"),
                ],
                [],
                new Rule("leaf", "root, stem, fruit, flower, seed", "leaves make sugar from light",
                    "makes most of its plant's food", "does NOT make most of its plant's food"),
                new Rule("fruit", "root, stem, leaf, flower, seed", "fruits hold seeds",
                    "grows around the seeds of its plant", "does NOT grow around seeds"),
                new Rule("seed", "root, stem, leaf, flower", "seeds hold a tiny young plant",
                    "holds a tiny young plant", "does NOT hold a tiny young plant")),

            new("loss",
                [
                    "A pest eats the part that gives us {a}. What can the plant no longer do well?",
                    "{N} cuts off the part that gives us {a}. What does the plant lose?",
                    "A sick plant cannot grow {a}. What is missing?",
                ],
                [
                    new("root", "roots take in water", "a way to drink"),
                    new("stem", "stems carry water upward", "a pipe to its top"),
                    new("leaf", "leaves make sugar from light", "a way to feed itself"),
                    new("fruit", "fruits hold seeds", "a case for its offspring"),
                    new("flower", "flowers make pollen", "dust that bees carry"),
                    new("seed", "seeds hold a tiny young plant", "a new start next year"),
                ],
                []),

            new("place",
                [
                    "Where on a plant should {N} look for {a}?",
                    "Where on its plant does {a} grow?",
                    "{N} draws a plant with {a}. Where does it belong?",
                ],
                [
                    new("root", "roots grow under the ground", "down in the soil"),
                    new("stem", "stems join roots and leaves", "in the middle part of the plant"),
                    new("leaf", "leaves spread out in the light", "where sunshine reaches it"),
                    new("fruit", "fruits grow from flowers", "where a blossom used to be"),
                    new("flower", "flowers open at the ends of shoots", "at the tip of a shoot"),
                    new("seed", "seeds form inside fruits", "within a pod or other case"),
                ],
                [],
                new Rule("root", "stem, leaf, fruit, flower", "roots grow under the ground",
                    "has to be dug out of the soil", "does NOT have to be dug out of the soil")),
        ])
    {
        Noun = "foods",
        OddStems =
        [
            "Two of these are the same part of a plant. Which one is different?",
            "{N} sorts three foods by plant part. Which one is left over?",
        ],
    };
}
