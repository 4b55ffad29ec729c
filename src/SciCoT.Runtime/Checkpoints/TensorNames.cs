using SciCoT.IO;

namespace SciCoT.Checkpoints;

/// <summary>
/// The names under which a checkpoint stores its tensors, as the model's parameters are named: without what wrappers put in front
/// (<c>module.</c>, <c>_orig_mod.</c>, <c>model.</c>, <c>t5.</c> and the like).
/// </summary>
internal sealed class TensorNames
{
    public const string Embedding = "shared.weight";
    public const string Head = "lm_head.weight";

    private static readonly string[] EmbeddingAliases = ["encoder.embed_tokens.weight", "decoder.embed_tokens.weight"];

    /// <summary>Names that every encoder and decoder has one of: what stands before them stands before all.</summary>
    private static readonly string[] Anchors =
        ["encoder.block.0.layer.0.SelfAttention.q.weight", "decoder.block.0.layer.0.SelfAttention.q.weight", "encoder.final_layer_norm.weight", "decoder.final_layer_norm.weight", Embedding];

    /// <summary>What torch's wrappers put between the parts of a name.</summary>
    private static readonly string[] Wrappers = ["_orig_mod.", "_fsdp_wrapped_module.", "_checkpoint_wrapped_module."];

    /// <summary>Beginnings of names that only a T5 model has; what begins otherwise is somebody's addition.</summary>
    private static readonly string[] Parts = ["encoder.block.", "decoder.block.", "encoder.final_layer_norm.", "decoder.final_layer_norm.", "shared.", "lm_head."];

    private readonly Dictionary<string, string> _stored = new(StringComparer.Ordinal);

    /// <summary>Reads the names of a checkpoint.</summary>
    /// <exception cref="InvalidFileException">Two names are one after their prefixes are taken off; the caller adds the folder.</exception>
    public TensorNames(IEnumerable<string> names)
    {
        var all = names.Select(name => (Stored: name, Plain: Wrappers.Aggregate(name, (rest, wrapper) => rest.Replace(wrapper, "", StringComparison.Ordinal)))).ToArray();
        var prefix = Prefix([.. all.Select(name => name.Plain)]);
        foreach (var (stored, plain) in all)
        {
            var name = plain.StartsWith(prefix, StringComparison.Ordinal) ? plain[prefix.Length..] : plain;
            if (!_stored.TryAdd(name, stored))
                throw new InvalidFileException($"tensors '{ForeignText.Shown(_stored[name])}' and '{ForeignText.Shown(stored)}' are one parameter of the model under two names. Save the model itself, without its wrapper.");
        }
    }

    /// <summary>The names without prefixes.</summary>
    public IReadOnlyCollection<string> All => _stored.Keys;

    /// <summary>Whether there is a decoder.</summary>
    public bool HasDecoder => All.Any(name => name.StartsWith("decoder.", StringComparison.Ordinal) && !IsAlias(name));

    /// <summary>The name in the file.</summary>
    public string Stored(string name) => _stored[name];

    public bool Contains(string name) => _stored.ContainsKey(name);

    /// <summary>Whether a name is one of the embedding's, which may be stored under several.</summary>
    public static bool IsAlias(string name) => EmbeddingAliases.Contains(name);

    /// <summary>Whether a name, with or without a prefix, is of a matrix that tied models store once or several times.</summary>
    public static bool IsShared(string name) =>
        EmbeddingAliases.Append(Embedding).Append(Head).Any(shared => name == shared || name.EndsWith("." + shared, StringComparison.Ordinal));

    /// <summary>In the first T5 checkpoints, but never used: cross-attention has no position bias.</summary>
    public static bool IsUnused(string name) => name.EndsWith(".EncDecAttention.relative_attention_bias.weight", StringComparison.Ordinal);

    /// <summary>Whether a name is of T5, so that a model that has no place for it is another one.</summary>
    public static bool IsOfT5(string name) => Parts.Any(part => name.StartsWith(part, StringComparison.Ordinal));

    private static string Prefix(string[] names)
    {
        foreach (var anchor in Anchors)
        {
            if (names.FirstOrDefault(name => name == anchor || name.EndsWith("." + anchor, StringComparison.Ordinal)) is { } found)
                return found[..^anchor.Length];
        }

        return "";
    }
}
