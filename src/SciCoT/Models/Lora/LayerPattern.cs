using System.Text.RegularExpressions;
using SciCoT.IO;

namespace SciCoT.Models;

/// <summary>Values for single layers by patterns of their names, as PEFT matches them.</summary>
internal static class LayerPattern
{
    private const int LongestPattern = 1000;

    /// <summary>The value of the first pattern that fits a layer's whole name, or its end from a dot on.</summary>
    public static T Find<T>(IReadOnlyDictionary<string, T> patterns, string layer, T otherwise)
    {
        foreach (var (pattern, value) in patterns)
        {
            if (Expression(pattern).IsMatch(layer))
                return value;
        }

        return otherwise;
    }

    /// <exception cref="ArgumentException">The pattern cannot be read.</exception>
    public static void Check(string pattern, string key)
    {
        try
        {
            if (pattern.Length > LongestPattern)
                throw new ArgumentException("It is too long.");
            Expression(pattern);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new ArgumentException($"{key}: '{ForeignText.Shown(pattern)}' is no pattern of layer names that is read here; expected a layer's name, its end, or a regular expression without assertions and back-references.", e);
        }
    }

    /// <summary>From a foreign file, therefore without backtracking.</summary>
    private static Regex Expression(string pattern) => new($@"^(?:.*\.)?(?:{pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
