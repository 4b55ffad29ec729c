namespace SciCoT.Cli;

/// <summary>The command line or the configuration asks for what cannot be.</summary>
internal sealed class UsageException(string message, Exception? inner = null) : SciCoTException(message, inner);
