using SciCoT.Students;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Pipeline;

/// <summary>A pipeline that is loaded from a folder owns its students.</summary>
public sealed class LoadedPipelineTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LoadedPipeline_AnswersAsItsStudents_AndFreesThem()
    {
        using var rationaleStudent = SciCoTModelFolder.LoadRationaleStudent(model.Path);
        using var answerStudent = SciCoTModelFolder.LoadAnswerStudent(model.Path);
        var expected = await new SciCoTPipeline(rationaleStudent, answerStudent).AnswerAsync(model.Questions[0], Token);

        var pipeline = SciCoTPipeline.Load(model.Path);
        var answer = await pipeline.AnswerAsync(model.Questions[0], Token);
        pipeline.Dispose();

        Assert.Equal((expected.Label, expected.Confidence, expected.Rationales[0]), (answer.Label, answer.Confidence, answer.Rationales[0]));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pipeline.AnswerAsync(model.Questions[0], Token));
    }

    /// <summary>Callers hold the pipeline; which model inside it refuses first is none of their business.</summary>
    [Fact]
    public async Task DisposedPipelineOrStudent_IsNamedAsThePipeline()
    {
        var loaded = SciCoTPipeline.Load(model.Path);
        await using var answers = loaded.AnswerManyAsync(Endless().ToAsyncEnumerable(), Token).GetAsyncEnumerator(Token);
        Assert.True(await answers.MoveNextAsync());
        loaded.Dispose();
        using var rationaleStudent = SciCoTModelFolder.LoadRationaleStudent(model.Path);
        var answerStudent = SciCoTModelFolder.LoadAnswerStudent(model.Path);
        var given = new SciCoTPipeline(rationaleStudent, answerStudent);
        answerStudent.Dispose();

        var midway = await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
        {
            while (await answers.MoveNextAsync())
            {
            }
        });
        var whole = await Assert.ThrowsAsync<ObjectDisposedException>(() => given.AnswerAsync(model.Questions[0], Token));
        var stream = await Assert.ThrowsAsync<ObjectDisposedException>(async () => await given.StreamAsync(model.Questions[0], Token).ToArrayAsync(Token));

        Assert.All([midway, whole, stream], e => Assert.Equal(typeof(SciCoTPipeline).FullName, e.ObjectName));
        Assert.Contains("pipeline is disposed of", midway.Message);
        Assert.Contains("student", whole.Message);

        IEnumerable<ScienceQuestion> Endless()
        {
            while (true)
                yield return model.Questions[0];
        }
    }

    [Fact]
    public async Task PipelineOfStudents_DoesNotFreeThem()
    {
        using var rationaleStudent = SciCoTModelFolder.LoadRationaleStudent(model.Path);
        using var answerStudent = SciCoTModelFolder.LoadAnswerStudent(model.Path);

        await using (new SciCoTPipeline(rationaleStudent, answerStudent))
        {
        }

        Assert.Single(await rationaleStudent.ExplainAsync([model.Questions[0]], Token));
    }

    [Theory]
    [InlineData("nowhere", "nowhere: there is no such model folder")]
    [InlineData("scicot.json", "scicot.json is a file")]
    [InlineData("answer-student", "answer-student has no scicot.json; a distillation run writes it when its students are trained. Did you mean {0}?")]
    [InlineData("..", "Did you mean {0}?")]
    public void OtherFolder_IsToldAsSuch(string folder, string message)
    {
        using var above = new TempFolder();
        var path = above.File("model");
        Directory.CreateSymbolicLink(path, model.Path);

        var error = Assert.Throws<MissingFileException>(() => SciCoTPipeline.Load(Path.Combine(path, folder)));

        Assert.Contains(string.Format(System.Globalization.CultureInfo.InvariantCulture, message, path), error.Message);
    }

    [Fact]
    public void MisspeltDevice_IsToldAsSuch() =>
        Assert.Contains("must be cpu, cuda, cuda:N or mps; got 'cude'", Assert.Throws<SciCoTException>(() => SciCoTPipeline.Load(model.Path, new ModelLoadOptions { Device = "cude" })).Message);
}
