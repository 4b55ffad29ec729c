namespace SciCoT.Testing.World.Topics;

/// <summary>Parts of the human body and the systems they belong to.</summary>
internal static class BodySystems
{
    public static readonly Topic Topic = new(
        "body system",
        "body",
        """
        digestive: stomach, small intestine, large intestine, gullet
        respiratory: lungs, windpipe, diaphragm, air sacs
        circulatory: heart, arteries, veins, capillaries
        nervous: brain, spinal cord, nerves
        skeletal: skull, ribs, kneecap, hip bone, thigh bone
        muscular: biceps, triceps, hamstring, jaw muscle
        urinary: kidneys, bladder, ureters
        """,
        "{a} {is} in the {k} system",
        [
            new("duty",
                [
                    "{N} learns about the body system with {a}. What is its main job?",
                    "What does the body system with {a} do?",
                    "{N} asks what the whole body system of {a} is for. What is the best answer?",
                ],
                [
                    new("digestive", "the digestive system breaks down food", "making meals small enough to use"),
                    new("respiratory", "the respiratory system takes in oxygen", "bringing in fresh air"),
                    new("circulatory", "the circulatory system moves blood", "carrying goods to every cell"),
                    new("nervous", "the nervous system sends messages", "sensing and giving orders"),
                    new("skeletal", "the skeletal system supports the body", "giving the body a firm frame"),
                    new("muscular", "the muscular system pulls on bones", "bending and stretching the joints"),
                    new("urinary", "the urinary system removes waste", "washing used stuff out of the blood"),
                ],
                [],
                new Rule("digestive", "respiratory, circulatory, nervous, skeletal, urinary", "the digestive system breaks down food",
                    "works on the food we eat", "does NOT work on the food we eat"),
                new Rule("respiratory", "digestive, nervous, skeletal, urinary", "the respiratory system takes in oxygen",
                    "helps to get oxygen from the air", "does NOT help to get oxygen from the air"),
                new Rule("circulatory", "digestive, respiratory, nervous, skeletal, muscular, urinary", "the circulatory system moves blood",
                    "carries blood around the body", "does NOT carry blood around the body"),
                new Rule("skeletal", "digestive, respiratory, circulatory, nervous, muscular, urinary", "the skeletal system supports the body",
                    "is part of the hard frame of the body", "is NOT part of the hard frame of the body")),

            new("illness",
                [
                    "An illness harms {a}. What is the likely trouble?",
                    "What may happen to a patient when {a} cannot work well?",
                    "A doctor treats {a} of a patient. What may the patient complain about?",
                ],
                [
                    new("digestive", "the digestive system breaks down food", "too little energy from meals"),
                    new("respiratory", "the respiratory system takes in oxygen", "being short of breath"),
                    new("circulatory", "the circulatory system moves blood", "cells that get too few supplies"),
                    new("nervous", "the nervous system sends messages", "a loss of feeling or control"),
                    new("skeletal", "the skeletal system supports the body", "a weak or broken frame"),
                    new("muscular", "the muscular system pulls on bones", "a joint that cannot be moved with force"),
                    new("urinary", "the urinary system removes waste", "used stuff that stays in the blood"),
                ],
                []),

            new("partner",
                [
                    "Which part belongs to the same body system as {a}?",
                    "{N} puts body parts into groups. What belongs with {a}?",
                    "Which part works most closely with {a}?",
                ],
                [
                    new("digestive", "the gall bladder is digestive too", "the gall bladder"),
                    new("respiratory", "the voice box is respiratory too", "the voice box"),
                    new("circulatory", "the blood is circulatory too", "the blood"),
                    new("nervous", "the pain sensors are nervous too", "the pain sensors"),
                    new("skeletal", "the collarbone is skeletal too", "the collarbone"),
                    new("muscular", "the calf muscle is muscular too", "the calf muscle"),
                    new("urinary", "the urethra is urinary too", "the urethra"),
                ],
                []),
        ])
    {
        Noun = "body parts",
        Definite = true,
        PluralThings = "lungs, air sacs, arteries, veins, capillaries, nerves, ribs, kidneys, ureters",
        OddStems =
        [
            "Two of these belong to the same body system. Which one is different?",
            "{N} sorts three body parts by their system. Which one is left over?",
        ],
    };
}
