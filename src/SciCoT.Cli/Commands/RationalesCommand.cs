using System.CommandLine;

namespace SciCoT.Cli.Commands;

/// <summary><c>scicot rationales</c>: what a store holds, judged, and in and out of other formats.</summary>
internal sealed class RationalesCommand : Command
{
    public RationalesCommand(ToolConsole console)
        : base("rationales", "Lists, filters, exports and imports rationales.")
    {
        Subcommands.Add(new RationalesListCommand(console));
        Subcommands.Add(new RationalesFilterCommand(console));
        Subcommands.Add(new RationalesExportCommand(console));
        Subcommands.Add(new RationalesImportCommand(console));
    }
}
