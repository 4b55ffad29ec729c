using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SciCoT.IO;

namespace SciCoT.Training.Checkpoints;

/// <summary>The file <c>training.json</c> of a checkpoint.</summary>
internal sealed record CheckpointDocument(int Format, JsonObject Fingerprint, TrainingState State);

/// <summary>A file as a checkpoint's manifest describes it.</summary>
internal sealed record CheckpointFile(long Length, string Sha256);

[JsonSourceGenerationOptions(Converters = [typeof(JsonNumber)])]
[JsonSerializable(typeof(CheckpointDocument))]
[JsonSerializable(typeof(TrainingState))]
[JsonSerializable(typeof(Dictionary<string, CheckpointFile>))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
