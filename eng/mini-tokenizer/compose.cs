#:project ../../src/SciCoT.Testing
#:property PublishAot=false

// Writes the text that the mini data set's tokenizer is trained on: dotnet run compose.cs -- corpus.txt
using SciCoT.Testing;

const int Seeds = 6;
const int WordRepeats = 40; // keeps every word whole, the rare ones too

string[] layouts =
[
    "explain question: context: choices: (A) (B) (C) (D) (E)",
    "answer question: context: choices: (1) (2) (3) (4) (5) rationale:",
    "Question: Context: Choices: Rationale: Answer: The answer is (A). So the answer is (B).",
    "0 1 2 3 4 5 6 7 8 9",
];

var words = new SortedSet<string>(StringComparer.Ordinal);
using var writer = new StreamWriter(args[0]);

foreach (var seed in Enumerable.Range(1, Seeds))
{
    var world = MiniScience.Create(seed, RationaleEnding.Answer, comparisons: true);
    foreach (var question in world.Train.Concat(world.Validation).Concat(world.Test))
        Write($"{question.Stem} {string.Join(" ", question.Choices.Select(c => $"({c.Label}) {c.Text}"))} {world[question.Id].Rationale}");
}

for (int i = 0; i < 1000; i++)
    Write(layouts[i % layouts.Length]);
foreach (var word in words)
{
    for (int i = 0; i < WordRepeats; i++)
        writer.WriteLine(word);
}

void Write(string line)
{
    writer.WriteLine(line);
    words.UnionWith(line.Split([' ', ',', '.', '?', '(', ')', ':', '\'', '-'], StringSplitOptions.RemoveEmptyEntries));
}
