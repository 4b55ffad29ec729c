namespace SciCoT.Cli;

/// <summary>Tells how far a piece of work is.</summary>
/// <param name="name">The work.</param>
/// <param name="done">How much is done.</param>
/// <param name="total">How much there is.</param>
/// <param name="detail">What else a person wants to know.</param>
internal delegate void ReportProgress(string name, double done, double total, string? detail = null);
