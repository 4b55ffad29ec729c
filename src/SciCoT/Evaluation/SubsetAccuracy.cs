using System.Globalization;

namespace SciCoT.Evaluation;

/// <summary>The accuracy on the questions that have one value of a field.</summary>
/// <param name="Field">The field's name.</param>
/// <param name="Value">The value.</param>
/// <param name="Accuracy">How many of the questions were answered rightly.</param>
public sealed record SubsetAccuracy(string Field, string Value, AccuracyReport Accuracy)
{
    /// <summary>Breaks the accuracy down by a field.</summary>
    /// <param name="outcomes">The outcomes.</param>
    /// <param name="field">The field; questions without a value are left out.</param>
    /// <returns>One entry a value, in the values' order: as numbers where all are numbers.</returns>
    public static IReadOnlyList<SubsetAccuracy> By(IReadOnlyList<QuestionOutcome> outcomes, SubsetField field)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        ArgumentNullException.ThrowIfNull(field);
        var subsets = outcomes
            .Select(outcome => (Value: field.Value(outcome.Question), outcome.IsCorrect))
            .Where(item => item.Value is not null)
            .GroupBy(item => item.Value!, item => item.IsCorrect, StringComparer.Ordinal)
            .Select(group => new SubsetAccuracy(field.Name, group.Key, AccuracyReport.Of(group)))
            .ToArray();
        bool areNumbers = subsets.All(subset => TryNumber(subset.Value, out _));
        return [.. subsets.OrderBy(subset => areNumbers && TryNumber(subset.Value, out double number) ? number : 0).ThenBy(subset => subset.Value, StringComparer.Ordinal)];
    }

    private static bool TryNumber(string text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
