using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>Models on the devices that TorchSharp knows; found by its name.</summary>
internal sealed class TorchDeviceModels : IDeviceModels
{
    public ISequenceModel Load(string directory, string device, WeightFormat format, bool allowPickle)
    {
        var precision = format switch
        {
            WeightFormat.Float32 => ScalarType.Float32,
            WeightFormat.BFloat16 => ScalarType.BFloat16,
            _ => throw new SciCoTException($"{format} weights are for the CPU; on the device '{device}' take {WeightFormat.Float32} or {WeightFormat.BFloat16}."),
        };

        // TorchBackend's messages help; those of TorchSharp's own search do not.
        return T5Model.Load(directory, TorchBackend.Device(device), precision, allowPickle);
    }
}
