using Npgsql;
using SciCoT.Postgres;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Rationales;
using SciCoT.Tests.Teaching;

namespace SciCoT.Tests.Postgres;

/// <summary>Annotators that share their work by leases in the database.</summary>
public sealed class WorkSharingTests(PostgresServer server)
{
    private static readonly AnnotationSettings Settings = new() { Teacher = "scripted", PromptHash = "p1", Concurrency = 8 };

    private readonly string _schema = PostgresServer.NewSchema();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Annotate_ByFourWorkers_AsksForEachUnitOnce()
    {
        var questions = OpenAITeacher.Questions(500);
        var teacher = new ScriptedTeacher(async (_, token) =>
        {
            await Task.Delay(5, token);
            return ScriptedTeacher.Reply();
        });

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => AnnotateAsync(teacher, questions, Settings with { SamplesPerQuestion = 2 })));

        Assert.Equal(1000, teacher.Requests.Count);
        Assert.Equal(1000, teacher.Requests.Select(request => (request.Question.Id, request.SampleIndex)).Distinct().Count());
        Assert.Equal(1000, results.Sum(result => result.Totals.Done));
        Assert.All(results, result => Assert.Equal(1000, result.Totals.Done + result.Totals.Skipped + result.Totals.EndedElsewhere));
        await using var store = await server.OpenAsync(_schema, Token);
        Assert.Equal(1000, await store.CountAsync(Token));
    }

    [Fact]
    public async Task Annotate_QuestionsThatOverlap_AsksForTheSharedOnesOnce()
    {
        var questions = OpenAITeacher.Questions(60);
        var teacher = new ScriptedTeacher(async (_, token) =>
        {
            await Task.Delay(5, token);
            return ScriptedTeacher.Reply();
        });

        await Task.WhenAll(AnnotateAsync(teacher, questions[..40], Settings), AnnotateAsync(teacher, questions[20..], Settings));

        Assert.Equal(questions.Select(question => question.Id), teacher.Requests.Select(request => request.Question.Id).Order());
    }

    [Fact]
    public async Task Annotate_WorkerThatHangs_KeepsItsLeases()
    {
        var questions = OpenAITeacher.Questions(4);
        var release = new TaskCompletionSource();
        var hanging = new ScriptedTeacher(async (_, _) =>
        {
            await release.Task;
            return ScriptedTeacher.Reply();
        });
        var slow = AnnotateAsync(hanging, questions, Settings, TimeSpan.FromSeconds(1));
        while (hanging.Requests.Count < 4)
            await Task.Delay(10, Token);
        var other = new ScriptedTeacher(_ => ScriptedTeacher.Reply());
        var waiting = AnnotateAsync(other, questions, Settings, TimeSpan.FromSeconds(1));

        // Longer than a lease: it is renewed.
        await Task.Delay(TimeSpan.FromSeconds(2.5), Token);
        Assert.Empty(other.Requests);
        Assert.False(waiting.IsCompleted);
        release.SetResult();

        Assert.Equal(4, (await slow).Totals.Done);
        Assert.Equal(4, (await waiting).Totals.EndedElsewhere);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task Annotate_WorkerThatVanished_IsSucceededWhenItsLeasesExpire()
    {
        var questions = OpenAITeacher.Questions(20);
        await using (var store = await server.OpenAsync(_schema, Token))
        {
            // It took ten units, stored one reply of them, and was heard of no more.
            var first = new RationaleKey { QuestionHash = questions[0].ContentHash, Teacher = "scripted", PromptHash = "p1" };
            await store.AppendAsync(Records.For(questions[0]) with { Teacher = "scripted", PromptHash = "p1" }, Token);
            foreach (var question in questions[..10])
                await ExecuteAsync($"INSERT INTO {{0}}.units VALUES ('{SciCoT.Postgres.Database.RationaleRow.KeyOf(first with { QuestionHash = question.ContentHash })}', gen_random_uuid(), clock_timestamp() + interval '1.5 s')");
        }

        var teacher = new ScriptedTeacher(_ => ScriptedTeacher.Reply());
        var result = await AnnotateAsync(teacher, questions, Settings, TimeSpan.FromSeconds(1));

        Assert.Equal((19, 1), (result.Totals.Done, result.Totals.Skipped));
        Assert.Equal(19, teacher.Requests.Count);
    }

    [Fact]
    public async Task Annotate_Cancelled_GivesItsUnitsBackAtOnce()
    {
        var questions = OpenAITeacher.Questions(20);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var hanging = new ScriptedTeacher(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return ScriptedTeacher.Reply();
        });
        var annotating = AnnotateAsync(hanging, questions, Settings, TimeSpan.FromHours(1), cancel.Token);
        while (hanging.Requests.Count < 8)
            await Task.Delay(10, Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => annotating);

        var result = await AnnotateAsync(new ScriptedTeacher(_ => ScriptedTeacher.Reply()), questions, Settings, TimeSpan.FromHours(1));

        Assert.Equal(20, result.Totals.Done);
    }

    [Fact]
    public async Task Annotate_UnitThatFails_IsAskedForByLaterWorkersOnly()
    {
        var questions = OpenAITeacher.Questions(10);
        var failing = new ScriptedTeacher(async (request, token) =>
        {
            await Task.Delay(50, token);
            return request.Question.Id == questions[3].Id ? throw new TimeoutException("late") : ScriptedTeacher.Reply();
        });

        var both = await Task.WhenAll(AnnotateAsync(failing, questions, Settings with { Concurrency = 2 }), AnnotateAsync(failing, questions, Settings with { Concurrency = 2 }));
        var later = await AnnotateAsync(new ScriptedTeacher(_ => ScriptedTeacher.Reply()), questions, Settings);

        Assert.Single(failing.Requests, request => request.Question.Id == questions[3].Id);
        Assert.Equal(1, both.Sum(result => result.Failures.Count));
        Assert.Equal((1, 9), (later.Totals.Done, later.Totals.Skipped));
    }

    [Fact]
    public async Task Annotate_FollowUps_AreResumedWhereAnotherWorkerLeftThem()
    {
        var question = OpenAITeacher.Questions(1)[0];
        var settings = Settings with { RationalizeDisagreements = true, UnusableRetries = 1 };
        await using (var store = await server.OpenAsync(_schema, Token))
            await store.AppendAsync(Records.For(question) with { Teacher = "scripted", PromptHash = "p1", FinishReason = TeacherFinishReason.Truncated }, Token);
        var teacher = new ScriptedTeacher(request => ScriptedTeacher.Reply(request.RevealAnswer ? "A" : "B"));

        var result = await AnnotateAsync(teacher, [question], settings);

        Assert.Equal([(1, false), (0, true)], teacher.Requests.Select(request => (request.Attempt, request.RevealAnswer)));
        Assert.Equal(1, result.Totals.Rationalized);
    }

    [Fact]
    public async Task Share_UnitsStoredByADeadWorkerAfterThePlan_AreNotAskedFor()
    {
        var question = OpenAITeacher.Questions(1)[0];
        await using var store = await server.OpenAsync(_schema, Token);
        var teacher = new ScriptedTeacher(_ => ScriptedTeacher.Reply());
        // The reply comes between the look into the store and the lease.
        var late = new LateSharing(store.ShareWork(), () => store.AppendAsync(Records.For(question) with { Teacher = "scripted", PromptHash = "p1" }, Token));

        var result = await new RationaleAnnotator(teacher, store, Settings, sharing: late).AnnotateAsync([question], cancellationToken: Token);

        Assert.Empty(teacher.Requests);
        Assert.Equal(1, result.Totals.Skipped);
    }

    [Fact]
    public async Task ShareWork_LeaseTooShort_Throws()
    {
        await using var store = await server.OpenAsync(_schema, Token);
        Assert.Throws<ArgumentOutOfRangeException>(() => store.ShareWork(TimeSpan.FromMilliseconds(999)));
    }

    private async Task<AnnotationResult> AnnotateAsync(ITeacherPrompter teacher, ScienceQuestion[] questions, AnnotationSettings settings, TimeSpan? lease = null, CancellationToken? cancellationToken = null)
    {
        await using var store = await server.OpenAsync(_schema, Token);
        return await new RationaleAnnotator(teacher, store, settings, sharing: store.ShareWork(lease)).AnnotateAsync(questions, cancellationToken: cancellationToken ?? Token);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create((await server.ClusterAsync()).ConnectionString);
        await using var command = source.CreateCommand(string.Format(sql, $"\"{_schema.Replace("\"", "\"\"")}\""));
        await command.ExecuteNonQueryAsync(Token);
    }

    /// <summary>Lets something happen before the first unit is handed out.</summary>
    private sealed class LateSharing(IAnnotationSharing inner, Func<Task> before) : IAnnotationSharing
    {
        public async Task<IAnnotationShare> JoinAsync(CancellationToken cancellationToken = default) => new Share(await inner.JoinAsync(cancellationToken), before);

        private sealed class Share(IAnnotationShare share, Func<Task> before) : IAnnotationShare
        {
            public int EndedElsewhere => share.EndedElsewhere;

            public async IAsyncEnumerable<RationaleKey> TakeAsync(IReadOnlyCollection<RationaleKey> units, int concurrency, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
            {
                await before();
                await foreach (var unit in share.TakeAsync(units, concurrency, cancellationToken))
                    yield return unit;
            }

            public void End(RationaleKey unit) => share.End(unit);

            public ValueTask DisposeAsync() => share.DisposeAsync();
        }
    }
}
