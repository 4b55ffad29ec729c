namespace SciCoT.Server.Page;

/// <summary>What the page needs to know of the server.</summary>
internal sealed record PageSettings(IReadOnlyList<string> Examples);
