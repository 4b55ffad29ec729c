using SciCoT.Postgres;
using SciCoT.Teaching;

namespace SciCoT.Tests.AnnotationHost;

/// <summary>One of several workers that annotate the same questions into one database.</summary>
public static class SharedWorker
{
    public const int Concurrency = 16;

    /// <param name="endpoint">The chat server.</param>
    /// <param name="connectionString">The database.</param>
    /// <param name="questions">How many questions there are.</param>
    /// <param name="lease">How long the leases run.</param>
    /// <param name="progress">Is told of every unit.</param>
    public static async Task<AnnotationResult> RunAsync(Uri endpoint, string connectionString, int questions, TimeSpan lease, IProgress<AnnotationProgress>? progress = null)
    {
        await using var store = await PostgresRationaleStore.OpenAsync(connectionString);
        var chat = OpenAITeacher.Create(endpoint);
        using var teacher = (IDisposable)new TeacherBuilder(chat).UseRetry().UseTimeout(TimeSpan.FromMinutes(1)).Build();
        var settings = AnnotationSettings.For(chat) with { Concurrency = Concurrency };
        return await new RationaleAnnotator((ITeacherPrompter)teacher, store, settings, sharing: store.ShareWork(lease)).AnnotateAsync(OpenAITeacher.Questions(questions), progress);
    }
}
