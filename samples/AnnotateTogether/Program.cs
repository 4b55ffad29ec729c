using System.Globalization;
using SciCoT;
using SciCoT.Postgres;
using SciCoT.Samples;
using SciCoT.Teaching;
using SciCoT.Testing;

// Annotates the mini data set into a PostgreSQL database together with all other processes that do the same. Start it several times, on one
// machine or on many, and stop some of them: no question is asked for twice, and nothing is lost.
//
//   PGPASSWORD=… dotnet run --project samples/AnnotateTogether -- "Host=localhost;Database=science;Username=me" [questions]
const string Usage = "Give the database's connection string, such as \"Host=localhost;Database=science;Username=me\", and if you like a number of questions from 1.";
int count = int.MaxValue;
bool fits = args.Length == 1 || (args.Length == 2 && int.TryParse(args[1], CultureInfo.InvariantCulture, out count) && count > 0);
return await Failures.ReportAsync(Usage, args, fits, () => Failures.ReportAsync("Stopped; all replies that came are kept. The same command continues.", async cancellationToken =>
{
    var world = MiniScience.Create();
    ScienceQuestion[] questions = [.. world.Train.Take(count)];
    await using var store = await PostgresRationaleStore.OpenAsync(args[0], cancellationToken: cancellationToken);

    // Scripted: it costs nothing, and takes its time as a language model does. All processes together make 3,000 calls a minute at most.
    var teacher = new TeacherBuilder(new ScriptedTeacher(world)).Use(inner => new SlowTeacher(inner))
        .UseSharedRateLimit(store, "scripted", new() { RequestsPerMinute = 3_000 })
        .Build();
    var settings = new AnnotationSettings { Teacher = new ScriptedTeacherOptions().Name, Concurrency = 16 };
    var annotator = new RationaleAnnotator(teacher, store, settings, sharing: store.ShareWork(lease: TimeSpan.FromSeconds(10)));

    var totals = (await annotator.AnnotateAsync(questions, cancellationToken: cancellationToken)).Totals;
    Console.WriteLine($"{totals.Done} of {questions.Length} questions were asked here, {totals.EndedElsewhere} by others meanwhile, {totals.Skipped} before. {store.Name} holds {await store.CountAsync(cancellationToken)} rationales.");
    return 0;
}));

/// <summary>Takes a while for each reply.</summary>
internal sealed class SlowTeacher(ITeacherPrompter inner) : DelegatingTeacher(inner)
{
    public override async Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        return await base.ExplainAsync(request, cancellationToken);
    }
}
