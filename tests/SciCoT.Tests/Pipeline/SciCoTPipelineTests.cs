namespace SciCoT.Tests.Pipeline;

public class SciCoTPipelineTests
{
    private readonly EchoRationaleStudent _rationaleStudent = new();
    private readonly SciCoTPipeline _pipeline;

    public SciCoTPipelineTests() => _pipeline = new SciCoTPipeline(_rationaleStudent, new MentionAnswerStudent(), batchSize: 4);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnswerAsync_Text_IsParsedExplainedAndAnswered()
    {
        var answer = await _pipeline.AnswerAsync("Does copper conduct? (A) rubber (B) copper", Token);

        Assert.Equal(("B", "copper"), (answer.Label, answer.Text));
        Assert.Equal(["About: Does copper conduct?"], answer.Rationales);
        Assert.Equal([0.0, 1.0], answer.Choices.Select(choice => choice.Probability));
        Assert.Equal(["rubber", "copper"], answer.Choices.Select(choice => choice.Choice.Text));
    }

    [Fact]
    public async Task AnswerAsync_OpenQuestion_HasTextButNoLabel()
    {
        var answer = await _pipeline.AnswerAsync("Why does iron rust?", Token);

        Assert.Null(answer.Label);
        Assert.Equal("About: Why does iron rust?", answer.Text);
        Assert.Empty(answer.Choices);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(23)]
    public async Task AnswerManyAsync_AnyNumber_AnswersInOrderInBatches(int count)
    {
        var questions = Enumerable.Range(0, count).Select(i => ScienceQuestion.Create($"Is it {i % 3}?", "0", "1", "2") with { Id = $"q{i}" }).ToArray();

        var answers = await _pipeline.AnswerManyAsync(questions.ToAsyncEnumerable(), Token).ToArrayAsync(Token);

        Assert.Equal(questions.Select(q => q.Id), answers.Select(a => a.Question.Id));
        Assert.Equal(questions.Select((_, i) => $"{i % 3}"), answers.Select(a => a.Text));
        Assert.All(_rationaleStudent.BatchSizes, size => Assert.InRange(size, 1, 4));
    }

    [Fact]
    public async Task AnswerManyAsync_SourceFails_AnswersWhatCameAndThenThrows()
    {
        var answered = 0;
        var exception = await Assert.ThrowsAsync<InvalidFileException>(async () =>
        {
            await foreach (var _ in _pipeline.AnswerManyAsync(Failing(), Token))
                answered++;
        });

        Assert.Equal("broken line", exception.Message);
        Assert.Equal(3, answered);

        static async IAsyncEnumerable<ScienceQuestion> Failing()
        {
            for (int i = 0; i < 3; i++)
            {
                await Task.Yield();
                yield return ScienceQuestion.Create($"Number {i}?", "x", "y");
            }

            throw new InvalidFileException("broken line");
        }
    }

    [Fact]
    public async Task AnswerManyAsync_EndlessSource_IsReadOnlyAsFarAsIsAnswered()
    {
        int read = 0;

        var first = await _pipeline.AnswerManyAsync(Endless(), Token).Take(5).ToArrayAsync(Token);

        Assert.Equal(5, first.Length);
        Assert.InRange(read, 5, 5 + 4 + 2 * 4 + 1);

        async IAsyncEnumerable<ScienceQuestion> Endless()
        {
            while (true)
            {
                await Task.Yield();
                yield return ScienceQuestion.Create($"Number {read++}?", "x", "y");
            }
        }
    }

    [Fact]
    public async Task AnswerManyAsync_Cancelled_Throws()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await _pipeline.AnswerManyAsync(new[] { ScienceQuestion.Create("Is it?", "x", "y") }.ToAsyncEnumerable(), cancelled.Token).ToArrayAsync(Token));
    }

    [Theory]
    [InlineData(false)] // a source that never gives a question and ignores its token
    [InlineData(true)] // one that blocks the thread that asks it, as a console does
    public async Task AnswerManyAsync_SourceIgnoresItsToken_CancellationEndsTheCall(bool blocking)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var never = new ManualResetEventSlim();
        var forever = new TaskCompletionSource();

        var answers = new List<Answer>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var answer in _pipeline.AnswerManyAsync(OneThenNone(), cancellation.Token))
            {
                answers.Add(answer);
                await cancellation.CancelAsync();
            }
        });

        Assert.Single(answers);
        never.Set();
        forever.SetResult();

        async IAsyncEnumerable<ScienceQuestion> OneThenNone()
        {
            await Task.CompletedTask;
            yield return ScienceQuestion.Create("First?", "x", "y");
            if (blocking)
                never.Wait(CancellationToken.None);
            else
                await forever.Task;
        }
    }

    [Fact]
    public async Task AnswerManyAsync_CallerLeavesEarly_SourceIsDisposedFirst()
    {
        bool disposed = false;

        await foreach (var _ in _pipeline.AnswerManyAsync(Endless(Token), Token))
            break;

        Assert.True(disposed);

        async IAsyncEnumerable<ScienceQuestion> Endless([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            try
            {
                for (int i = 0; ; i++)
                {
                    await Task.Delay(1, cancellationToken);
                    yield return ScienceQuestion.Create($"Number {i}?", "x", "y");
                }
            }
            finally
            {
                disposed = true;
            }
        }
    }

    [Fact]
    public async Task StreamAsync_Question_YieldsTheRationaleThenTheAnswer()
    {
        var question = ScienceQuestion.Create("Does copper conduct?", "rubber", "copper");

        var updates = await _pipeline.StreamAsync(question, Token).ToArrayAsync(Token);

        Assert.Equal("About: Does copper conduct?", string.Concat(updates.Select(update => update.RationaleText)));
        Assert.All(updates[..^1], update => Assert.Null(update.Answer));
        Assert.Equal("copper", updates[^1].Answer!.Text);
        Assert.Null(updates[^1].RationaleText);
    }
}
