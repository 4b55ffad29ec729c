using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SciCoT;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Samples;
using SciCoT.Teaching;
using SciCoT.Teaching.Filters;

// Texts of questions, rationales and teachers are shown without what a terminal would obey.
Console.SetOut(new TerminalWriter(Console.Out));
Console.SetError(new TerminalWriter(Console.Error));

// Published rationales go through the filters; the report is printed, and as many examples as wanted are shown.
var files = new Argument<FileInfo[]>("files") { Description = "Files of published rationales (EntailmentBank or TinyLLM rows)", Arity = ArgumentArity.OneOrMore };
var examples = new Option<int>("--examples") { Description = "How many refused rationales of each filter to show", DefaultValueFactory = _ => 3 };
var accepted = new Option<int>("--accepted") { Description = "How many accepted rationales to show" };
var seed = new Option<int>("--seed") { Description = "Which examples are shown", DefaultValueFactory = _ => 1 };
var verdicts = new Option<FileInfo?>("--verdicts") { Description = "Where to keep the verdicts, one judgement a line" };
var command = new RootCommand("Judges published rationales with the default filters.") { files, examples, accepted, seed, verdicts };
command.SetAction(parsed =>
{
    try
    {
        foreach (var file in parsed.GetRequiredValue(files))
            Run(file, parsed);
        return 0;
    }
    catch (Exception e) when (Failures.IsExpected(e))
    {
        Console.Error.WriteLine(TerminalWriter.Escape(SciCoTException.Explain(e)));
        return 1;
    }
});
return await CommandLine.RunAsync(command.Parse(args));

void Run(FileInfo file, ParseResult parsed)
{
    var skipped = new List<BadRowException>();
    var judged = PublishedRationales.Read(file.FullName, skipped.Add)
        .GroupBy(item => item.Question.ContentHash)
        .SelectMany(group => group.Zip(
            RationaleFilterChain.Default.JudgeAll(group.First().Question, group.Select(item => item.Record)),
            (item, judgement) => new Judged(item, judgement)))
        .ToArray();

    if (judged.Length == 0 && skipped.Count > 0 && RationaleReader.Read(file.FullName, _ => { }, _ => { }).Any())
        throw new InvalidFileException($"{file.FullName} is a rationale store, whose questions lie in another file: scicot rationales filter --input {file.Name} --questions QUESTIONS --output verdicts.jsonl judges it.");
    if (judged.Length == 0)
        throw new InvalidFileException($"{file.FullName} holds no rationale. {(skipped.Count == 0 ? "It is empty." : $"{skipped.Count} rows could not be read, the first: {skipped[0].Message}")}");
    foreach (var teacher in judged.GroupBy(one => one.Item.Record.Teacher))
    {
        Console.WriteLine($"{file.Name}, {teacher.Key}, {skipped.Count} bad rows: {RationaleFilterReport.Of(teacher.Select(one => one.Judgement))}");
        Show(teacher, parsed);
    }

    if (parsed.GetValue(verdicts) is { } path)
        VerdictFile.Write(path.FullName, judged.Select(one => one.Judgement));
}

void Show(IEnumerable<Judged> judged, ParseResult parsed)
{
    var shuffled = judged.OrderBy(one => Key(parsed.GetValue(seed), one), StringComparer.Ordinal).ToArray();
    foreach (var filter in RationaleFilterChain.Default.Names)
    {
        var refused = shuffled.Where(one => one.Judgement.Verdicts.Any(verdict => verdict.Filter == filter && verdict.Verdict.Kind == VerdictKind.Refused));
        foreach (var one in refused.Take(parsed.GetValue(examples)))
            Print(filter, one.Judgement.Verdicts.Single(verdict => verdict.Filter == filter).Verdict.Reason, one);
    }

    foreach (var one in shuffled.Where(one => one.Judgement.IsAccepted).Take(parsed.GetValue(accepted)))
        Print("accepted", null, one);
}

// By a hash, which is the same on every runtime.
static string Key(int seed, Judged one) =>
    Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed} {one.Item.Record.Key}"))));

static void Print(string filter, string? reason, Judged one)
{
    var (question, record) = one.Item;
    Console.WriteLine($"[{filter}] {reason}\n  {question.Stem} {string.Join(' ', question.Choices.Select(choice => $"({choice.Label}) {choice.Text}"))}\n  > {record.Rationale.ReplaceLineEndings(" / ")}\n");
}

internal sealed record Judged(PublishedRationale Item, RationaleJudgement Judgement);
