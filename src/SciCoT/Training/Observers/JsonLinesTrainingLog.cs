using System.Text.Json;
using System.Text.Json.Serialization;

namespace SciCoT.Training.Observers;

/// <summary>Appends each step's progress to a file, one JSON object a line.</summary>
/// <remarks>
/// A run that was killed may have logged steps after its last checkpoint; the continued run logs them again, so that of several
/// lines with one step number the last counts. Safe for concurrent callers.
/// </remarks>
/// <include file="Examples.xml" path="examples/JsonLinesTrainingLog/example"/>
public sealed class JsonLinesTrainingLog : IProgress<TrainingProgress>, IDisposable
{
    private readonly StreamWriter _writer;

    /// <summary>Opens a log; a line that a kill has cut off is ended first.</summary>
    /// <param name="path">The file; it and its folder are made where they are missing.</param>
    public JsonLinesTrainingLog(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        bool torn = false;
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            torn = file.ReadByte() != '\n';
        }

        _writer = new StreamWriter(file) { NewLine = "\n", AutoFlush = true };
        if (torn)
            _writer.WriteLine();
    }

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        var line = JsonSerializer.Serialize(value, TrainingProgressJson.Default.TrainingProgress);
        lock (_writer)
            _writer.WriteLine(line);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_writer)
            _writer.Dispose();
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(TrainingProgress))]
internal sealed partial class TrainingProgressJson : JsonSerializerContext;
