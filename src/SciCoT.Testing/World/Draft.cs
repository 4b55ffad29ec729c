namespace SciCoT.Testing.World;

/// <summary>A question before it gets its number.</summary>
/// <param name="Family">The family that it counts under.</param>
/// <param name="Aspect">What is asked; questions with one aspect share their answers or their rule.</param>
/// <param name="Cell">The cell by which intervals are clustered.</param>
/// <param name="Stem">The question.</param>
/// <param name="Options">The options in their printed order.</param>
/// <param name="Answer">The right option.</param>
/// <param name="Rationale">The reasoning.</param>
/// <param name="Facts">The facts in it that must be known beforehand; what is only worked out from them is left out.</param>
internal sealed record Draft(
    string Family, string Aspect, string Cell, string Stem, IReadOnlyList<string> Options, string Answer, string Rationale, IReadOnlyList<string> Facts)
{
    /// <summary>Whether the answer depends on the choices.</summary>
    public bool ComparesChoices => Family is "which" or "odd one out" or "order";

    /// <summary>Equal for questions that differ in the order of their options only.</summary>
    public string Content => string.Join('\u001f', [Stem, .. Options.Order(StringComparer.Ordinal)]);
}

/// <summary>Where questions come from.</summary>
internal interface IQuestionSource
{
    /// <summary>All cells that its questions may touch.</summary>
    IEnumerable<Cell> Cells { get; }

    /// <summary>Writes questions whose cells all lie in one part.</summary>
    IEnumerable<Draft> Write(Part part, CellSplit split, SeededRandom random);
}
