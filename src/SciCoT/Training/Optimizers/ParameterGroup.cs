using SciCoT.Models;
using static TorchSharp.torch;

namespace SciCoT.Training.Optimizers;

/// <summary>Parameters that are updated in the same way.</summary>
/// <param name="Names">The parameters' names in the model.</param>
/// <param name="Parameters">The parameters; the model owns them.</param>
/// <param name="WeightDecay">Share of each weight that an update takes away, per unit of learning rate.</param>
public sealed record ParameterGroup(string[] Names, Tensor[] Parameters, double WeightDecay)
{
    /// <summary>All parameters of a model that learn; those that are exempt from the decay have a group of their own.</summary>
    internal static IReadOnlyList<ParameterGroup> Of(T5Model model, double weightDecay, bool decayNorms, bool decayPositionBias)
    {
        var named = model.TrainedParameters().Where(p => p.parameter.requires_grad).ToArray();
        if (weightDecay == 0 || (decayNorms && decayPositionBias))
            return [Group(named, weightDecay)];

        ParameterGroup[] groups =
        [
            Group(named.Where(Decays), weightDecay),
            Group(named.Where(p => !Decays(p)), 0),
        ];
        return [.. groups.Where(group => group.Parameters.Length > 0)]; // an adapter has matrices only

        bool Decays((string name, TorchSharp.Modules.Parameter parameter) p) =>
            p.parameter.dim() <= 1 ? decayNorms : decayPositionBias || !p.name.EndsWith(".relative_attention_bias.weight", StringComparison.Ordinal);

        static ParameterGroup Group(IEnumerable<(string name, TorchSharp.Modules.Parameter parameter)> parameters, double decay) =>
            new([.. parameters.Select(p => p.name)], [.. parameters.Select(p => p.parameter)], decay);
    }
}
