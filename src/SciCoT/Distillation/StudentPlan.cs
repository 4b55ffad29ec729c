using System.Text.Json.Nodes;
using SciCoT.Models;
using SciCoT.Students;
using SciCoT.Training;
using SciCoT.Training.Plans;

namespace SciCoT.Distillation;

/// <summary>A student's base, training options and limits.</summary>
/// <param name="Base">What it starts from.</param>
/// <param name="Training">How it is trained.</param>
/// <include file="Examples.xml" path="examples/StudentPlan/example"/>
public sealed record StudentPlan(StudentBase Base, TrainingOptions Training)
{
    /// <summary>Longer sources are cut and counted, in tokens with eos.</summary>
    /// <value>The default is 512.</value>
    public int MaxSourceTokens { get; init; } = T5TextModel.DefaultMaxSourceTokens;

    /// <summary>Longer targets are cut and counted, in tokens with eos.</summary>
    /// <value>The default is 160.</value>
    public int MaxTargetTokens { get; init; } = T5RationaleStudent.DefaultMaxRationaleTokens;

    /// <summary>The low-rank adapter that learns in place of all weights. The student's folder then holds the merged model, and the adapter in <c>adapter/</c> in PEFT's layout.</summary>
    /// <value>The default is <see langword="null"/>: all weights learn.</value>
    public LoraConfig? Lora { get; init; }

    /// <summary>
    /// How many of the validation questions the student is put to work on each time that the validation loss is taken: a rationale
    /// student writes (<c>rouge-l</c>), all others answer (<c>accuracy</c>). <see cref="TrainingOptions.BestMetric"/> may name that
    /// measure: then it decides which weights are kept, and when training stops early. Writing takes much longer than the loss.
    /// </summary>
    /// <value>The default is 0: the validation loss alone.</value>
    public int EvaluatedQuestions { get; init; }

    /// <summary>Checks the values.</summary>
    /// <param name="metric">What such a student is measured by.</param>
    /// <exception cref="ArgumentException">A value is out of range; the message names the property.</exception>
    internal void Validate(string metric)
    {
        Training.Validate();
        if (EvaluatedQuestions < 0)
            throw new ArgumentException($"{nameof(StudentPlan)}.{nameof(EvaluatedQuestions)} must be at least 0; got {EvaluatedQuestions}.", nameof(EvaluatedQuestions));
        if (Training.BestMetric is not { } best)
            return;
        if (best != metric)
            throw new ArgumentException($"{nameof(TrainingOptions)}.{nameof(TrainingOptions.BestMetric)} is '{best}'; such a student is measured by '{metric}', or by its validation loss without a name.", nameof(TrainingOptions.BestMetric));
        if (EvaluatedQuestions == 0)
            throw new ArgumentException($"{nameof(TrainingOptions)}.{nameof(TrainingOptions.BestMetric)} is '{best}', but {nameof(StudentPlan)}.{nameof(EvaluatedQuestions)} is 0; give the number of validation questions to measure it on, for example 200.", nameof(EvaluatedQuestions));
    }

    /// <summary>The plan under which an earlier version's work goes on: see <see cref="LaterOptions"/>.</summary>
    /// <param name="begun">The plan of a run or study.</param>
    /// <param name="name">The student's member in it.</param>
    internal StudentPlan AsBegun(JsonObject? begun, string name) => this with { Training = LaterOptions.AsBegun(begun?[name]?["training"] as JsonObject, Training) };

    /// <summary>The plan with other seeds for random weights and for the order of the examples.</summary>
    internal StudentPlan WithSeed(long seed) => this with { Base = Base.WithSeed(seed), Training = Training with { Seed = seed } };
}
