using System.Text.Json;
using SciCoT.Compute;
using SciCoT.Generation;
using SciCoT.Models;
using SciCoT.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Tests.Generation;

/// <summary>A tiny model with Hugging Face's results; each is loaded once.</summary>
internal sealed class Golden
{
    public static readonly string[] Names = ["tiny-t5-v1_1", "tiny-t5-original"];

    private static readonly Dictionary<string, Lazy<Golden>> Loaded = Names.ToDictionary(name => name, name => new Lazy<Golden>(() => new Golden(name)));

    private readonly Dictionary<int, ISequenceModel> _paths = [];
    private readonly string _name;
    private readonly JsonElement _json;

    private Golden(string name)
    {
        _name = name;
        Model = T5Model.Load(TestFiles.Data("Golden", name));
        using var document = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Data("Golden", name, "golden.json")));
        _json = document.RootElement.Clone();
    }

    public T5Model Model { get; }

    /// <summary>The ways that a float32 model may be computed: torch (−1), each of the kernels over torch's weights, and each without torch.</summary>
    public static IEnumerable<int> Paths => Enumerable.Range(-1, 1 + (2 * Kernels.All.Count));

    /// <summary>The model computed in one of <see cref="Paths"/>.</summary>
    public ISequenceModel In(int path)
    {
        lock (_paths)
        {
            if (!_paths.TryGetValue(path, out var model))
            {
                _paths[path] = model = path < Kernels.All.Count
                    ? InTorch(path < 0 ? null : Kernels.All[path])
                    : T5InferenceModel.Load(TestFiles.Data("Golden", _name), WeightFormat.Float32, allowPickle: false, Kernels.All[path - Kernels.All.Count]);
            }

            return model;
        }
    }

    private T5Model InTorch(IKernels? kernels)
    {
        var model = T5Model.Load(TestFiles.Data("Golden", _name));
        model.Kernels = kernels;
        return model;
    }

    public static Golden Of(string name) => Loaded[name].Value;

    public IEnumerable<JsonElement> Generations => _json.GetProperty("generation").EnumerateArray();

    public IEnumerable<JsonElement> Cases => _json.GetProperty("cases").EnumerateArray();

    public JsonElement Generation(string name) => Generations.Single(item => item.GetProperty("name").GetString() == name);

    public JsonElement Case(string name) => Cases.Single(item => item.GetProperty("name").GetString() == name);

    /// <summary>A case's input ids and attention mask.</summary>
    public (Tensor InputIds, Tensor AttentionMask) Input(string caseName) =>
        (Matrix(Case(caseName).GetProperty("input_ids")), Matrix(Case(caseName).GetProperty("attention_mask")));

    public static Tensor Matrix(JsonElement rows)
    {
        var values = Rows(rows);
        return tensor(values.SelectMany(row => row.Select(id => (long)id)).ToArray(), [values.Length, values[0].Length]);
    }

    public static int[][] Rows(JsonElement rows) => rows.Deserialize<int[][]>()!;

    public static double[][] Numbers(JsonElement rows) => rows.Deserialize<double[][]>()!;

    /// <summary>The options behind a generation case's keyword arguments.</summary>
    public static GenerationOptions Options(JsonElement kwargs)
    {
        var options = new GenerationOptions();
        foreach (var item in kwargs.EnumerateObject())
        {
            options = item.Name switch
            {
                "max_new_tokens" => options with { MaxNewTokens = item.Value.GetInt32() },
                "min_new_tokens" => options with { MinNewTokens = item.Value.GetInt32() },
                "no_repeat_ngram_size" => options with { NoRepeatNgramSize = item.Value.GetInt32() },
                "repetition_penalty" => options with { RepetitionPenalty = item.Value.GetDouble() },
                "num_beams" => options with { NumBeams = item.Value.GetInt32() },
                "num_return_sequences" => options with { NumReturnSequences = item.Value.GetInt32() },
                "length_penalty" => options with { LengthPenalty = item.Value.GetDouble() },
                "early_stopping" => options with
                {
                    EarlyStopping = item.Value.ValueKind switch
                    {
                        JsonValueKind.True => EarlyStopping.True,
                        JsonValueKind.False => EarlyStopping.False,
                        _ => EarlyStopping.Never,
                    },
                },
                _ => throw new InvalidFileException($"Unknown generation argument {item.Name}."),
            };
        }

        return options;
    }
}
