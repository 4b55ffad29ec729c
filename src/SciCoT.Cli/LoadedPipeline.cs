using SciCoT.Students;
using TorchSharp;

namespace SciCoT.Cli;

/// <summary>A pipeline over a model folder, with the students it owns.</summary>
internal sealed class LoadedPipeline : IDisposable
{
    private readonly T5RationaleStudent _rationaleStudent;
    private readonly T5AnswerStudent _answerStudent;

    public LoadedPipeline(string directory, string device, int batchSize, int? maxRationaleTokens)
    {
        var place = torch.device(device);
        _rationaleStudent = SciCoTModelFolder.LoadRationaleStudent(directory, maxRationaleTokens, batchSize, place);
        _answerStudent = SciCoTModelFolder.LoadAnswerStudent(directory, batchSize, place);
        Pipeline = new SciCoTPipeline(_rationaleStudent, _answerStudent, batchSize);
    }

    public ISciCoTPipeline Pipeline { get; }

    public void Dispose()
    {
        _rationaleStudent.Dispose();
        _answerStudent.Dispose();
    }
}
