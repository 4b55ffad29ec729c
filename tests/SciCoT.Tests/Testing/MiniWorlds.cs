using System.Text.RegularExpressions;
using SciCoT.Testing;

namespace SciCoT.Tests.Testing;

/// <summary>Worlds that many tests read; making one takes a quarter of a second.</summary>
internal static partial class MiniWorlds
{
    private static readonly Lazy<MiniScience> First = new(() => MiniScience.Create(1, comparisons: true));
    private static readonly Lazy<MiniScience> Second = new(() => MiniScience.Create(2, comparisons: true));

    public static MiniScience Of(int seed) => seed switch
    {
        1 => First.Value,
        2 => Second.Value,
        _ => MiniScience.Create(seed, comparisons: true),
    };

    public static IEnumerable<ScienceQuestion> All(this MiniScience world) => world.Train.Concat(world.Validation).Concat(world.Test);

    public static IReadOnlyList<MiniScienceItem> Items(this MiniScience world, IEnumerable<ScienceQuestion> questions) =>
        [.. questions.Select(question => world[question.Id])];

    /// <summary>The facts of a rationale, read from its text; what is worked out from them (a comparison, a verdict) is left out.</summary>
    public static IEnumerable<string> FactsOf(MiniScienceItem item) =>
        item.Rationale.TrimEnd('.').Split(". ")
            .SelectMany(sentence => Ordinal().Replace(sentence, "").Replace(", and ", ", ").Split(", "))
            .Select(fact => fact.ToLowerInvariant())
            .Where(fact => !WorkedOut().IsMatch(fact));

    [GeneratedRegex("^(First|Second|Third), ")]
    private static partial Regex Ordinal();

    [GeneratedRegex(@"^(yes|no)$|^(minus )?\d+ is |^the lowest is | comes twice$")]
    private static partial Regex WorkedOut();
}
