using Microsoft.Extensions.DependencyInjection;
using SciCoT;
using SciCoT.Samples;

// NativeAnswer <model folder> <question with its choices>...: one program file without libtorch and without a .NET runtime beside it.
return await Failures.ReportAsync("usage: NativeAnswer <model folder> <question with its choices>...", args, args.Length >= 2, async () =>
{
    var services = new ServiceCollection();
    services.AddSciCoT(options => options.ModelDirectory = args[0]);
    await using var provider = services.BuildServiceProvider();
    var pipeline = provider.GetRequiredService<ISciCoTPipeline>();
    foreach (var question in args[1..])
    {
        Answer answer = await pipeline.AnswerAsync(question);
        Console.WriteLine($"({answer.Label}) {answer.Text} {answer.Confidence:P0} because: {answer.Rationales.FirstOrDefault()}");
    }

    return 0;
});
