namespace SciCoT.Evaluation.Reports;

/// <summary>A part of the report: a heading, what is to be known to read it, and a table. Markdown and the page show the same ones.</summary>
/// <param name="Kind">Which part it is; the page adds charts by it.</param>
/// <param name="Title">The heading.</param>
/// <param name="Remark">How to read it.</param>
/// <param name="Head">The columns' names; the first column holds names, the others figures.</param>
/// <param name="Rows">One cell a column.</param>
internal sealed record ReportSection(ReportPart Kind, string Title, string Remark, IReadOnlyList<string> Head, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>The parts of the report, in their order.</summary>
internal enum ReportPart
{
    Accuracy,
    Comparisons,
    Harness,
    RationaleUse,
    Rouge,
    Subsets,
    Calibration,
    Positions,
    Training,
    Cost,
    Overlap,
    Marks,
    Published,
    Choices,
}
