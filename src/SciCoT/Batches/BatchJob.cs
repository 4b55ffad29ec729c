using System.Text.Json.Serialization;

namespace SciCoT.Batches;

/// <summary>One batch, as far as the folder knows it.</summary>
/// <param name="Name">The start of its files' names.</param>
/// <param name="Key">The identifier that the service is told, by which a batch is found whose own identifier was lost.</param>
/// <param name="Endpoint">The service's address.</param>
/// <param name="Requests">How many requests it has.</param>
internal sealed record BatchJob(string Name, string Key, string Endpoint, int Requests)
{
    /// <summary>The uploaded requests; <see langword="null"/> before they are.</summary>
    public string? InputFile { get; init; }

    /// <summary>The batch; <see langword="null"/> before it is made.</summary>
    public string? Batch { get; init; }

    /// <summary>The final state; <see langword="null"/> until the replies are in the folder.</summary>
    public string? Ended { get; init; }
}

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BatchJob))]
internal sealed partial class BatchJobJson : JsonSerializerContext;
