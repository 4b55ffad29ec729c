#:package SciCoT.Testing@0.1.0
// Step 1 of 4: questions to learn from, to validate on and to measure on, as files of the folder "walk".
// For questions of your own, write files with id, question, choices and answer (docs/data-formats.md) and go on with step 2.
using SciCoT;
using SciCoT.Questions;
using SciCoT.Testing;

try
{
    MiniScience world = MiniScience.Create(seed: 1);
    Directory.CreateDirectory("walk");
    foreach (var (name, questions) in new[] { ("train", world.Train), ("validation", world.Validation), ("test", world.Test) })
    {
        QuestionFile.Write($"walk/{name}.jsonl", questions);
        Console.WriteLine($"{questions.Count} questions in walk/{name}.jsonl");
    }

    MiniScience.WriteTokenizer("walk/tokenizer");
    ScienceQuestion example = world.Train[0];
    Console.WriteLine($"An example: {example.Stem} {string.Join(' ', example.Choices.Select(choice => $"({choice.Label}) {choice.Text}"))}; right is {example.AnswerLabel}.");
    return 0;
}
catch (Exception e) when (SciCoTException.IsExpected(e)) // a file is missing or damaged, the disk is full: the message says what to do
{
    Console.Error.WriteLine(SciCoTException.Explain(e));
    return 1;
}
