using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using SciCoT.Hub;

namespace SciCoT.Datasets;

/// <summary>The name of a data set of the Hugging Face Hub, or of a part of it: <c>hf:allenai/ai2_arc/ARC-Easy/test</c>.</summary>
/// <remarks>The form is <c>hf:owner/name[/configuration][/split][@revision]</c>. Where one part follows the name, it is the configuration; if the data set has none of this name, it is the split.</remarks>
internal sealed partial record DatasetName
{
    /// <summary>What every name begins with.</summary>
    public const string Prefix = "hf:";

    private const string Expected = "expected hf:<owner>/<name>[/<configuration>][/<split>][@<revision>], for example hf:allenai/ai2_arc/ARC-Easy/test";

    private DatasetName(string repository) => Repository = repository;

    /// <summary>The repository, for example <c>allenai/ai2_arc</c>.</summary>
    public string Repository { get; }

    /// <summary>The configuration, for example <c>ARC-Easy</c>.</summary>
    /// <value><see langword="null"/> where none is named.</value>
    public string? Configuration { get; private init; }

    /// <summary>The split, for example <c>test</c>.</summary>
    /// <value><see langword="null"/> where none is named.</value>
    public string? Split { get; private init; }

    /// <summary>A branch, a tag or a commit.</summary>
    /// <value>The default is <c>main</c>.</value>
    public string Revision { get; private init; } = HubClient.DefaultRevision;

    /// <summary>Whether a text is meant as a data set's name and not as a file's.</summary>
    /// <param name="text">The text.</param>
    public static bool IsName([NotNullWhen(true)] string? text) => text?.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Reads a name.</summary>
    /// <param name="text">The name, with its prefix.</param>
    /// <exception cref="DatasetException">It is none; the message says why and what was expected.</exception>
    public static DatasetName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Read(text, out var problem) ?? throw new DatasetException($"'{text}' is no data set's name: {problem}; {Expected}.");
    }

    /// <summary>Reads a name.</summary>
    /// <param name="text">The name, with its prefix.</param>
    /// <param name="name">The name; <see langword="null"/> where it is none.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out DatasetName? name) =>
        (name = text is null ? null : Read(text, out _)) is not null;

    /// <summary>The name as <see cref="Parse"/> reads it.</summary>
    public override string ToString() =>
        $"{Prefix}{Repository}{(Configuration is null ? "" : "/" + Configuration)}{(Split is null ? "" : "/" + Split)}{(Revision == HubClient.DefaultRevision ? "" : "@" + Revision)}";

    /// <summary>The same data set and revision with another part.</summary>
    internal DatasetName With(string? configuration, string? split) => this with { Configuration = configuration, Split = split };

    private static DatasetName? Read(string text, out string? problem)
    {
        problem = null;
        if (!IsName(text))
        {
            problem = $"it does not begin with {Prefix}";
            return null;
        }

        var (path, revision) = text[Prefix.Length..].Split('@', 2) is [var before, var behind] ? (before, behind) : (text[Prefix.Length..], HubClient.DefaultRevision);
        var parts = path.Split('/');
        if (parts.Length is < 2 or > 4)
            problem = $"it has {parts.Length} {(parts.Length == 1 ? "part" : "parts")}";
        else if (!HubNames.IsRepository($"{parts[0]}/{parts[1]}"))
            problem = $"'{parts[0]}/{parts[1]}' is no repository";
        else if (parts.Skip(2).FirstOrDefault(part => !Part().IsMatch(part)) is { } wrong)
            problem = $"'{wrong}' is no configuration or split";
        else if (!HubNames.IsRevision(revision))
            problem = $"'{revision}' is no revision";
        return problem is not null ? null : new DatasetName($"{parts[0]}/{parts[1]}") { Configuration = parts.ElementAtOrDefault(2), Split = parts.ElementAtOrDefault(3), Revision = revision };
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.+ -]{0,99}\z")]
    private static partial Regex Part();
}
