using System.Text.RegularExpressions;

namespace SciCoT.Training.Plans;

/// <summary>The members of a plan that tell what a student starts from.</summary>
internal static partial class StartPlan
{
    /// <summary>For people: a folder's name, or how random weights are made.</summary>
    public const string Base = "base";

    /// <summary>A hash of weights, configuration and tokenizer.</summary>
    public const string Weights = "baseWeights";

    /// <summary>Whether two descriptions mean one start. Random weights list the model's shape, to which later versions may add.</summary>
    public static bool Same(string was, string now)
    {
        if (was == now)
            return true;
        var (before, after) = (Values(was), Values(now));
        return Head(was) == Head(now) && before.Count > 0 && before.All(value => after.TryGetValue(value.Key, out var other) && other == value.Value);
    }

    private static string Head(string description) => description.Split('{')[0];

    private static Dictionary<string, string> Values(string description) =>
        Value().Matches(description).DistinctBy(match => match.Groups[1].Value).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value, StringComparer.Ordinal);

    [GeneratedRegex(@"(\w{1,64}) = ([^,} ]{1,64})", RegexOptions.CultureInvariant)]
    private static partial Regex Value();
}
