using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using QuickStart;
using SciCoT;
using SciCoT.Samples;
using Spectre.Console;
using TorchSharp;

if (args is ["--help" or "-h"])
{
    Console.WriteLine(Arguments.Usage);
    return 0;
}

Arguments arguments;
try
{
    arguments = Arguments.Parse(args);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine($"{TerminalWriter.Escape(e.Message)}\n\n{Arguments.Usage}");
    return 2;
}

return await Failures.ReportAsync("Stopped. The quick start makes everything anew when it is started again.", async cancellationToken =>
{
    if (arguments.Ablation)
    {
        torch.set_num_threads(1);
        await Display.AblationAsync(progress => Ablation.RunAsync(arguments, progress, cancellationToken), arguments.Output);
        return 0;
    }

    // Everything is made anew: a quick start that finds yesterday's students would show nothing.
    OutputFolder.MakeAnew(arguments.Output);

    var clock = Stopwatch.StartNew();
    var comparison = new Comparison(arguments);
    AnsiConsole.MarkupLine($"Mini data set, seed {arguments.Seed}: {comparison.Training.Count} training, {comparison.Validation.Count} validation, {comparison.Test.Count} test questions.");

    // A step of so small a model does not fill several cores, so the students learn side by side on one thread each.
    torch.set_num_threads(1);
    var trainings = await Display.WithProgressAsync(async context =>
    {
        var (stages, direct, oneStage) = (Display.Stages(context), Display.Training(context, "Direct student learns"), Display.Training(context, "One-stage student learns"));
        var (distilling, trainingDirect, trainingOneStage) = (comparison.DistilAsync(stages, cancellationToken), comparison.TrainDirectAsync(direct, cancellationToken), comparison.TrainOneStageAsync(oneStage, cancellationToken));
        await Task.WhenAll(distilling, trainingDirect, trainingOneStage);
        return new Trainings(await distilling, await trainingDirect, await trainingOneStage);
    });

    // From here on as in any host: a folder in, a pipeline out.
    var services = new ServiceCollection();
    services.AddSciCoT(options => options.ModelDirectory = comparison.ModelFolder);
    await using var provider = services.BuildServiceProvider();
    var pipeline = provider.GetRequiredService<ISciCoTPipeline>();

    var answerStudent = provider.GetRequiredService<IAnswerStudent>();
    var outcomes = await Display.WithProgressAsync(context =>
        comparison.MeasureAsync(pipeline, answerStudent, Display.Count(context, "Test questions are answered", 4), cancellationToken));

    Display.Results(outcomes, comparison.World);
    Display.Examples(comparison, outcomes);

    var report = Path.Combine(arguments.Output, "report.json");
    QuickStartReport.Of(outcomes, clock.Elapsed).Write(report);
    var page = await Page.WriteAsync(comparison, outcomes, answerStudent, trainings, Path.Combine(arguments.Output, "report"), cancellationToken);
    AnsiConsole.WriteLine();
    AnsiConsole.MarkupLine($"Report: {Markup.Escape(report)}; page: {Markup.Escape(page)}; model folder: {Markup.Escape(comparison.ModelFolder)}; {clock.Elapsed.TotalSeconds:0} s.");

    if (!Console.IsInputRedirected && AnsiConsole.Profile.Capabilities.Interactive)
    {
        AnsiConsole.MarkupLine("Ask a question of the kind shown above, choices and all; an empty line ends.");
        while (await AnsiConsole.PromptAsync(new TextPrompt<string>(">").AllowEmpty(), cancellationToken) is { Length: > 0 } text)
        {
            try
            {
                Display.Answer(await pipeline.AnswerAsync(text, cancellationToken));
            }
            catch (InvalidQuestionException e)
            {
                AnsiConsole.MarkupLine($"[red]{Markup.Escape(TerminalWriter.Escape(e.Message))}[/]");
            }
        }
    }

    return 0;
});
