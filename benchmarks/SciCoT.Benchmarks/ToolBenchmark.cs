using System.Diagnostics;
using SciCoT.Questions;
using SciCoT.Students;
using SciCoT.Testing;

namespace SciCoT.Benchmarks;

/// <summary>
/// <c>scicot answer --input FILE --json</c> against a program over <c>AnswerManyAsync</c> with the same questions, in turn and each in
/// a process of its own: answers a second from the first to the last, so that starting and loading are not in it. What counts is the ratio.
/// </summary>
internal static class ToolBenchmark
{
    private const string Library = "--library";

    /// <param name="args">A model folder; questions (4000); rounds (5). Or, for the library's process: --library, the model folder, a file of questions.</param>
    public static void Run(string[] args) =>
        (args[0] == Library
            ? AnswerAsync(args[1], args[2])
            : MeasureAsync(args[0], int.Parse(args.ElementAtOrDefault(1) ?? "4000"), int.Parse(args.ElementAtOrDefault(2) ?? "5"))).GetAwaiter().GetResult();

    private static async Task MeasureAsync(string model, int count, int rounds)
    {
        var world = MiniScience.Create(seed: 5);
        var file = Path.GetTempFileName();
        QuestionFile.Write(file, world.Test.Concat(world.Train).Take(count));
        double[] library = new double[rounds], tool = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            library[round] = await RateAsync(count, typeof(ToolBenchmark).Assembly.Location, "tool", Library, model, file);
            tool[round] = await RateAsync(count, ToolPath(), "answer", "--model", model, "--input", file, "--json");
        }

        File.Delete(file);
        Array.Sort(library);
        Array.Sort(tool);
        Console.WriteLine($"{count} questions, median of {rounds}, answers/s: AnswerManyAsync {library[rounds / 2]:F1} ({library[0]:F1} to {library[^1]:F1}), scicot answer {tool[rounds / 2]:F1} ({tool[0]:F1} to {tool[^1]:F1}), ratio {tool[rounds / 2] / library[rounds / 2]:P0}");
    }

    /// <summary>The library's side: as little around it as can be.</summary>
    private static async Task AnswerAsync(string model, string file)
    {
        using var rationaleStudent = SciCoTModelFolder.LoadRationaleStudent(model);
        using var answerStudent = SciCoTModelFolder.LoadAnswerStudent(model);
        await foreach (var answer in new SciCoTPipeline(rationaleStudent, answerStudent).AnswerManyAsync(QuestionFile.Read(file).ToAsyncEnumerable()))
            Console.WriteLine(answer.Label);
    }

    /// <summary>Lines a second that a program writes.</summary>
    private static async Task<double> RateAsync(int count, params string[] program)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", program) { RedirectStandardOutput = true })!;
        var (lines, start) = (0, 0L);
        while (await process.StandardOutput.ReadLineAsync() is not null)
        {
            if (++lines == 1)
                start = Stopwatch.GetTimestamp();
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 && lines == count ? count / seconds : throw new InvalidOperationException($"{lines} answers to {count} questions, exit code {process.ExitCode}.");
    }

    /// <summary>The tool where the solution's build leaves it.</summary>
    private static string ToolPath()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory); // …/benchmarks/SciCoT.Benchmarks/bin/Release/net10.0
        var repository = output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(repository, "src/SciCoT.Cli/bin", output.Parent.Name, output.Name, "SciCoT.Cli.dll");
    }
}
