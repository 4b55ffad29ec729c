namespace SciCoT.Testing.World;

/// <summary>What a teacher says around its reasoning. Each habit has random draws of its own, so that one leaves the others' text alone.</summary>
/// <param name="world">Where irrelevant facts come from.</param>
/// <param name="options">The habits.</param>
internal sealed class Talk(MiniScience world, ScriptedTeacherOptions options)
{
    // Words of the data set's tokenizer only.
    private static readonly string[] Fillers =
    [
        "First, we look closely at the question.",
        "The question is about things that most people see.",
        "In a question like this we must look closely.",
        "So it helps to look at the question once more.",
        "What do we need to find out?",
        "For a good answer we must look at all the choices.",
        "In the end only one of the choices can be true.",
        "Which of the choices is best?",
        "The question asks about the best choice only.",
        "So we must find out what is true.",
        "Another way to look at it is this.",
        "The answer is not hard to find.",
    ];

    private readonly SideFacts _facts = new(world.OpeningFacts);

    /// <summary>Puts a rationale into the teacher's words.</summary>
    /// <param name="question">The question as it was asked.</param>
    /// <param name="rationale">The reasoning.</param>
    /// <param name="sample">The sample's index.</param>
    public string Wrap(ScienceQuestion question, string rationale, int sample)
    {
        List<string> before = [], after = [];
        if (Draws("filler") is { } filler && filler.NextDouble() < options.FillerRate)
            Around(filler.Shuffled(Fillers).Take(options.FillerSentences));
        if (Draws("choices").NextDouble() < options.RestatedChoicesRate)
            before.Add($"The choices are: {string.Join("; ", question.Choices.Select(choice => choice.Text))}.");
        if (Draws("facts") is { } facts && facts.NextDouble() < options.IrrelevantFactRate)
            Around(_facts.Draw(options.IrrelevantFacts, [question.Stem, .. question.Choices.Select(choice => choice.Text), rationale], facts));
        return string.Join(' ', [.. before, rationale, .. after]);

        // The first sentence stands before the reasoning, the second behind it, and so on; what is said later stands nearer to it.
        void Around(IEnumerable<string> sentences)
        {
            foreach (var (i, sentence) in sentences.Index())
            {
                if (i % 2 == 0)
                    before.Add(sentence);
                else
                    after.Insert(0, sentence);
            }
        }

        SeededRandom Draws(string habit) => new(options.Seed, $"{habit} {question.Id} {sample}");
    }
}
