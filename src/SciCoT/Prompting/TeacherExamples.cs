namespace SciCoT.Prompting;

/// <summary>The examples of the few-shot prompt, written for this library.</summary>
internal static class TeacherExamples
{
    public static IReadOnlyList<TeacherExample> Science { get; } =
    [
        Example(
            "C",
            "Heat moves from a warmer body to a cooler one until both are equally warm. A spoon at room temperature is cooler than the soup, so heat flows from the soup into the spoon, and the spoon becomes warmer.",
            "A spoon that lay on the table is put into hot soup. What happens to the spoon?",
            "It gives its cold to the soup.", "It stays as it is.", "It takes up heat from the soup.", "It melts."),
        Example(
            "A",
            "Plants build sugar from carbon dioxide and water, and the energy for it comes from light. In a dark cupboard there is no light, so the plant can build no sugar. It lives on what it has stored and becomes weaker.",
            "Why does a bean plant in a dark cupboard become weaker from week to week?",
            "It cannot make sugar without light.", "It has no carbon dioxide there.", "It is eaten by mould.", "It gets too warm."),
        Example(
            "D",
            "A fair test changes one thing and keeps everything else the same. The pupil wants to know what the slope does, so only the slope may differ between the runs; the car, its load and the surface must stay the same.",
            "A pupil tests how the slope of a ramp changes how far a toy car rolls. Which of these should she change from run to run?",
            "the car", "the load on the car", "the surface of the ramp", "the slope of the ramp"),
        Example(
            "B",
            "Day and night come from the turning of the Earth about its axis. One turn takes about twenty-four hours, and in that time every place comes once into the light of the Sun and once out of it.",
            "What makes day turn into night?",
            "The Moon covers the Sun.", "The Earth turns about its axis.", "The Earth goes around the Sun.", "Clouds keep the light away."),
    ];

    private static TeacherExample Example(string answer, string rationale, string stem, params string[] choices) =>
        new(ScienceQuestion.Create(stem, choices) with { AnswerLabel = answer }, rationale);
}
