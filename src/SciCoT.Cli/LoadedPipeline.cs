using System.Globalization;
using SciCoT.Students;
using SciCoT.Tokenization;

namespace SciCoT.Cli;

/// <summary>A pipeline over a model folder, with the students it owns.</summary>
internal sealed class LoadedPipeline : IDisposable
{
    private readonly string _directory;
    private readonly T5RationaleStudent _rationaleStudent;
    private readonly T5AnswerStudent _answerStudent;
    private readonly Lazy<T5Tokenizer> _tokenizer;

    public LoadedPipeline(string directory, string device, int batchSize, int? maxRationaleTokens, bool allowPickle)
    {
        var options = new ModelLoadOptions { BatchSize = batchSize, Device = device, AllowPickle = allowPickle };
        _directory = directory;
        _rationaleStudent = SciCoTModelFolder.LoadRationaleStudent(directory, maxRationaleTokens, options);
        _answerStudent = SciCoTModelFolder.LoadAnswerStudent(directory, options);
        _tokenizer = new(() => T5Tokenizer.Load(Path.Combine(directory, SciCoTModelFolder.RationaleStudent)));
        Pipeline = new SciCoTPipeline(_rationaleStudent, _answerStudent, batchSize);
    }

    public ISciCoTPipeline Pipeline { get; }

    public IAnswerStudent AnswerStudent => _answerStudent;

    /// <summary>The folder's name.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(_directory)));

    /// <summary>What the students started from.</summary>
    public string Base => SciCoTModelFolder.ReadManifest(_directory).Base;

    /// <summary>How many tokens of the rationale student a text has.</summary>
    public int CountTokens(string text) => _tokenizer.Value.EncodeToIds(text).Count;

    /// <summary>How many questions were shortened, for people.</summary>
    public string Shortened(int questions) => string.Create(
        CultureInfo.InvariantCulture,
        $"{questions} question{(questions == 1 ? " was" : "s were")} longer than the {SciCoTModelFolder.ReadManifest(_directory).MaxSourceTokens} tokens that the model reads, with choices and rationale: the end of the context, then the beginning of the stem was left out; where the rationale or the choices are too long by themselves, their end.");

    public void Dispose()
    {
        _rationaleStudent.Dispose();
        _answerStudent.Dispose();
    }
}
