using System.Text.RegularExpressions;
using SciCoT.Hub;

namespace SciCoT.Cards;

/// <summary>Facts for a model card that are not in a student's folder, such as its licence.</summary>
/// <include file="Examples.xml" path="examples/ModelCardDetails/example"/>
public sealed partial record ModelCardDetails
{
    /// <summary>The model's name, for the heading and the results.</summary>
    /// <value>The default is <see langword="null"/>: the folder's name.</value>
    public string? Name { get; init; }

    /// <summary>The licence under which the students are shared, as the Hub abbreviates it: <c>apache-2.0</c>, <c>cc-by-sa-4.0</c>.</summary>
    /// <value>The default is <see langword="null"/>: the card names none, and says so.</value>
    public string? License { get; init; }

    /// <summary>The languages of the questions, as ISO 639 abbreviates them.</summary>
    /// <value>The default is <c>en</c>.</value>
    public IReadOnlyList<string> Languages { get; init; } = ["en"];

    /// <summary>The model on the Hub that the students started from, for example <c>google/flan-t5-small</c>.</summary>
    /// <value>The default is <see langword="null"/>: none, or none that is on the Hub.</value>
    public string? BaseModel { get; init; }

    /// <summary>What the students learned from: names of data sets as <c>hf:allenai/ai2_arc/ARC-Easy/train</c>, or any words.</summary>
    /// <value>The default is empty.</value>
    public IReadOnlyList<string> TrainingData { get; init; } = [];

    /// <summary>What they were tested with, named likewise.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public string? TestData { get; init; }

    /// <summary>Whose rationales they learned from: names of teachers.</summary>
    /// <value>The default is empty: what the run's plan says.</value>
    public IReadOnlyList<string> Teachers { get; init; } = [];

    /// <summary>Further tags for the Hub.</summary>
    /// <value>The default is empty.</value>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Checks what the Hub would refuse.</summary>
    /// <exception cref="ArgumentException">A value is not of the form that the Hub takes.</exception>
    internal void Validate()
    {
        if (License is not null && !Word().IsMatch(License))
            throw new ArgumentException($"The license '{License}' is none that the Hub knows; expected its abbreviation there, for example apache-2.0, mit or cc-by-sa-4.0.", nameof(License));
        if (Languages.FirstOrDefault(language => !Language().IsMatch(language)) is { } unknown)
            throw new ArgumentException($"The language '{unknown}' is no abbreviation of ISO 639; expected for example en or de.", nameof(Languages));
        if (BaseModel is not null && !HubNames.IsRepository(BaseModel))
            throw new ArgumentException($"The base model '{BaseModel}' is no model's name; expected for example google/flan-t5-small.", nameof(BaseModel));
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.+-]{0,49}\z")]
    private static partial Regex Word();

    [GeneratedRegex(@"\A(?:[a-z]{2,3}|multilingual)\z")]
    private static partial Regex Language();
}
