using TorchSharp;

namespace SciCoT.Models;

/// <summary>Models on the devices that TorchSharp knows; found by its name.</summary>
internal sealed class TorchDeviceModels : IDeviceModels
{
    public ISequenceModel Load(string directory, string device, WeightFormat format, bool allowPickle)
    {
        TorchBackend.EnsureLoaded(); // its message helps; TorchSharp's own search does not
        return T5Model.Load(directory, torch.device(device), weightFormat: format, allowPickle: allowPickle);
    }
}
