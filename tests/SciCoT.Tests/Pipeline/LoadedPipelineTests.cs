using SciCoT.Students;
using SciCoT.Tests.Cli;

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

    [Fact]
    public void MissingFolder_IsToldAsSuch() =>
        Assert.Contains("there is no such model folder", Assert.Throws<MissingFileException>(() => SciCoTPipeline.Load(model.File("nowhere"))).Message);
}
