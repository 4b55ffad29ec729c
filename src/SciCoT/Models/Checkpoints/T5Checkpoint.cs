using static TorchSharp.torch;
namespace SciCoT.Models.Checkpoints;
internal static class T5Checkpoint
{
    public static T5Model Load(string directory, Device? device, ScalarType? dtype) => throw new NotSupportedException();
    public static void Save(T5Model model, string directory) => throw new NotSupportedException();
}
