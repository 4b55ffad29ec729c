using SciCoT.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>Random weights with the standard deviations of Hugging Face's <c>T5PreTrainedModel</c>.</summary>
internal static class T5Initializer
{
    public static void Initialize(T5Model model, long seed)
    {
        using var generator = new Generator((ulong)seed, CPU);
        using var _ = no_grad();
        var config = model.Config;
        double factor = config.InitializerFactor;
        double fromModel = factor * Math.Pow(config.ModelSize, -0.5);

        foreach (var (name, parameter) in model.named_parameters())
        {
            var part = name.EndsWith(".weight", StringComparison.Ordinal) ? name[..^".weight".Length] : name;
            part = part[(part.LastIndexOf('.') + 1)..];
            switch (part)
            {
                case "layer_norm" or "final_layer_norm":
                    parameter.fill_(KeptScalar.Of(factor));
                    break;
                case "shared" or "lm_head":
                    Normal(parameter, factor);
                    break;
                // The missing scaling of the attention scores is made up for here.
                case "q":
                    Normal(parameter, factor * Math.Pow((double)config.ModelSize * config.HeadSize, -0.5));
                    break;
                case "k" or "v" or "wi" or "wi_0" or "wi_1" or "relative_attention_bias":
                    Normal(parameter, fromModel);
                    break;
                case "o":
                    Normal(parameter, factor * Math.Pow(config.InnerSize, -0.5));
                    break;
                case "wo":
                    Normal(parameter, factor * Math.Pow(config.FeedForwardSize, -0.5));
                    break;
                default:
                    throw new InvalidOperationException($"No initialisation is known for '{name}'.");
            }
        }

        void Normal(Parameter parameter, double deviation) => parameter.normal_(0, deviation, generator);
    }
}
