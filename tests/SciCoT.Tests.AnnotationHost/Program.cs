using System.Globalization;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Tests.AnnotationHost;

// annotate <endpoint> <store> <questions>: says each unit that counts, so that whoever kills it knows what must be there.
// share <endpoint> <questions> <lease seconds>: annotates with others into the database that PostgresStore names.
// batch <endpoint> <store> <questions>: the same through the batch API.
switch (args)
{
    case ["annotate", var endpoint, var path, var count]:
        await using (var store = JsonLinesRationaleStore.Open(path))
        {
            var teacher = OpenAITeacher.Create(new Uri(endpoint));
            await new RationaleAnnotator(teacher, store, AnnotationSettings.For(teacher) with { Concurrency = 8 })
                .AnnotateAsync(OpenAITeacher.Questions(int.Parse(count, CultureInfo.InvariantCulture)), new Announcer());
        }

        return 0;

    case ["share", var endpoint, var count, var seconds]:
        var shared = await SharedWorker.RunAsync(
            new Uri(endpoint),
            Environment.GetEnvironmentVariable("PostgresStore")!,
            int.Parse(count, CultureInfo.InvariantCulture),
            TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)),
            new Announcer());
        Console.WriteLine(FormattableString.Invariant($"ended {shared.Totals.Done} {shared.Totals.Skipped} {shared.Totals.EndedElsewhere} {shared.Totals.Failed}"));
        return shared.Failures.Count > 0 || shared.IsStoppedEarly ? 2 : 0;

    case ["batch", var endpoint, var path, var count]:
        await using (var store = JsonLinesRationaleStore.Open(path))
        {
            using var http = ChatCompletionsHandler.CreateBatchClient(OpenAITeacher.Quick(path + ".batches"));
            var teacher = OpenAITeacher.Create(new Uri(endpoint), http);
            await new RationaleAnnotator(teacher, store, AnnotationSettings.For(teacher) with { Concurrency = 100_000, MaxFailures = 100_000 })
                .AnnotateAsync(OpenAITeacher.Questions(int.Parse(count, CultureInfo.InvariantCulture)), new Announcer());
        }

        return 0;

    default:
        Console.Error.WriteLine("annotate <endpoint> <store> <questions> | batch <endpoint> <store> <questions> | share <endpoint> <questions> <lease seconds>");
        return 1;
}

internal sealed class Announcer : IProgress<AnnotationProgress>
{
    public void Report(AnnotationProgress progress)
    {
        Console.WriteLine($"counted {progress.Done + progress.Skipped}");
        Console.Out.Flush();
    }
}
