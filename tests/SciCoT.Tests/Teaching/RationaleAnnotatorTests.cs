using Microsoft.Extensions.Time.Testing;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Teaching;

public class RationaleAnnotatorTests
{
    private static readonly AnnotationSettings Settings = new() { Teacher = "scripted", PromptHash = "p1" };

    private readonly MemoryStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Annotate_Questions_StoresEveryReplyWithItsProvenance()
    {
        var questions = Questions(3);
        var now = new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);
        var teacher = new ScriptedTeacher(_ => ScriptedTeacher.Reply("B"));

        var result = await new RationaleAnnotator(teacher, _store, Settings, new FixedTime(now)).AnnotateAsync(questions, cancellationToken: Token);

        Assert.Equal((3, 3, 0, 0, 30L, 15L), (result.Totals.Total, result.Totals.Done, result.Totals.Skipped, result.Totals.Failed, result.Totals.InputTokens, result.Totals.OutputTokens));
        Assert.Equal(TimeSpan.Zero, result.Totals.Remaining);
        Assert.False(result.IsStoppedEarly);
        Assert.Equal(
            new RationaleRecord
            {
                QuestionHash = questions[0].ContentHash,
                QuestionId = questions[0].Id,
                Rationale = "Because it is so.",
                AnswerLabel = "B",
                AnswerText = "no",
                Teacher = "scripted",
                PromptHash = "p1",
                InputTokens = 10,
                OutputTokens = 5,
                Time = now,
            },
            _store.Records.Single(record => record.QuestionId == questions[0].Id));
    }

    [Fact]
    public async Task Annotate_SecondTime_AsksNothing()
    {
        var teacher = new ScriptedTeacher(_ => ScriptedTeacher.Reply());
        var annotator = new RationaleAnnotator(teacher, _store, Settings with { SamplesPerQuestion = 2 });
        await annotator.AnnotateAsync(Questions(5), cancellationToken: Token);

        var again = await annotator.AnnotateAsync(Questions(6), cancellationToken: Token);

        Assert.Equal((10, 2), (again.Totals.Skipped, again.Totals.Done));
        Assert.Equal(12, teacher.Requests.Count);
        Assert.Equal(12, teacher.Requests.Select(request => (request.Question.Id, request.SampleIndex)).Distinct().Count());
    }

    [Fact]
    public async Task Annotate_SameQuestionTwice_AsksOnce()
    {
        var question = Questions(1)[0];
        var teacher = new ScriptedTeacher(_ => ScriptedTeacher.Reply());

        var result = await new RationaleAnnotator(teacher, _store, Settings).AnnotateAsync([question, question with { Id = "copy" }], cancellationToken: Token);

        Assert.Single(teacher.Requests);
        Assert.Equal((1, 1), (result.Totals.Done, result.Totals.Skipped));
    }

    [Fact]
    public async Task Annotate_OneFails_StatesItAndGoesOn()
    {
        var questions = Questions(4);
        var teacher = new ScriptedTeacher(request => request.Question.Id == questions[1].Id ? throw new TimeoutException("late") : ScriptedTeacher.Reply());

        var result = await new RationaleAnnotator(teacher, _store, Settings).AnnotateAsync(questions, cancellationToken: Token);

        var failure = Assert.Single(result.Failures);
        Assert.Equal(questions[1], failure.Request.Question);
        Assert.IsType<TimeoutException>(failure.Exception);
        Assert.Equal((3, 1), (_store.Records.Count, result.Totals.Failed));
    }

    [Fact]
    public async Task Annotate_TeacherCancelsByItself_IsAFailure()
    {
        var teacher = new ScriptedTeacher(_ => throw new TaskCanceledException("The service timed out."));

        Assert.Single((await new RationaleAnnotator(teacher, _store, Settings).AnnotateAsync(Questions(1), cancellationToken: Token)).Failures);
    }

    [Fact]
    public async Task Annotate_TeacherIsDown_StopsAfterMaxFailures()
    {
        var teacher = new ScriptedTeacher(_ => throw new HttpRequestException("no route"));

        var result = await new RationaleAnnotator(teacher, _store, Settings with { MaxFailures = 3, Concurrency = 2 }).AnnotateAsync(Questions(100), cancellationToken: Token);

        Assert.True(result.IsStoppedEarly);
        Assert.InRange(result.Failures.Count, 3, 4);
        Assert.InRange(teacher.Requests.Count, 3, 5);
    }

    /// <summary>A service that cannot be reached, or never replies, has not that question for a reason; asking all others tells nothing more.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 3)]
    public async Task Annotate_ServiceThatNeverAnswered_StopsSoon(bool isUnreachable, int failures)
    {
        var teacher = new ScriptedTeacher(_ => throw Silence(isUnreachable));

        var result = await new RationaleAnnotator(teacher, _store, Settings with { Concurrency = 1 }).AnnotateAsync(Questions(100), cancellationToken: Token);

        Assert.True(result.IsStoppedEarly);
        Assert.Equal(failures, result.Failures.Count);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public async Task Annotate_ServiceThatAnsweredBefore_IsAskedForTheRest(bool isUnreachable, bool answersWell)
    {
        var teacher = new ScriptedTeacher(request => request.Question.Id != "q000" ? throw Silence(isUnreachable)
            : answersWell ? ScriptedTeacher.Reply() : throw new TeacherServiceException("HTTP 400") { Status = 400 });

        var result = await new RationaleAnnotator(teacher, _store, Settings with { Concurrency = 1 }).AnnotateAsync(Questions(20), cancellationToken: Token);

        Assert.False(result.IsStoppedEarly);
        Assert.Equal(20, teacher.Requests.Count);
    }

    private static Exception Silence(bool isUnreachable) => isUnreachable ? new TeacherServiceException("nothing listens") { IsTransient = true, IsUnreachable = true } : new TimeoutException();

    [Fact]
    public async Task Annotate_Cancelled_KeepsWhatCameInAndContinuesLater()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        int replies = 0;
        var teacher = new ScriptedTeacher(async (_, token) =>
        {
            if (Interlocked.Increment(ref replies) == 5)
                await cancel.CancelAsync();
            else if (replies > 5)
                await Task.Delay(Timeout.Infinite, token);
            return ScriptedTeacher.Reply();
        });
        var annotator = new RationaleAnnotator(teacher, _store, Settings with { Concurrency = 1 });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => annotator.AnnotateAsync(Questions(20), cancellationToken: cancel.Token));

        Assert.Equal(5, _store.Records.Count);
        var rest = await new RationaleAnnotator(new ScriptedTeacher(_ => ScriptedTeacher.Reply()), _store, Settings).AnnotateAsync(Questions(20), cancellationToken: Token);
        Assert.Equal((15, 5), (rest.Totals.Done, rest.Totals.Skipped));
    }

    [Fact]
    public async Task Annotate_Concurrency_IsReachedAndNotExceeded()
    {
        var three = new TaskCompletionSource();
        int waiting = 0;
        var teacher = new ScriptedTeacher(async (_, token) =>
        {
            if (Interlocked.Increment(ref waiting) == 3)
                three.SetResult();
            await three.Task.WaitAsync(token);
            return ScriptedTeacher.Reply();
        });

        await new RationaleAnnotator(teacher, _store, Settings with { Concurrency = 3 }).AnnotateAsync(Questions(30), cancellationToken: Token);

        Assert.Equal(3, teacher.MostAtOnce);
    }

    [Theory]
    [InlineData(TeacherFinishReason.Truncated)]
    [InlineData(TeacherFinishReason.Refused)]
    [InlineData(TeacherFinishReason.Empty)]
    public async Task Annotate_UnusableReply_IsStoredWithItsReason(TeacherFinishReason reason)
    {
        var teacher = new ScriptedTeacher(_ => ScriptedTeacher.Reply(null) with { FinishReason = reason });

        var result = await new RationaleAnnotator(teacher, _store, Settings with { RationalizeDisagreements = true }).AnnotateAsync(Questions(1), cancellationToken: Token);

        Assert.Equal(reason, Assert.Single(_store.Records).FinishReason);
        Assert.Equal((1, 1), (result.Totals.Done, result.Totals.Unusable));
    }

    [Fact]
    public async Task Annotate_Disagreement_IsAskedAgainWithTheAnswerAndMarked()
    {
        var questions = Questions(2);
        var teacher = new ScriptedTeacher(request => ScriptedTeacher.Reply(request.RevealAnswer ? null : request.Question.Id == questions[0].Id ? "A" : "B"));

        var result = await new RationaleAnnotator(teacher, _store, Settings with { RationalizeDisagreements = true }).AnnotateAsync(questions, cancellationToken: Token);

        Assert.Equal(2, result.Totals.Done);
        Assert.Equal(
            [(questions[0].Id, false), (questions[1].Id, false), (questions[1].Id, true)],
            _store.Records.Select(record => (record.QuestionId, record.AnswerRevealed)).Order());
    }

    [Fact]
    public async Task Annotate_SecondAskFailed_IsMadeUpForLater()
    {
        var settings = Settings with { RationalizeDisagreements = true };
        var failing = new ScriptedTeacher(request => request.RevealAnswer ? throw new TimeoutException() : ScriptedTeacher.Reply("B"));
        Assert.Single((await new RationaleAnnotator(failing, _store, settings).AnnotateAsync(Questions(1), cancellationToken: Token)).Failures);

        var teacher = new ScriptedTeacher(_ => ScriptedTeacher.Reply(null));
        await new RationaleAnnotator(teacher, _store, settings).AnnotateAsync(Questions(1), cancellationToken: Token);
        await new RationaleAnnotator(teacher, _store, settings).AnnotateAsync(Questions(1), cancellationToken: Token);

        Assert.True(Assert.Single(teacher.Requests).RevealAnswer);
        Assert.Equal([false, true], _store.Records.Select(record => record.AnswerRevealed));
    }

    [Fact]
    public async Task Annotate_RevealWithoutGold_IsAFailureAndAsksNothing()
    {
        var teacher = new ScriptedTeacher(_ => ScriptedTeacher.Reply());

        var result = await new RationaleAnnotator(teacher, _store, Settings with { RevealAnswer = true })
            .AnnotateAsync([Questions(1)[0] with { AnswerLabel = null }], cancellationToken: Token);

        Assert.Contains("no gold answer", Assert.Single(result.Failures).Exception.Message);
        Assert.Empty(teacher.Requests);
    }

    [Fact]
    public async Task Annotate_TeacherUnderAnotherName_KeepsTheReplyAndStops()
    {
        var teacher = new ScriptedTeacher(_ => ScriptedTeacher.Reply());

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            new RationaleAnnotator(teacher, _store, Settings with { Teacher = "other", Concurrency = 1 }).AnnotateAsync(Questions(9), cancellationToken: Token));

        Assert.Contains("'scripted'", error.Message);
        Assert.Equal("scripted", Assert.Single(_store.Records).Teacher);
    }

    [Fact]
    public async Task Annotate_StoreFails_Stops()
    {
        var teacher = new ScriptedTeacher(_ => ScriptedTeacher.Reply());
        var store = new MemoryStore { Failure = new IOException("full") };

        await Assert.ThrowsAsync<IOException>(() => new RationaleAnnotator(teacher, store, Settings with { Concurrency = 1 }).AnnotateAsync(Questions(50), cancellationToken: Token));

        Assert.Single(teacher.Requests);
    }

    [Fact]
    public async Task Annotate_ReplyTooLongForTheStore_FailsAlone()
    {
        using var folder = new TempFolder();
        await using var store = JsonLinesRationaleStore.Open(folder.File("r.jsonl"), Token);
        var questions = Questions(3);
        var teacher = new ScriptedTeacher(request => request.Question.Id == questions[0].Id
            ? ScriptedTeacher.Reply() with { Rationale = new string('x', 2 << 20) }
            : ScriptedTeacher.Reply());

        var result = await new RationaleAnnotator(teacher, store, Settings).AnnotateAsync(questions, cancellationToken: Token);

        Assert.IsType<ArgumentException>(Assert.Single(result.Failures).Exception);
        Assert.Equal(2, store.Count);
    }

    [Fact]
    public async Task Annotate_Progress_CountsUpToTheTotal()
    {
        var reports = new List<AnnotationProgress>();
        var teacher = new ScriptedTeacher(request => request.Question.Stem.Contains('4') ? throw new TimeoutException() : ScriptedTeacher.Reply());
        var questions = Questions(8);

        await new RationaleAnnotator(teacher, _store, Settings).AnnotateAsync([.. questions, questions[0]], new Recorder(reports), Token);

        Assert.Equal(Enumerable.Range(1, 9), reports.Select(report => report.Done + report.Skipped + report.Failed));
        Assert.All(reports, report => Assert.Equal(9, report.Total));
        Assert.Null(reports[0].Remaining);
        Assert.Equal((7, 1, 1, TimeSpan.Zero), (reports[^1].Done, reports[^1].Skipped, reports[^1].Failed, reports[^1].Remaining));
    }

    [Fact]
    public async Task Annotate_UnusableReply_IsAskedForAgainAtMostAsOftenAsSaid()
    {
        var teacher = new ScriptedTeacher(request => request.Question.Id == "q000" || request.Attempt == 0
            ? ScriptedTeacher.Reply(null) with { FinishReason = TeacherFinishReason.NoAnswer }
            : ScriptedTeacher.Reply());

        var result = await new RationaleAnnotator(teacher, _store, Settings with { UnusableRetries = 2 }).AnnotateAsync(Questions(2), cancellationToken: Token);

        Assert.Equal(
            [("q000", 0, TeacherFinishReason.NoAnswer), ("q000", 1, TeacherFinishReason.NoAnswer), ("q000", 2, TeacherFinishReason.NoAnswer), ("q001", 0, TeacherFinishReason.NoAnswer), ("q001", 1, TeacherFinishReason.Complete)],
            _store.Records.Select(record => (record.QuestionId, record.Attempt, record.FinishReason)).Order());
        Assert.Equal((2, 4), (result.Totals.Done, result.Totals.Unusable));
    }

    [Fact]
    public async Task Annotate_MoreRetriesLater_ContinuesWithTheNextAttempt()
    {
        var useless = new ScriptedTeacher(_ => ScriptedTeacher.Reply(null) with { FinishReason = TeacherFinishReason.Empty });
        await new RationaleAnnotator(useless, _store, Settings with { UnusableRetries = 1 }).AnnotateAsync(Questions(1), cancellationToken: Token);
        var teacher = new ScriptedTeacher(_ => ScriptedTeacher.Reply());
        var annotator = new RationaleAnnotator(teacher, _store, Settings with { UnusableRetries = 3 });

        await annotator.AnnotateAsync(Questions(1), cancellationToken: Token);
        await annotator.AnnotateAsync(Questions(1), cancellationToken: Token);

        Assert.Equal(2, Assert.Single(teacher.Requests).Attempt);
        Assert.Equal([0, 1, 2], _store.Records.Select(record => record.Attempt));
    }

    [Fact]
    public async Task Annotate_NoAnswerToTheEnd_IsRationalizedAndSaidSo()
    {
        var teacher = new ScriptedTeacher(request => request.RevealAnswer ? ScriptedTeacher.Reply() : ScriptedTeacher.Reply(null) with { FinishReason = TeacherFinishReason.NoAnswer });

        var result = await new RationaleAnnotator(teacher, _store, Settings with { UnusableRetries = 1, RationalizeDisagreements = true }).AnnotateAsync(Questions(1), cancellationToken: Token);

        Assert.Equal([(0, false, false), (1, false, false), (0, true, true)], _store.Records.Select(record => (record.Attempt, record.AnswerRevealed, record.Rationalized)));
        Assert.Equal(1, result.Totals.Rationalized);
    }

    [Fact]
    public async Task Annotate_RevealedFromTheStart_IsNotCalledRationalized()
    {
        await new RationaleAnnotator(new ScriptedTeacher(_ => ScriptedTeacher.Reply()), _store, Settings with { RevealAnswer = true }).AnnotateAsync(Questions(1), cancellationToken: Token);

        Assert.Equal((true, false), (_store.Records[0].AnswerRevealed, _store.Records[0].Rationalized));
    }

    [Fact]
    public async Task Annotate_ChoicesInAnotherOrder_AsksNothing()
    {
        await new RationaleAnnotator(new ScriptedTeacher(_ => ScriptedTeacher.Reply()), _store, Settings).AnnotateAsync(Questions(3), cancellationToken: Token);
        var teacher = new ScriptedTeacher(_ => ScriptedTeacher.Reply());
        var shuffled = Questions(3).Select(question => new ScienceQuestion(question.Id, question.Stem, [new("1", "no"), new("2", "yes")]) { AnswerLabel = "2" }).ToArray();

        var result = await new RationaleAnnotator(teacher, _store, Settings with { UnusableRetries = 1, RationalizeDisagreements = true }).AnnotateAsync(shuffled, cancellationToken: Token);

        Assert.Empty(teacher.Requests);
        Assert.Equal(3, result.Totals.Skipped);
    }

    [Fact]
    public async Task Annotate_Stopped_KeepsWhatIsUnderWay()
    {
        var both = new TaskCompletionSource[] { new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously) };
        var (stopping, replying) = (new TaskCompletionSource<TeacherReply>(), new TaskCompletionSource<TeacherReply>());
        int asked = 0;
        var teacher = new ScriptedTeacher((_, _) =>
        {
            int number = Interlocked.Increment(ref asked);
            if (number <= 2)
                both[number - 1].SetResult();
            return number == 1 ? stopping.Task : replying.Task;
        });
        var annotating = new RationaleAnnotator(teacher, _store, Settings with { Concurrency = 2 }).AnnotateAsync(Questions(50), cancellationToken: Token);
        await Task.WhenAll(both.Select(call => call.Task));

        // On a thread of the pool what awaits the first goes on within the call that completes it, so the other's reply comes after the stop.
        await Task.Run(
            () =>
            {
                stopping.SetException(new TeacherStoppedException("enough"));
                replying.SetResult(ScriptedTeacher.Reply());
            },
            Token);
        var result = await annotating;

        Assert.Equal("enough", result.StoppedBy!.Message);
        Assert.True(result.IsStoppedEarly);
        Assert.Empty(result.Failures);
        Assert.Equal(teacher.Requests.Count - 1, _store.Records.Count);
        Assert.InRange(_store.Records.Count, 1, 48);
    }

    [Fact]
    public async Task Annotate_CancelledWithGrace_KeepsWhatComesInTime()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var time = new FakeTimeProvider();
        var early = new TaskCompletionSource();
        int asked = 0;
        var both = new TaskCompletionSource();
        var teacher = new ScriptedTeacher(async (request, token) =>
        {
            if (Interlocked.Increment(ref asked) == 2)
                both.SetResult();
            await (request.Question.Id == "q000" ? early.Task : Task.Delay(Timeout.Infinite, token));
            return ScriptedTeacher.Reply();
        });
        var annotating = new RationaleAnnotator(teacher, _store, Settings with { Concurrency = 2, CancellationGrace = TimeSpan.FromSeconds(30) }, time)
            .AnnotateAsync(Questions(9), cancellationToken: cancel.Token);
        await both.Task;

        await cancel.CancelAsync();
        early.SetResult();
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(annotating.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => annotating);
        Assert.Equal("q000", Assert.Single(_store.Records).QuestionId);
        Assert.Equal(2, teacher.Requests.Count);
    }

    [Fact]
    public async Task Annotate_Prices_GiveTheCost()
    {
        var teacher = new ScriptedTeacher(_ => ScriptedTeacher.Reply() with { Model = "m-2026" });
        var settings = Settings with { Prices = new Dictionary<string, ModelPrice> { ["m"] = new(1_000, 2_000) } };

        Assert.Equal(0.06m, (await new RationaleAnnotator(teacher, _store, settings).AnnotateAsync(Questions(3), cancellationToken: Token)).Totals.Cost);
        Assert.Null((await new RationaleAnnotator(teacher, _store, Settings).AnnotateAsync(Questions(3), cancellationToken: Token)).Totals.Cost);
    }

    [Fact]
    public void Settings_NotPositive_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Settings with { Concurrency = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Settings with { SamplesPerQuestion = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Settings with { MaxFailures = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Settings with { UnusableRetries = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Settings with { CancellationGrace = TimeSpan.FromSeconds(-1) });
    }

    /// <summary>Questions whose right answer is A, "yes".</summary>
    private static ScienceQuestion[] Questions(int count) =>
        [.. Enumerable.Range(0, count).Select(i => ScienceQuestion.Create($"Is fact {i} true?", "yes", "no") with { Id = $"q{i:d3}", AnswerLabel = "A" })];

    private sealed class Recorder(List<AnnotationProgress> reports) : IProgress<AnnotationProgress>
    {
        public void Report(AnnotationProgress value) => reports.Add(value);
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
