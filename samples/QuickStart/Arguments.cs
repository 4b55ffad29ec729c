using System.Globalization;
using SciCoT.Testing;

namespace QuickStart;

/// <summary>The command line.</summary>
internal sealed record Arguments(bool Short, int Seed, string Output, bool Validation, bool Comparisons, bool Terse, bool Ablation)
{
    public const string Usage = """
        Distils two small students from an offline teacher and compares them with a direct and a one-stage student.

          dotnet run -c Release --project samples/QuickStart [-- options]

          --short          a few steps only, to see that everything works
          --seed N         the data set's, the teacher's and the students' seed (default 6, not used for choosing settings)
          --validation     measure on the validation questions, which is for choosing settings
          --comparisons    add the questions whose answer depends on the choices
          --terse          a teacher that says nothing but the reasoning
          --ablation       instead: train every system with three seeds and write a report (continues when started again)
          --output FOLDER  where the models and report.json go (default artifacts/quickstart); made anew each time
        """;

    /// <summary>How the teacher talks: as language models do, unless a terse one is asked for.</summary>
    public ScriptedTeacherOptions Teacher => (Terse ? new ScriptedTeacherOptions() : ScriptedTeacherOptions.Talkative) with { Seed = Seed };

    /// <summary>The command that was given.</summary>
    public string Command { get; private init; } = "dotnet run -c Release --project samples/QuickStart";

    /// <exception cref="ArgumentException">A word is no option, or an option lacks its value.</exception>
    public static Arguments Parse(string[] args)
    {
        var parsed = new Arguments(Short: false, Seed: 6, Output: Path.Combine("artifacts", "quickstart"), Validation: false, Comparisons: false, Terse: false, Ablation: false);
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--short":
                    parsed = parsed with { Short = true };
                    break;
                case "--validation":
                    parsed = parsed with { Validation = true };
                    break;
                case "--comparisons":
                    parsed = parsed with { Comparisons = true };
                    break;
                case "--terse":
                    parsed = parsed with { Terse = true };
                    break;
                case "--ablation":
                    parsed = parsed with { Ablation = true };
                    break;
                case "--seed" when i + 1 < args.Length && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int seed):
                    parsed = parsed with { Seed = seed };
                    i++;
                    break;
                case "--output" when i + 1 < args.Length:
                    parsed = parsed with { Output = args[++i] };
                    break;
                case "--seed":
                    throw new ArgumentException("--seed needs a whole number from 0.");
                case "--output":
                    throw new ArgumentException("--output needs a folder.");
                default:
                    throw new ArgumentException($"{args[i]} is no option.");
            }
        }

        return args.Length == 0 ? parsed : parsed with { Command = $"{parsed.Command} -- {string.Join(' ', args.Select(word => word.Contains(' ') ? $"\"{word}\"" : word))}" };
    }
}
