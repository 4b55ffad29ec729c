using SciCoT.Models;

namespace SciCoT.Students;

/// <summary>Loads the model of a checkpoint folder for the device that is asked for.</summary>
internal static class StudentModels
{
    /// <exception cref="SciCoTException">The device is another than the CPU, and the package that computes there is not referenced.</exception>
    public static ISequenceModel Load(string directory, ModelLoadOptions options)
    {
        if (options.Device.Split(':')[0].Equals("cpu", StringComparison.OrdinalIgnoreCase))
            return T5InferenceModel.Load(directory, options.WeightFormat, options.AllowPickle);

        // Only TorchSharp computes elsewhere. It lies in a package above this one, which a program may have or not.
        var loader = (IDeviceModels?)(Type.GetType("SciCoT.Models.TorchDeviceModels, SciCoT") is { } type ? Activator.CreateInstance(type) : null)
            ?? throw new SciCoTException($"The device '{options.Device}' needs the package SciCoT with TorchSharp and a backend for it; this program has SciCoT.Runtime alone, which computes on the CPU. Reference SciCoT, or set the device to cpu.");
        return loader.Load(directory, options.Device, options.WeightFormat, options.AllowPickle);
    }
}
