using System.CommandLine;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Teaching;

namespace SciCoT.Cli;

/// <summary>Reads rationales from files of any format, and says what of them is no rationale.</summary>
internal static class RationaleInput
{
    private const int ShownBadRows = 5;

    /// <summary>The option of every command that reads rationales.</summary>
    public static Option<bool> NewSkipOption() =>
        new("--skip-bad-rows") { Description = "Pass rows of published rationales and exports over that cannot be read, and say so; by default the first one ends the command." };

    /// <summary>Reads a file; rows are read as they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="skipBadRows">Whether bad rows are skipped.</param>
    /// <param name="log">Takes lines about what is skipped.</param>
    public static IEnumerable<RationaleRecord> Read(string path, bool skipBadRows, TextWriter log)
    {
        int bad = 0;
        void Skip(BadRowException row)
        {
            if (bad++ < ShownBadRows)
                log.WriteLine(row.Message);
        }

        foreach (var record in RationaleReader.Read(path, skipBadRows ? Skip : null, torn => log.WriteLine($"{path}: line {torn.Line} is unfinished and is skipped.")))
            yield return record;
        if (bad > 0)
            log.WriteLine($"{path}: {bad} bad {(bad == 1 ? "row was" : "rows were")} skipped.");
    }
}
