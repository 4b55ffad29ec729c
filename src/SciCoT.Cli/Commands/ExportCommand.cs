using System.CommandLine;
using System.Text.Json.Nodes;
using SciCoT.Models;
using SciCoT.Models.T5;
using SciCoT.Students;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot export</c>: a model folder with its weights stored in another format.</summary>
internal sealed class ExportCommand : ToolCommand
{
    private static readonly string[] Formats = [.. Enum.GetNames<WeightFormat>().Select(name => name.ToLowerInvariant())];

    private readonly Option<string?> _model = new("--model", "-m") { Description = "The folder with rationale-student/, answer-student/ and scicot.json, a run folder, or a checkpoint folder." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The new folder." };
    private readonly Option<string?> _format = new("--format") { Description = $"How the weights are stored: {string.Join(", ", Formats)}." };
    private readonly Option<bool> _pickle = ModelOptions.NewPickleOption();

    public ExportCommand(ToolConsole console)
        : base(
            "export",
            "Writes a model folder for answering: students, tokenizers and scicot.json, with the weights rounded to int8 or bfloat16. A start from it is quicker and takes less memory.",
            console,
            "scicot export --model runs/science --output models/science --format int8")
    {
        _format.CompletionSources.Add(Formats);
        AddOptions(_model, _output, _format, _pickle);
    }

    protected override Task RunAsync(Settings settings, ParseResult result, ToolConsole console, bool asJson, CancellationToken cancellationToken)
    {
        var (model, output, pickle) = (settings.Required(_model), settings.Required(_output), settings.Flag(_pickle));
        settings.Required(_format);
        var format = Enum.Parse<WeightFormat>(settings.Choice(_format, Formats)!, ignoreCase: true);
        if (!File.Exists(Path.Combine(model, SciCoTModelFolder.Manifest)) && File.Exists(Path.Combine(model, T5Layout.ConfigFileName)))
        {
            StudentModels.WriteNew(output, () => StudentModels.Export(model, output, format, pickle));
        }
        else
        {
            SciCoTModelFolder.Export(model, output, format, pickle);
        }

        long bytes = Directory.EnumerateFiles(output, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        console.Write(new JsonObject { ["directory"] = output, ["format"] = WeightMemory.NameOf(format), ["bytes"] = bytes }, asJson);
        return Task.CompletedTask;
    }
}
