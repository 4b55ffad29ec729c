using CustomTeacher;
using SciCoT;
using SciCoT.Rationales;
using SciCoT.Samples;
using SciCoT.Teaching;

// Texts of questions, rationales and teachers are shown without what a terminal would obey.
Console.SetOut(new TerminalWriter(Console.Out));
Console.SetError(new TerminalWriter(Console.Error));

ScienceQuestion[] questions =
[
    ScienceQuestion.Create("What happens to iron in rain?", "it rusts", "it melts") with { AnswerLabel = "A" },
    ScienceQuestion.Create("What happens to ice in the sun?", "it burns", "it melts") with { AnswerLabel = "B" },
    ScienceQuestion.Create("What does a match do to dry wood?", "it rusts it", "it burns it") with { AnswerLabel = "B" },
];

return await Failures.ReportAsync("usage: CustomTeacher [output folder]", args, args.Length <= 1, async () =>
{
    var folder = Directory.CreateDirectory(args is [var output] ? output : Path.Combine("artifacts", "custom-teacher"));
    await using var store = JsonLinesRationaleStore.Open(Path.Combine(folder.FullName, "rationales.jsonl"));
    var annotator = new RationaleAnnotator(new TableTeacher(), store, new AnnotationSettings { Teacher = TableTeacher.Name });
    AnnotationResult result = await annotator.AnnotateAsync(questions);

    // Started again, the program asks nothing: what is stored is skipped.
    Console.WriteLine($"{result.Totals.Done} asked, {result.Totals.Skipped} known already; kept in {store.Path}");
    foreach (var (_, exception) in result.Failures)
        Console.Error.WriteLine(SciCoTException.Explain(exception));
    await foreach (RationaleRecord record in store.ReadAllAsync())
        Console.WriteLine($"  {record.QuestionId}: ({record.AnswerLabel}) because {record.Rationale}");
    return 0;
});
