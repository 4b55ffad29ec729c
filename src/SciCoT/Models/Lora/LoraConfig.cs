namespace SciCoT.Models;

/// <summary>
/// The shape of a low-rank adapter (LoRA, arXiv 2106.09685): next to each target matrix W, which is frozen, two small matrices
/// learn, and the layer computes W·x + <see cref="Scaling"/>·B·A·x.
/// </summary>
/// <remarks>Names and defaults are those of PEFT's <c>LoraConfig</c> for T5.</remarks>
/// <include file="Examples.xml" path="examples/LoraConfig/example"/>
public sealed record LoraConfig
{
    /// <summary>The largest rank that is accepted: above it an adapter is no longer small.</summary>
    internal const int MaxRank = 4096;

    /// <summary>The layers that an adapter can stand beside: attention, feed-forward and a head of its own.</summary>
    internal static readonly string[] Layers = ["q", "k", "v", "o", "wi", "wi_0", "wi_1", "wo", "lm_head"];

    /// <summary>Rows of A and columns of B.</summary>
    /// <value>The default is 8.</value>
    public int Rank { get; init; } = 8;

    /// <summary>The numerator of <see cref="Scaling"/>.</summary>
    /// <value>The default is 8.</value>
    public double Alpha { get; init; } = 8;

    /// <summary>Share of the adapter's inputs dropped in training.</summary>
    /// <value>The default is 0.</value>
    public double Dropout { get; init; }

    /// <summary>Whether the scaling is α/√r instead of α/r (arXiv 2312.03732).</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool UseRankStabilizedScaling { get; init; }

    /// <summary>
    /// The layers that get an adapter, by the end of their name: <c>q</c> stands for the queries of all blocks,
    /// <c>encoder.block.0.layer.0.SelfAttention.q</c> for those of one. Known are <c>q k v o</c> of the attention, <c>wi wi_0 wi_1 wo</c>
    /// of the feed-forward layers and <c>lm_head</c>.
    /// </summary>
    /// <value>The default is <c>q</c> and <c>v</c>.</value>
    public IReadOnlyList<string> TargetModules { get; init; } = ["q", "v"];

    /// <summary>
    /// Ranks of single layers, by patterns of their names: the first that matches the end of a name from a dot on counts, as a regular
    /// expression (PEFT's <c>rank_pattern</c>). Other layers have <see cref="Rank"/>.
    /// </summary>
    /// <value>The default is empty.</value>
    public IReadOnlyDictionary<string, int> RankPattern { get; init; } = new Dictionary<string, int>();

    /// <summary>Numerators of single layers, by patterns as in <see cref="RankPattern"/> (PEFT's <c>alpha_pattern</c>). Other layers have <see cref="Alpha"/>.</summary>
    /// <value>The default is empty.</value>
    public IReadOnlyDictionary<string, double> AlphaPattern { get; init; } = new Dictionary<string, double>();

    /// <summary>The name of the base model, as a note.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public string? BaseModel { get; init; }

    /// <summary>The factor on what the adapter adds: α/r, or α/√r where <see cref="UseRankStabilizedScaling"/> is set.</summary>
    public double Scaling => Alpha / (UseRankStabilizedScaling ? Math.Sqrt(Rank) : Rank);

    /// <summary>Two configurations are equal when their values and their targets in order are.</summary>
    public bool Equals(LoraConfig? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>The values, for records of a run.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"LoRA r {Rank}, alpha {Alpha:R}, dropout {Dropout:R}, {(UseRankStabilizedScaling ? "rank-stabilized, " : "")}on {string.Join(' ', TargetModules)}{(BaseModel is null ? "" : $" of {BaseModel}")}")
        + string.Concat(RankPattern.Select(pair => FormattableString.Invariant($", r {pair.Value} on {pair.Key}"))) + string.Concat(AlphaPattern.Select(pair => FormattableString.Invariant($", alpha {pair.Value:R} on {pair.Key}")));

    /// <summary>The shape beside one layer, without patterns.</summary>
    /// <param name="layer">The layer's name in the model.</param>
    internal LoraConfig For(string layer) => RankPattern.Count == 0 && AlphaPattern.Count == 0 ? this : this with
    {
        Rank = LayerPattern.Find(RankPattern, layer, Rank),
        Alpha = LayerPattern.Find(AlphaPattern, layer, Alpha),
        RankPattern = new Dictionary<string, int>(),
        AlphaPattern = new Dictionary<string, double>(),
    };

    /// <summary>Reads an <c>adapter_config.json</c> as PEFT writes it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="InvalidFileException">The file is damaged, or describes an adapter that is more than LoRA on T5's layers.</exception>
    public static LoraConfig Load(string path) => LoraConfigJson.Load(path);

    /// <summary>Writes the configuration as PEFT does.</summary>
    /// <param name="path">The file; it is replaced as a whole.</param>
    public void Save(string path) => LoraConfigJson.Save(this, path);

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range or a target is no layer of T5.</exception>
    internal void Validate()
    {
        Require(Rank is >= 1 and <= MaxRank, "r", $"from 1 to {MaxRank}", Rank);
        Require(Alpha is > 0 and < double.PositiveInfinity, "lora_alpha", "a finite number above 0", Alpha);
        Require(Dropout is >= 0 and < 1, "lora_dropout", "from 0 to below 1", Dropout);
        Require(TargetModules is { Count: > 0 and <= 4096 }, "target_modules", "at least one layer", TargetModules?.Count ?? 0);
        foreach (var (pattern, rank) in RankPattern)
        {
            LayerPattern.Check(pattern, "rank_pattern");
            Require(rank is >= 1 and <= MaxRank, $"rank_pattern, {pattern}", $"from 1 to {MaxRank}", rank);
        }

        foreach (var (pattern, alpha) in AlphaPattern)
        {
            LayerPattern.Check(pattern, "alpha_pattern");
            Require(alpha is > 0 and < double.PositiveInfinity, $"alpha_pattern, {pattern}", "a finite number above 0", alpha);
        }

        foreach (var target in TargetModules!)
            Require(target is not null && Layers.Contains(target[(target.LastIndexOf('.') + 1)..]), "target_modules", $"names that end in one of {string.Join(", ", Layers)}", target ?? "null");

        static void Require(bool condition, string key, string expected, object actual)
        {
            if (!condition)
                throw new ArgumentException(FormattableString.Invariant($"{key} must be {expected}; got {actual}."));
        }
    }
}
