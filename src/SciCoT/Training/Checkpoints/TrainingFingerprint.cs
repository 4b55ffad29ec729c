using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.Models;

namespace SciCoT.Training.Checkpoints;

/// <summary>What makes one training differ from another: the model's shape, the options, the examples.</summary>
internal static class TrainingFingerprint
{
    /// <summary>Options that do not change what is learnt.</summary>
    private static readonly string[] Free = [nameof(TrainingOptions.CheckpointEverySteps), nameof(TrainingOptions.KeepCheckpoints)];

    public static JsonObject Of(T5Config model, LoraConfig? adapter, TrainingOptions options, IReadOnlyList<Seq2SeqExample> training, IReadOnlyList<Seq2SeqExample> validation)
    {
        var known = JsonSerializer.SerializeToNode(options)!.AsObject();
        foreach (var name in Free)
            known.Remove(name);
        return new JsonObject
        {
            ["options"] = known,
            ["model"] = JsonSerializer.SerializeToNode(model),
            ["adapter"] = adapter?.ToString(),
            ["training examples"] = Hash(training),
            ["validation examples"] = Hash(validation),
        };
    }

    /// <summary>The values that differ, each as <c>options.LearningRate: was 0.001, is 0.002</c>.</summary>
    public static IEnumerable<string> Differences(JsonNode? was, JsonNode? now, string path = "")
    {
        if (was is not JsonObject before || now is not JsonObject after)
            return JsonNode.DeepEquals(was, now) ? [] : [$"{path}: was {Shown(was)}, is {Shown(now)}"];

        return before.Select(p => p.Key).Union(after.Select(p => p.Key))
            .SelectMany(key => Differences(before[key], after[key], path.Length == 0 ? key : $"{path}.{key}"));

        static string Shown(JsonNode? value) => value?.ToJsonString() ?? "null";
    }

    private static string Hash(IReadOnlyList<Seq2SeqExample> examples)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var example in examples)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{example.Id}\0{example.Source.Length}\0{example.Target.Length}\0"));
            hash.AppendData(MemoryMarshal.AsBytes<int>(example.Source));
            hash.AppendData(MemoryMarshal.AsBytes<int>(example.Target));
            if (example.Weight != 1)
                hash.AppendData(BitConverter.GetBytes(example.Weight));
            if (example.AnswerWeight != 1)
                hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"answer {example.AnswerTokens} {example.AnswerWeight:R}\0")));
        }

        return $"{examples.Count} with SHA-256 {Convert.ToHexStringLower(hash.GetHashAndReset())[..16]}";
    }
}
