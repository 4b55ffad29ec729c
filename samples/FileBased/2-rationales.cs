#:package SciCoT.Testing@0.1.0
// Step 2 of 4: a teacher explains the questions, and filters judge what it says. The teacher is scripted, so that the walk needs no
// service; docs/teachers.md has the lines for a language model in its place. Started again, the step asks only for what is missing.
using System.Globalization;
using SciCoT;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Teaching.Filters;
using SciCoT.Testing;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = !stop.IsCancellationRequested; // a second Ctrl-C ends the program at once
    stop.Cancel();
};

try
{
    if (!File.Exists("walk/train.jsonl"))
    {
        Console.Error.WriteLine("walk/train.jsonl is missing: run 1-questions.cs first.");
        return 1;
    }

    ScienceQuestion[] questions = [.. Questions("walk/train.jsonl"), .. Questions("walk/validation.jsonl")];
    ScriptedTeacherOptions habits = ScriptedTeacherOptions.Talkative with { WrongRate = 0.05 }; // one reply in twenty decides for a wrong choice
    var teacher = new ScriptedTeacher(MiniScience.Create(seed: 1), habits);

    await using var store = JsonLinesRationaleStore.Open("walk/rationales.jsonl");
    AnnotationResult result = await new RationaleAnnotator(teacher, store, new AnnotationSettings { Teacher = habits.Name, Concurrency = 1024 }).AnnotateAsync(questions, cancellationToken: stop.Token);
    Console.WriteLine($"{store.Count} rationales in walk/rationales.jsonl, {result.Failures.Count} requests failed");
    if (result.Failures is [var failure, ..])
        throw new SciCoTException($"The first request that failed: {failure.Exception.Message}");

    var byHash = questions.DistinctBy(question => question.ContentHash).ToDictionary(question => question.ContentHash);
    var judgements = new List<RationaleJudgement>();
    var words = new List<int>();
    string? refused = null;
    await foreach (RationaleRecord record in store.ReadAllAsync())
    {
        if (!byHash.TryGetValue(record.QuestionHash, out ScienceQuestion? question))
            continue; // of earlier questions: a store keeps everything
        RationaleJudgement judgement = RationaleFilterChain.Default.Judge(question, record);
        judgements.Add(judgement);
        words.Add(record.Rationale.Split(' ').Length);
        if (!judgement.IsAccepted)
            refused ??= $"{question.Stem} > {record.Rationale}";
    }

    Console.WriteLine(RationaleFilterReport.Of(judgements));
    Console.WriteLine($"Refused, for example: {refused ?? "none"}");
    File.WriteAllText("walk/lengths.svg", Histogram(words, width: 5));
    Console.WriteLine("walk/lengths.svg shows how long the rationales are.");
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped. The rationales that came are kept; the same command asks for the rest.");
    return 130;
}
catch (Exception e) when (SciCoTException.IsExpected(e)) // a file is missing or damaged, the disk is full: the message says what to do
{
    Console.Error.WriteLine(SciCoTException.Explain(e));
    return 1;
}

// A file without a question would fail later, and not say which file it was.
static ScienceQuestion[] Questions(string path) => QuestionFile.Read(path).ToArray() is { Length: > 0 } questions
    ? questions
    : throw new SciCoTException($"{path}: there is no question in it. Run 1-questions.cs again, or write questions of your own there.");

// How many values lie in each bin, as a drawing for any browser.
static string Histogram(IReadOnlyList<int> values, int width)
{
    var bins = values.GroupBy(value => value / width).ToDictionary(bin => bin.Key, bin => bin.Count());
    int last = bins.Keys.Max();
    var svg = new System.Text.StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 420 230\" width=\"420\" font-family=\"sans-serif\" font-size=\"11\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
    for (int bin = 0; bin <= last; bin++)
    {
        double height = 170.0 * bins.GetValueOrDefault(bin) / bins.Values.Max(), x = 20 + (380.0 * bin / (last + 1));
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:0.#}\" y=\"{190 - height:0.#}\" width=\"{(380.0 / (last + 1)) - 2:0.#}\" height=\"{height:0.#}\" fill=\"#0072b2\"><title>{bin * width} to {(bin * width) + width - 1} words: {bins.GetValueOrDefault(bin)}</title></rect>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"204\">{bin * width}</text>");
    }

    return svg.Append("<text x=\"210\" y=\"222\" text-anchor=\"middle\">words of a rationale</text></svg>").ToString();
}
