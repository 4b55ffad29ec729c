namespace SciCoT.Models;

/// <summary>Models on the devices that TorchSharp knows; found by its name.</summary>
internal sealed class TorchDeviceModels : IDeviceModels
{
    // TorchBackend's messages help; those of TorchSharp's own search do not.
    public ISequenceModel Load(string directory, string device, WeightFormat format, bool allowPickle) =>
        T5Model.Load(directory, TorchBackend.Device(device), weightFormat: format, allowPickle: allowPickle);
}
