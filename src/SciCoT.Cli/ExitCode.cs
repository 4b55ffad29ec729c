namespace SciCoT.Cli;

/// <summary>What the tool tells the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The work failed; the message on standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the configuration is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The terminal was closed (SIGHUP); as with <see cref="Cancelled"/>.</summary>
    public const int HungUp = 129;

    /// <summary>Ctrl-C; what was done is kept, and the same command continues.</summary>
    public const int Cancelled = 130;

    /// <summary>Nobody reads the output any more: the pipe was closed. What shells see of a program that SIGPIPE ends.</summary>
    public const int OutputClosed = 141;

    /// <summary>SIGTERM; as with <see cref="Cancelled"/>.</summary>
    public const int Terminated = 143;
}
