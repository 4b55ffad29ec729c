using SciCoT.Distillation;
using SciCoT.Evaluation;
using SciCoT.Rationales;
using SciCoT.Teaching;

namespace SciCoT.Reproduction;

/// <summary>What a recipe names as <c>parts</c>: data, base and teacher that are made, not fetched or asked. A host brings them.</summary>
internal interface IRecipeParts
{
    /// <summary>The questions, with their groups and the rationales of test questions where they are known.</summary>
    DistillationData Data { get; }

    /// <summary>Who explains them.</summary>
    IRecipeTeacher Teacher { get; }

    /// <summary>The questions whose answers go together in intervals; <see langword="null"/> for each by itself.</summary>
    Func<ScienceQuestion, string>? Cluster { get; }

    /// <summary>The fields by which accuracy is broken down.</summary>
    IReadOnlyList<SubsetField> Subsets { get; }

    /// <summary>What students start from.</summary>
    /// <param name="folder">A folder for its files.</param>
    StudentBase CreateBase(string folder);
}

/// <summary>Who writes a recipe's rationales into a store.</summary>
/// <remarks>One that asks call by call and one that sends batches differ here alone: what the store has is not asked for again.</remarks>
internal interface IRecipeTeacher
{
    /// <summary>The name in its records.</summary>
    string Name { get; }

    /// <summary>Asks for what the store lacks.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="store">The store.</param>
    /// <param name="progress">Told of every reply.</param>
    /// <param name="cancellationToken">Stops asking; what came in until then is stored.</param>
    Task<AnnotationResult> AnnotateAsync(IReadOnlyList<ScienceQuestion> questions, IRationaleStore store, IProgress<AnnotationProgress>? progress, CancellationToken cancellationToken);
}
