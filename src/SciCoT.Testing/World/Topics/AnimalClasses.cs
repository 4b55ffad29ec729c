namespace SciCoT.Testing.World.Topics;

/// <summary>Animals, their classes, and what the members of a class have in common.</summary>
internal static class AnimalClasses
{
    private const string Vertebrates = "mammal, bird, reptile, amphibian, fish";

    public static readonly Topic Topic = new(
        "animal class",
        "animal",
        """
        mammal: rabbit, deer, wolf, lion, zebra, bear, camel, monkey, squirrel, cow, otter, bat, kangaroo, horse, fox, mouse
        bird: eagle, owl, parrot, duck, penguin, sparrow, ostrich, gull, robin, swan, hen
        reptile: rattlesnake, tortoise, crocodile, iguana, gecko, cobra, chameleon
        amphibian: frog, toad, salamander, newt
        fish: trout, salmon, carp, cod, herring, goldfish, pike, perch
        insect: bee, ant, butterfly, beetle, grasshopper, dragonfly, moth, ladybird
        arachnid: tarantula, scorpion, tick, mite, garden spider
        """,
        "{a} is {ak}",
        [
            new("covering",
                [
                    "{N} looks at the body of {a} through a lens. What covers it?",
                    "What kind of body covering does {a} have?",
                    "{N} draws the outside of {a}. What should be drawn?",
                ],
                [
                    new("mammal", "mammals have hair", "a coat of fur"),
                    new("bird", "birds have feathers", "light feathers"),
                    new("reptile", "reptiles have dry scales", "dry scaly skin"),
                    new("amphibian", "amphibians have moist skin", "smooth damp skin"),
                    new("fish", "fish have wet scales", "slippery scales"),
                    new("insect", "insects have a hard shell", "a stiff outer shell"),
                ],
                [],
                new Rule("bird", "mammal, reptile, amphibian, fish, insect, arachnid", "birds have feathers",
                    "grows feathers", "does NOT grow feathers")) { Except = "tortoise" },

            new("birth",
                [
                    "How does the young of {a} come into the world?",
                    "{N} watches {a} become a parent. How do the young arrive?",
                    "How does the life of a young {e} begin?",
                ],
                [
                    new("mammal", "most mammals bear live young", "it grows inside its mother"),
                    new("bird", "birds lay eggs with a hard shell", "it hatches in a nest or on the ground"),
                    new("amphibian, fish", "most {p} lay soft eggs in water", "it hatches under the water"),
                ],
                ["it sprouts from a seed"],
                new Rule("mammal", "bird, reptile, amphibian, fish, insect, arachnid", "mammals feed milk to their young",
                    "gives milk to its young", "does NOT give milk to its young")) { Except = "salamander, kangaroo" },

            new("breathing",
                [
                    "How does {a} take in oxygen?",
                    "{N} studies how {a} breathes. What is found?",
                    "Which body parts bring oxygen into {a}?",
                ],
                [
                    new("mammal, bird, reptile", "{p} breathe with lungs", "air is drawn deep into its body"),
                    new("fish", "fish breathe with gills", "water flows past its gills"),
                    new("insect", "insects breathe through tiny holes", "air enters along its sides"),
                ],
                ["water is sucked up by its roots"],
                new Rule("fish", "mammal, bird, reptile, insect", "fish breathe with gills",
                    "can breathe all its life under water", "can NOT breathe all its life under water")),

            new("body heat",
                [
                    "The night turns cold. What happens to the body of {a}?",
                    "{N} measures {a} on a warm day and on a cold night. What changes?",
                    "What does cold weather do to the body temperature of {a}?",
                ],
                [
                    new("mammal, bird", "{p} are warm-blooded", "it stays nearly the same"),
                    new("reptile, amphibian, fish, arachnid, insect", "{p} are cold-blooded", "it falls with the air or water"),
                ],
                ["it rises above that of a hot day", "it drops until the blood is ice"],
                new Rule("mammal, bird", "reptile, amphibian, fish, insect, arachnid", "mammals and birds are warm-blooded",
                    "makes its own body heat", "does NOT make its own body heat")) { Except = "bat, bee, moth" },

            new("skeleton",
                [
                    "What holds up the body of {a}?",
                    "{N} studies the skeleton of {a}. Where is it?",
                    "What gives the body of {a} its shape?",
                ],
                [
                    new(Vertebrates, "{p} have a backbone", "bones on the inside"),
                    new("insect, arachnid", "{p} have no backbone", "a hard case on the outside"),
                ],
                ["a woody stem", "thick bark"],
                new Rule(Vertebrates, "insect, arachnid", "insects and arachnids have no backbone",
                    "has a spine", "does NOT have a spine")),

            new("legs",
                [
                    "How many legs does {N} count on a grown {e}?",
                    "What is the number of legs of {a}?",
                    "{N} makes a model of {a}. How many legs does it need?",
                ],
                [
                    new("insect", "insects have six legs", "six"),
                    new("arachnid", "arachnids have eight legs", "eight"),
                    new("bird", "birds have two legs", "two"),
                    new("fish", "fish have fins and no legs", "none"),
                ],
                [],
                new Rule("insect", "arachnid, bird, fish, mammal", "insects have six legs",
                    "walks on six legs", "does NOT walk on six legs"),
                new Rule("arachnid", "insect, bird, fish, mammal", "arachnids have eight legs",
                    "walks on eight legs", "does NOT walk on eight legs"))
            {
                Ranking = new(
                    "bird, insect, arachnid",
                    "arachnids have more legs than insects and insects more than birds",
                    ["Which of these has the fewest legs?", "{N} counts the legs of three animals. Which one has the fewest?"],
                    ["Which of these has the most legs?", "{N} counts the legs of three animals. Which one has the most?"]),
            },
        ])
    {
        Noun = "animals",
        OddStems =
        [
            "Two of these belong to the same animal class. Which one is different?",
            "{N} sorts three animals by their class. Which one is left over?",
        ],
    };
}
