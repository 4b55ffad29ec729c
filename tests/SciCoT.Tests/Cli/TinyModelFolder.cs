using SciCoT.Models;
using SciCoT.Questions;
using SciCoT.Students;
using SciCoT.Testing;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Cli;

/// <summary>A model folder with two untrained students that cost nothing, and questions for them.</summary>
public sealed class TinyModelFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    public TinyModelFolder()
    {
        foreach (var (name, seed) in new[] { (SciCoTModelFolder.RationaleStudent, 1L), (SciCoTModelFolder.AnswerStudent, 2L) })
        {
            var student = _folder.File(name);
            var tokenizer = T5Tokenizer.Load(MiniScience.WriteTokenizer(student));
            using var model = new T5Model(MiniScienceRecipe.Shape(tokenizer) with { ModelSize = 16, HeadSize = 8, Heads = 2, FeedForwardSize = 32, EncoderLayers = 1, DecoderLayers = 1 }, seed);
            model.Save(student);
        }

        SciCoTModelFolder.WriteManifest(_folder.Path, new SciCoTManifest { Base = "random weights", MaxSourceTokens = 128, MaxRationaleTokens = 6 });
        Questions = [.. MiniScience.Create(seed: 3).Test.Take(5)];
        QuestionPath = _folder.File("questions.jsonl");
        QuestionFile.Write(QuestionPath, Questions);
    }

    public string Path => _folder.Path;

    public string QuestionPath { get; }

    public IReadOnlyList<ScienceQuestion> Questions { get; }

    public string File(string name) => _folder.File(name);

    public void Dispose() => _folder.Dispose();
}
