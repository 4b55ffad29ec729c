using SciCoT.Evaluation;
using SciCoT.Harness;
using SciCoT.IO;
using SciCoT.Prompting;
using SciCoT.Students;

namespace SciCoT.Reproduction;

/// <summary>Measures the base as it is, with solved examples in front of each question, as lm-evaluation-harness does.</summary>
/// <param name="task">How the questions are laid out.</param>
/// <param name="name">The base's name.</param>
/// <param name="directory">Its folder.</param>
/// <param name="folder">The reproduction's files.</param>
internal sealed class BaseStage(HarnessTask task, string name, string directory, ReproductionFolder folder)
{
    /// <summary>Measures what is not measured yet.</summary>
    /// <param name="shots">Numbers of examples.</param>
    /// <param name="examples">The questions that they are drawn from, in their file's order.</param>
    /// <param name="test">The questions.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="progress">Told how many are done.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public async Task<IReadOnlyList<SystemResult>> RunAsync(
        IReadOnlyList<int> shots, IReadOnlyList<ScienceQuestion> examples, IReadOnlyList<ScienceQuestion> test, string device, IProgress<ReproductionProgress>? progress, CancellationToken cancellationToken)
    {
        var results = new List<SystemResult>();
        foreach (int count in shots)
        {
            var path = folder.Shots(count);
            if (!File.Exists(path))
            {
                using var model = T5TextModel.Load(directory, options: new() { Device = device });
                var outcomes = await HarnessEvaluator.EvaluateAsync(
                    model.Model,
                    model.Tokenizer,
                    task,
                    test,
                    new(count, examples),
                    progress: new SynchronousProgress<int>(done => progress?.Report(new(NameOf(count), done, test.Count))),
                    cancellationToken: cancellationToken).ConfigureAwait(false);
                PredictionFile.Write(path, [new SystemResult { System = NameOf(count), Outcomes = outcomes }]);
            }

            results.Add(PredictionFile.Read(path, test).Single() with { Base = name });
        }

        return results;
    }

    private string NameOf(int count) => FormattableString.Invariant($"{name}, {count}-shot");
}
