using System.CommandLine;
using SciCoT;

namespace ArcDistillation;

/// <summary>What the command line says.</summary>
internal sealed record Settings
{
    public required DirectoryInfo Data { get; init; }

    public required FileInfo Rationales { get; init; }

    /// <summary>A checkpoint's folder, or its name on the Hugging Face Hub; random weights where there is none.</summary>
    public string? Base { get; init; }

    public FileSystemInfo? Tokenizer { get; init; }

    public string? Teacher { get; init; }

    public required DirectoryInfo Output { get; init; }

    public required int RationaleSteps { get; init; }

    public required int AnswerSteps { get; init; }

    public required int BatchSize { get; init; }

    public double? LearningRate { get; init; }

    public required bool TeacherRationales { get; init; }

    public required bool Ablation { get; init; }

    public int? DevQuestions { get; init; }

    public required int Seed { get; init; }

    /// <summary>The command that was given.</summary>
    public required string CommandLine { get; init; }

    /// <summary>The command, which runs <paramref name="run"/> with what was given.</summary>
    public static RootCommand Command(Func<Settings, CancellationToken, Task<int>> run)
    {
        var data = new Option<DirectoryInfo>("--data") { Description = "Folder with ARC-Easy-Train.jsonl, ARC-Easy-Dev.jsonl and, if wanted, the ARC-Challenge files", Required = true };
        var rationales = new Option<FileInfo>("--rationales") { Description = "Rationales for ARC questions (EntailmentBank or TinyLLM rows)", Required = true };
        var start = new Option<string?>("--base") { Description = "Checkpoint to start from: a folder in Hugging Face's layout, or a name on the Hub such as google/flan-t5-small; without it, a small model from random weights" };
        var tokenizer = new Option<FileSystemInfo?>("--tokenizer") { Description = "Tokenizer file or folder for a model from random weights (default: a folder 'tokenizer' near the data)" };
        var teacher = new Option<string?>("--teacher") { Description = "Whose rationales to learn (default: the teacher with most whole ones)" };
        var output = new Option<DirectoryInfo>("--output") { Description = "Run folder; started again with the same settings, the run continues", DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("artifacts", "arc")) };
        var rationaleSteps = new Option<int>("--rationale-steps") { Description = "Optimizer steps of the rationale student", DefaultValueFactory = _ => 600 };
        var answerSteps = new Option<int>("--answer-steps") { Description = "Optimizer steps of the answer student", DefaultValueFactory = _ => 600 };
        var batchSize = new Option<int>("--batch-size") { Description = "Examples a step", DefaultValueFactory = _ => 16 };
        var learningRate = new Option<double?>("--learning-rate") { Description = "Highest learning rate (default: 3e-4 with --base, 2e-3 from random weights)" };
        var teacherRationales = new Option<bool>("--teacher-rationales") { Description = "Train the answer student on the teacher's rationales instead of the rationale student's" };
        var ablation = new Option<bool>("--ablation") { Description = "Train every system with three seeds and write a report (continues when started again)" };
        var devQuestions = new Option<int?>("--dev-questions") { Description = "Measure on the first N dev questions only" };
        var seed = new Option<int>("--seed") { Description = "Seeds weights, batches and the validation split", DefaultValueFactory = _ => 1 };

        var command = new RootCommand("Distils two students on real ARC questions and published rationales, and measures them on ARC-Easy's dev questions.")
        {
            data, rationales, start, tokenizer, teacher, output, rationaleSteps, answerSteps, batchSize, learningRate, teacherRationales, ablation, devQuestions, seed,
        };
        command.SetAction((parsed, cancellationToken) => run(
            new Settings
            {
                Data = parsed.GetRequiredValue(data),
                Rationales = parsed.GetRequiredValue(rationales),
                Base = parsed.GetValue(start),
                Tokenizer = parsed.GetValue(tokenizer),
                Teacher = parsed.GetValue(teacher),
                Output = parsed.GetRequiredValue(output),
                RationaleSteps = parsed.GetValue(rationaleSteps),
                AnswerSteps = parsed.GetValue(answerSteps),
                BatchSize = parsed.GetValue(batchSize),
                LearningRate = parsed.GetValue(learningRate),
                TeacherRationales = parsed.GetValue(teacherRationales),
                Ablation = parsed.GetValue(ablation),
                DevQuestions = parsed.GetValue(devQuestions),
                Seed = parsed.GetValue(seed),
                CommandLine = "dotnet run -c Release --project samples/ArcDistillation -- " + string.Join(' ', parsed.Tokens.Select(token => token.Value.Contains(' ') ? $"\"{token.Value}\"" : token.Value)),
            },
            cancellationToken));
        return command;
    }

    /// <summary>The tokenizer for a model from random weights.</summary>
    public string FindTokenizer()
    {
        if (Tokenizer is not null)
            return Tokenizer.FullName;

        string?[] near = [Data.FullName, Data.Parent?.FullName, Data.Parent?.Parent?.FullName];
        return near.OfType<string>().SelectMany(folder => new[] { folder, Path.Combine(folder, "tokenizer") })
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "spiece.model")) || File.Exists(Path.Combine(folder, "tokenizer.json")))
            ?? throw new MissingFileException($"No spiece.model or tokenizer.json lies near {Data.FullName}; name one with --tokenizer, or give a checkpoint with --base.");
    }
}
