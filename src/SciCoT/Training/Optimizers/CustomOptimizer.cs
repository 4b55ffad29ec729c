using SciCoT.Training.Optimizers;

namespace SciCoT.Training;

/// <summary>An optimizer that the library does not have.</summary>
/// <param name="Name">Its name with its settings, such as <c>lion 0.9 0.99</c>: plans keep it, so that no other optimizer continues a checkpoint.</param>
/// <param name="Create">Makes it for the parameters that learn; the training disposes of it.</param>
/// <include file="Examples.xml" path="examples/CustomOptimizer/example"/>
public sealed record CustomOptimizer(string Name, Func<IReadOnlyList<ParameterGroup>, IOptimizer> Create);
