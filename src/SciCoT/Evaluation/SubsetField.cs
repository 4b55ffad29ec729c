using System.Globalization;

namespace SciCoT.Evaluation;

/// <summary>A field by which accuracy is broken down, such as the grade or the subject.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Value">A question's value; questions without one (<see langword="null"/>) are left out.</param>
public sealed record SubsetField(string Name, Func<ScienceQuestion, string?> Value)
{
    /// <summary>The number of choices.</summary>
    public static SubsetField ChoiceCount { get; } = new("choices", question => question.Choices.Count.ToString(CultureInfo.InvariantCulture));
}
