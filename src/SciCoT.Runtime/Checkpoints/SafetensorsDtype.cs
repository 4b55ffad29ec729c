namespace SciCoT.Checkpoints;

/// <summary>The element types that the safetensors format names.</summary>
internal static class SafetensorsDtype
{
    /// <summary>Whole numbers of 8 bits, which are weights only together with their scales.</summary>
    public const string Int8 = "I8";

    private static readonly Dictionary<string, int> Sizes = new(StringComparer.Ordinal)
    {
        ["BOOL"] = 1,
        ["U8"] = 1,
        ["I8"] = 1,
        ["F8_E5M2"] = 1,
        ["F8_E4M3"] = 1,
        ["F8_E8M0"] = 1,
        ["U16"] = 2,
        ["I16"] = 2,
        ["F16"] = 2,
        ["BF16"] = 2,
        ["U32"] = 4,
        ["I32"] = 4,
        ["F32"] = 4,
        ["U64"] = 8,
        ["I64"] = 8,
        ["F64"] = 8,
        ["C64"] = 8,
    };

    private static readonly Dictionary<string, WeightType> Weights = new(StringComparer.Ordinal)
    {
        ["F64"] = WeightType.Float64,
        ["F32"] = WeightType.Float32,
        ["BF16"] = WeightType.BFloat16,
        ["F16"] = WeightType.Float16,
    };

    public static IEnumerable<string> Names => Sizes.Keys;

    public static IEnumerable<string> WeightNames => Weights.Keys;

    public static bool IsKnown(string name) => Sizes.ContainsKey(name);

    /// <summary>Bytes of one element of a known type.</summary>
    public static int Size(string name) => Sizes[name];

    /// <summary>The type of a dtype that weights may be stored in.</summary>
    public static bool TryWeightType(string name, out WeightType type) => Weights.TryGetValue(name, out type);

    public static string NameOf(WeightType type) => Weights.First(pair => pair.Value == type).Key;
}
