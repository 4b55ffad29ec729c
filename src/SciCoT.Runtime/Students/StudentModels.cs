using SciCoT.IO;
using SciCoT.Models;
using SciCoT.Models.T5;
using SciCoT.Tokenization;

namespace SciCoT.Students;

/// <summary>Loads the model of a checkpoint folder for the device that is asked for.</summary>
internal static class StudentModels
{
    /// <exception cref="SciCoTException">The device is another than the CPU, and the package that computes there is not referenced.</exception>
    public static ISequenceModel Load(string directory, ModelLoadOptions options)
    {
        if (!DeviceNames.IsKnown(options.Device))
            throw new SciCoTException($"The device must be {DeviceNames.Expected}; got '{options.Device}'.");
        if (options.Device.Split(':')[0].Equals("cpu", StringComparison.OrdinalIgnoreCase))
            return T5InferenceModel.Load(directory, options.WeightFormat, options.AllowPickle);

        // Only TorchSharp computes elsewhere. It lies in a package above this one, which a program may have or not.
        var loader = (IDeviceModels?)(Type.GetType("SciCoT.Models.TorchDeviceModels, SciCoT") is { } type ? Activator.CreateInstance(type) : null)
            ?? throw new SciCoTException($"The device '{options.Device}' needs the package SciCoT with TorchSharp and a backend for it; this program has SciCoT.Runtime alone, which computes on the CPU. Reference SciCoT, or set the device to cpu.");
        return loader.Load(directory, options.Device, options.WeightFormat, options.AllowPickle);
    }

    /// <summary>Writes a checkpoint folder and its tokenizer once more, with the weights in another format.</summary>
    /// <exception cref="SciCoTException">The weights are stored in a narrower format already.</exception>
    public static void Export(string directory, string target, WeightFormat format, bool allowPickle)
    {
        var tokenizer = T5Tokenizer.Load(directory);
        using var model = T5InferenceModel.Load(directory, format, allowPickle);
        if (model.WeightFormat != format)
            throw new SciCoTException($"{directory}: the weights are stored rounded to {WeightMemory.NameOf(model.WeightFormat)} and cannot be exported as {WeightMemory.NameOf(format)}; export the folder that they were exported from.");
        tokenizer.Save(target);
        model.Save(target);
    }

    /// <summary>Writes a folder that does not exist or is empty, whole or not at all: where the disk is full, say, the same export may be tried again.</summary>
    /// <param name="target">The folder.</param>
    /// <param name="write">Writes it.</param>
    /// <exception cref="SciCoTException">The folder is not empty.</exception>
    public static void WriteNew(string target, Action write)
    {
        bool exists = Directory.Exists(target);
        if (File.Exists(target) || (exists && Directory.EnumerateFileSystemEntries(target).Any()))
            throw new SciCoTException($"{target}: is not an empty folder; export to a new one.");
        try
        {
            write();
        }
        catch
        {
            Empty(target, removeItself: !exists);
            throw;
        }
    }

    private static void Empty(string folder, bool removeItself)
    {
        if (!Directory.Exists(folder))
            return;
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder))
                File.Delete(file);
            foreach (var inner in Directory.EnumerateDirectories(folder))
                Directory.Delete(inner, recursive: true);
            if (removeItself)
                Directory.Delete(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What made the export fail is the better message.
        }
    }
}
