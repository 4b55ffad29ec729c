namespace SciCoT.Evaluation;

/// <summary>What a one-sided test at 5 % says of a system and a published figure.</summary>
public enum MarkVerdict
{
    /// <summary>The system is shown to be better than the figure.</summary>
    Exceeds,

    /// <summary>Neither is shown to be better.</summary>
    NotShownToExceed,

    /// <summary>The system is shown to be worse.</summary>
    Below,
}
