namespace SciCoT.Models;

/// <summary>Loads models for other devices than the CPU.</summary>
internal interface IDeviceModels
{
    ISequenceModel Load(string directory, string device, WeightFormat format, bool allowPickle);
}
