#:package SciCoT@0.1.0
#:package LLamaSharp@0.30.0
#:package LLamaSharp.Backend.Cpu@0.30.0
// A language model in a GGUF file as the teacher, in this process: no service, no key.
using LLama;
using LLama.Abstractions;
using LLama.Common;
using LLama.Exceptions;
using LLama.Native;
using LLama.Transformers;
using Microsoft.Extensions.AI;
using SciCoT;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Teaching;

if (args is not [var path, var file])
{
    Console.Error.WriteLine("dotnet run -c Release llama-teacher.cs -- MODEL.gguf QUESTIONS.jsonl");
    Console.Error.WriteLine("MODEL.gguf is an instruction-tuned model in llama.cpp's format, from the Hugging Face Hub for example.");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = !stop.IsCancellationRequested; // a second Ctrl-C ends the program at once
    stop.Cancel();
};

try
{
    ScienceQuestion[] questions = [.. QuestionFile.Read(file)]; // a damaged file is found before the model loads
    NativeLibraryConfig.All.WithLogCallback((_, _) => { }); // llama.cpp tells much while it loads
    var parameters = new ModelParams(path) { ContextSize = 4096 };
    using LLamaWeights weights = await LLamaWeights.LoadFromFileAsync(parameters);
    // The history is laid out by the template that the file holds.
    using IChatClient client = new StatelessExecutor(weights, parameters).AsChatClient(new PromptTemplateTransformer(weights, withAssistant: true));

    var chat = new ChatClientTeacher(client, new() { Name = Path.GetFileNameWithoutExtension(path), Temperature = 0.7, MaxOutputTokens = 400, Seed = 1 });
    await using var store = JsonLinesRationaleStore.Open("rationales.jsonl");
    // One call at a time: the model takes all processors by itself.
    var annotator = new RationaleAnnotator(chat, store, AnnotationSettings.For(chat) with { Concurrency = 1, UnusableRetries = 2 });
    AnnotationResult result = await annotator.AnnotateAsync(questions, cancellationToken: stop.Token);
    Console.WriteLine($"{store.Count} rationales in rationales.jsonl, {result.Failures.Count} requests failed");
    return 0;
}
catch (LoadWeightsFailedException)
{
    Console.Error.WriteLine($"{path}: llama.cpp cannot load it. Give a GGUF file that is whole and not newer than LLamaSharp.");
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped. The rationales that came are kept; the same command asks for the rest.");
    return 130;
}
catch (Exception e) when (SciCoTException.IsExpected(e))
{
    Console.Error.WriteLine(SciCoTException.Explain(e));
    return 1;
}
