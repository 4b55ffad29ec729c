using SciCoT.Compute;
using static TorchSharp.torch;

namespace SciCoT.Models.Layers;

/// <summary>Dropout that costs nothing when there is nothing to drop.</summary>
internal static class T5Dropout
{
    public static Tensor Apply(Tensor x, double rate, bool training) =>
        training && rate > 0 ? x * DropoutMask.Draw(x, rate) : x;
}
