using ArcDistillation;
using Microsoft.Extensions.DependencyInjection;
using SciCoT;
using SciCoT.Distillation;
using SciCoT.Hub;
using SciCoT.Models;
using SciCoT.Samples;
using SciCoT.Teaching;

using var signals = new StopSignals();
return await CommandLine.RunAsync(Settings.Command(RunAsync).Parse(args), signals);

static async Task<int> RunAsync(Settings settings, CancellationToken cancellationToken)
{
    try
    {
        var data = ArcData.Read(settings);
        Display.Start(data);
        var checkpoint = settings.Base is null ? null : await Display.WithDownloadAsync(progress => BaseCheckpoint.FindAsync(settings.Base, progress: progress, cancellationToken: cancellationToken));

        if (settings.Ablation)
        {
            await Display.AblationAsync(progress => Ablation.RunAsync(settings, data, checkpoint, progress, cancellationToken));
            return 0;
        }

        var engine = new DistillationEngine(new ReplayTeacher(data.Records), Recipe.Options(settings, data.Teacher, checkpoint));
        var report = await Display.WithProgressAsync(progress => engine.RunAsync(data.Questions, settings.Output.FullName, progress, cancellationToken));
        Display.Report(report, data.Questions.Test);

        // The run folder is a model folder: from here on as in any host.
        var services = new ServiceCollection();
        services.AddSciCoT(options => options.ModelDirectory = settings.Output.FullName);
        await using var provider = services.BuildServiceProvider();
        var pipeline = provider.GetRequiredService<ISciCoTPipeline>();
        foreach (var question in data.Questions.Test.Take(3))
            Display.Example(question, await pipeline.AnswerAsync(question, cancellationToken));
        return 0;
    }
    catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
    {
        Console.Error.WriteLine("Stopped. Start again with the same settings to continue.");
        return 130;
    }
    catch (Exception e) when (Failures.IsExpected(e))
    {
        Console.Error.WriteLine(TerminalWriter.Escape(SciCoTException.Explain(e)));
        return 1;
    }
}
