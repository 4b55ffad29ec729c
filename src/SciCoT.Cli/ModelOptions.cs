using System.CommandLine;
using SciCoT.Students;

namespace SciCoT.Cli;

/// <summary>The options of commands that load a model folder.</summary>
internal sealed class ModelOptions
{
    private readonly Option<string?> _model = new("--model", "-m") { Description = "The folder with rationale-student/, answer-student/ and scicot.json, as a distillation run leaves it." };
    private readonly Option<string?> _device = new("--device") { Description = "cpu, cuda, cuda:1 or mps; by default cpu." };
    private readonly Option<int?> _batchSize = new("--batch-size") { Description = $"Questions that are computed at a time; by default {SciCoTPipeline.DefaultBatchSize}." };
    private readonly Option<int?> _maxRationaleTokens = new("--max-rationale-tokens") { Description = "Limit of a rationale's length; by default what the student was trained with." };

    private readonly Option<bool> _pickle = NewPickleOption();

    public ModelOptions()
    {
        _device.CompletionSources.Add("cpu", "cuda", "mps");
        All = [_model, _device, _batchSize, _maxRationaleTokens, _pickle];
    }

    public IReadOnlyList<Option> All { get; }

    /// <summary>The option of every command that loads weights.</summary>
    public static Option<bool> NewPickleOption() =>
        new("--allow-pickle") { Description = "Read pytorch_model.bin where there are no safetensors. Only tensors are read from it, and nothing is executed." };

    public Option Folder => _model;

    public bool AllowsPickle(Settings settings) => settings.Flag(_pickle);

    /// <summary>Loads one checkpoint with its tokenizer.</summary>
    public T5TextModel LoadCheckpoint(Settings settings, string directory) =>
        T5TextModel.Load(directory, options: new() { Device = Device(settings), AllowPickle = settings.Flag(_pickle) });

    public LoadedPipeline Load(Settings settings) =>
        new(settings.Required(_model), Device(settings), settings.Integer(_batchSize, 1) ?? SciCoTPipeline.DefaultBatchSize, settings.Integer(_maxRationaleTokens, 1), settings.Flag(_pickle));

    public string Device(Settings settings) => Device(settings, _device);

    /// <summary>The value of an option that takes a device.</summary>
    public static string Device(Settings settings, Option<string?> option)
    {
        var device = settings.Text(option) ?? "cpu";
        if (device is not ("cpu" or "mps") && !device.StartsWith("cuda", StringComparison.Ordinal))
            throw new UsageException($"{option.Name} must be cpu, cuda, cuda:N or mps; got '{device}'.");
        return device;
    }
}
