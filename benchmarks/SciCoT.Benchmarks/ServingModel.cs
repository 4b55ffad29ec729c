using SciCoT.Generation;
using SciCoT.Models;
using SciCoT.Students;
using SciCoT.Testing;
using SciCoT.Tokenization;

namespace SciCoT.Benchmarks;

/// <summary>A pipeline to be measured: trained students from a folder, or a shape with random weights and rationales of fixed length.</summary>
internal sealed class ServingModel : IDisposable
{
    private const int NewTokens = 40;

    private readonly T5RationaleStudent _rationaleStudent;
    private readonly T5AnswerStudent _answerStudent;

    /// <param name="model">A model folder, or <c>tiny</c>, or <c>flan-t5-small</c>.</param>
    public ServingModel(string model)
    {
        if (model is "tiny" or "flan-t5-small")
        {
            var folder = Directory.CreateTempSubdirectory("scicot-serving-").FullName;
            var tokenizer = T5Tokenizer.Load(MiniScience.WriteTokenizer(folder));
            Directory.Delete(folder, recursive: true);
            var config = model == "tiny" ? MiniScienceRecipe.Shape(tokenizer) : ModelShapes.FlanSmall;
            _rationaleStudent = new(new(new T5Model(config, seed: 1), tokenizer), new GenerationOptions { MaxNewTokens = NewTokens, MinNewTokens = NewTokens });
            _answerStudent = new(new(new T5Model(config, seed: 2), tokenizer));
        }
        else
        {
            _rationaleStudent = SciCoTModelFolder.LoadRationaleStudent(model);
            _answerStudent = SciCoTModelFolder.LoadAnswerStudent(model);
        }

        Pipeline = new SciCoTPipeline(_rationaleStudent, _answerStudent);
    }

    public SciCoTPipeline Pipeline { get; }

    /// <summary>So many questions of the mini data set, over again where it has fewer.</summary>
    public static IEnumerable<ScienceQuestion> Questions(int count)
    {
        var questions = MiniScience.Create().Test;
        return Enumerable.Range(0, count).Select(i => questions[i % questions.Count]);
    }

    public void Dispose()
    {
        _rationaleStudent.Dispose();
        _answerStudent.Dispose();
    }
}
