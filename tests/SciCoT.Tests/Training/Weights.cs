using SciCoT.Models;
using TorchSharp;

namespace SciCoT.Tests.Training;

/// <summary>A model's weights as bytes, for comparison bit for bit.</summary>
internal static class Weights
{
    public static byte[] Of(T5Model model, string name) => model.get_parameter(name)!.bytes.ToArray();

    public static byte[] Of(T5Model model) => [.. model.named_parameters().SelectMany(p => p.parameter.bytes.ToArray())];
}
