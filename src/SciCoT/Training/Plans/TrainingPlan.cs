using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SciCoT.IO;
using SciCoT.Models;

namespace SciCoT.Training.Plans;

/// <summary>The plan of one training: the model's shape, the options, the examples, and what it starts from.</summary>
internal static class TrainingPlan
{
    /// <summary>What trainings did before a member was written.</summary>
    public static JsonObject Earlier { get; } = new()
    {
        ["options"] = Options(new TrainingOptions()),
        ["adapter"] = null,
    };

    /// <summary>The options as every plan keeps them.</summary>
    public static JsonObject Options(TrainingOptions options)
    {
        var plan = Node(options, PlanJson.Default.TrainingOptions);
        plan["customOptimizer"] = options.CustomOptimizer?.Name;
        return plan;
    }

    /// <param name="model">The model's shape.</param>
    /// <param name="adapter">The adapter that learns, where one does.</param>
    /// <param name="options">How it learns.</param>
    /// <param name="training">What it learns.</param>
    /// <param name="validation">What it is measured by.</param>
    /// <param name="start">What it starts from, where that is known by more than the model's shape.</param>
    public static JsonObject Of(T5Config model, LoraConfig? adapter, TrainingOptions options, IReadOnlyList<Seq2SeqExample> training, IReadOnlyList<Seq2SeqExample> validation, JsonObject? start)
    {
        var plan = new JsonObject
        {
            ["options"] = Options(options),
            ["model"] = Node(model, PlanJson.Default.T5Config),
            ["adapter"] = adapter?.ToString(),
            ["training examples"] = Hash(training),
            ["validation examples"] = Hash(validation),
        };
        if (start is not null)
            plan["start"] = start.DeepClone();
        return PlanTree.Parsed(plan);
    }

    /// <summary>The values that differ from those of the training that wrote a checkpoint.</summary>
    public static IReadOnlyList<string> Differences(JsonObject was, JsonObject now) => PlanTree.Differences(Upgraded(was), Upgraded(now), Earlier);

    /// <summary>The options of a plan as it was written, in today's names; members that came later are missing.</summary>
    public static JsonObject? OptionsOf(JsonObject plan) => plan["options"] is not JsonObject written
        ? null
        : written.Any(member => char.IsUpper(member.Key[0])) ? Camel(written) : written.DeepClone().AsObject();

    /// <summary>The first versions wrote the members of options and model with a capital, and enumerations as numbers.</summary>
    private static JsonObject Upgraded(JsonObject was)
    {
        var plan = PlanTree.Parsed(was);
        foreach (var part in new[] { "options", "model" })
        {
            if (plan[part] is JsonObject written && written.Any(member => char.IsUpper(member.Key[0])))
                plan[part] = Camel(written);
        }

        if (plan["options"] is JsonObject options)
        {
            Named<OptimizerKind>(options, "optimizer");
            Named<LearningRateSchedule>(options, "schedule");
            Named<TorchSharp.torch.ScalarType>(options, "computePrecision");
            LaterOptions.Complete(options);
        }

        return plan;
    }

    private static JsonObject Camel(JsonObject written) => new(written.Select(member => KeyValuePair.Create(
        JsonNamingPolicy.CamelCase.ConvertName(member.Key),
        member.Value is JsonObject part ? Camel(part) : member.Value?.DeepClone())));

    private static void Named<T>(JsonObject options, string member)
        where T : struct, Enum
    {
        if (options[member] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out int number))
            options[member] = ((T)Enum.ToObject(typeof(T), number)).ToString();
    }

    private static JsonObject Node<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(value, type)!.AsObject();

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

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, Converters = [typeof(JsonNumber)])]
[JsonSerializable(typeof(TrainingOptions))]
[JsonSerializable(typeof(T5Config))]
internal sealed partial class PlanJson : JsonSerializerContext;
