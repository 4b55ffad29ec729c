namespace SciCoT.Rationales;

/// <summary>What filters said of a store's records, where a file tells.</summary>
internal sealed class StoredVerdicts
{
    /// <summary>The verdicts' file beside a store.</summary>
    public const string FileName = "verdicts.jsonl";

    private readonly Dictionary<RationaleKey, string> _verdicts = [];

    /// <param name="store">The store's file; <see langword="null"/> where it is none.</param>
    /// <param name="file">The verdicts' file; by default the one beside the store.</param>
    public static StoredVerdicts Load(string? store, string? file)
    {
        var verdicts = new StoredVerdicts();
        if (store is not null)
            file ??= Path.Combine(Path.GetDirectoryName(Path.GetFullPath(store))!, FileName) is var beside && File.Exists(beside) ? beside : null;
        if (file is null)
            return verdicts;
        foreach (var judgement in VerdictFile.Read(file))
        {
            verdicts._verdicts[judgement.Key] = judgement.IsAccepted
                ? "accepted"
                : "refused: " + string.Join(", ", judgement.Verdicts.Where(verdict => verdict.Verdict.Kind == VerdictKind.Refused).Select(verdict => verdict.Filter));
        }

        return verdicts;
    }

    public string Of(RationaleKey key) => _verdicts.GetValueOrDefault(key, "not judged");
}
