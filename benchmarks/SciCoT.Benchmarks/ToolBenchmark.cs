using System.Diagnostics;
using SciCoT.Questions;
using SciCoT.Students;
using SciCoT.Testing;

namespace SciCoT.Benchmarks;

/// <summary>
/// <c>scicot answer --input FILE --json</c> against <c>AnswerManyAsync</c> with the same questions, in turn: answers a second from
/// the end of the first batch to the last answer, so that neither starting nor loading is in it. What counts is the ratio.
/// </summary>
internal static class ToolBenchmark
{
    private const int Batch = SciCoTPipeline.DefaultBatchSize;

    /// <param name="args">A model folder; questions (2000); rounds (3).</param>
    public static void Run(string[] args) =>
        MeasureAsync(args[0], int.Parse(args.ElementAtOrDefault(1) ?? "2000"), int.Parse(args.ElementAtOrDefault(2) ?? "3")).GetAwaiter().GetResult();

    private static async Task MeasureAsync(string model, int count, int rounds)
    {
        var world = MiniScience.Create(seed: 5);
        ScienceQuestion[] questions = [.. world.Test.Concat(world.Train).Take(count)];
        var file = Path.GetTempFileName();
        QuestionFile.Write(file, questions);
        double[] library = new double[rounds], tool = new double[rounds];
        using var rationaleStudent = SciCoTModelFolder.LoadRationaleStudent(model);
        using var answerStudent = SciCoTModelFolder.LoadAnswerStudent(model);
        var pipeline = new SciCoTPipeline(rationaleStudent, answerStudent);
        for (int round = 0; round < rounds; round++)
        {
            library[round] = await RateAsync(pipeline.AnswerManyAsync(QuestionFile.Read(file).ToAsyncEnumerable()), questions.Length);
            tool[round] = await RateAsync(ToolAsync(model, file), questions.Length);
        }

        File.Delete(file);
        Array.Sort(library);
        Array.Sort(tool);
        Console.WriteLine($"{questions.Length} questions, median of {rounds}, answers/s: AnswerManyAsync {library[rounds / 2]:F1} ({library[0]:F1} to {library[^1]:F1}), scicot answer {tool[rounds / 2]:F1} ({tool[0]:F1} to {tool[^1]:F1}), ratio {tool[rounds / 2] / library[rounds / 2]:P0}");
    }

    private static async Task<double> RateAsync<T>(IAsyncEnumerable<T> answers, int count)
    {
        var (answered, start) = (0, 0L);
        await foreach (var _ in answers)
        {
            if (++answered == Batch)
                start = Stopwatch.GetTimestamp();
        }

        return answered == count ? (count - Batch) / Stopwatch.GetElapsedTime(start).TotalSeconds : throw new InvalidOperationException($"{answered} answers to {count} questions.");
    }

    /// <summary>The lines that the tool writes, as they come. It lies where the solution's build leaves it.</summary>
    private static async IAsyncEnumerable<string> ToolAsync(string model, string file)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory); // …/benchmarks/SciCoT.Benchmarks/bin/Release/net10.0
        var repository = output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        var program = Path.Combine(repository, "src/SciCoT.Cli/bin", output.Parent.Name, output.Name, "SciCoT.Cli.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, "answer", "--model", model, "--input", file, "--json"]) { RedirectStandardOutput = true })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            yield return line;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"scicot ended with {process.ExitCode}.");
    }
}
