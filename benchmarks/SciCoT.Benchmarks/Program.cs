using System.CommandLine;
using BenchmarkDotNet.Running;
using SciCoT.Benchmarks;
using SciCoT.Benchmarks.TeacherStudy;

if (args is [DecodingProcess.Mode, ..])
{
    DecodingProcess.Run(args);
    return 0;
}

return await RunAsync(args);

// Its own method: what it needs is not loaded into a process whose memory is measured.
static Task<int> RunAsync(string[] args)
{
    // BenchmarkDotNet measures the small things; training and decoding have plain harnesses of their own with medians.
    var root = new RootCommand("Measures SciCoT. Figures stand beside the machine's own rates of the same run.")
    {
        SettingsSweep.Command(),
        StudyCommand.Settings(),
        StudyCommand.Study(),
        Plain("annotation", "Questions a second from a server that answers in 200 ms: [questions]", AnnotationBenchmark.Run),
        Plain("budget", "How far budgets and token limits are overrun with 64 calls under way: [seconds of the limit's run]", BudgetBenchmark.Run),
        Plain("decoding", "Tokens a second, CPU seconds and memory of writing: [json file or -] [threads, such as 1,2] [float32,bfloat16,int8,torch] [workloads]", DecodingBenchmark.Run),
        Plain("kernels", "Rates of products with int8 and bfloat16 matrices, by kernel, on one thread: [seconds a figure]", KernelBenchmark.Run),
        Plain("start", "Time from the process's start to the first token: <checkpoint folder> [float32|bfloat16|int8]", StartBenchmark.Run),
        Plain("accuracy", "What rounded weights change in trained students' answers: <model folder> [seed]", AccuracyBenchmark.Run),
        Plain("serving", "Concurrent callers against one: <model folder>|tiny|flan-t5-small [questions] [rounds] [threads] [json file]", ServingBenchmark.Run),
        Plain("arrivals", "How long texts take that are asked for at random moments: <tiny or flan-t5-small> [seconds] [texts a second or -] [threads]", ArrivalBenchmark.Run),
        Plain("http", "Answers a second from a running scicot serve: <its address> [requests]", HttpBenchmark.Run),
        Plain("team", "What more members than processors cost: [rounds] [sizes, such as 2,16]", TeamBenchmark.Run),
        Plain("load", "What loading costs, and what of it the check for NaN: <checkpoint folder> [rounds]", LoadBenchmark.Run),
        Plain("tool", "scicot answer against the library: <model folder> [questions] [rounds]", ToolBenchmark.Run),
        Plain("soak", "Memory over many answers: <model folder>|tiny|flan-t5-small [answers] [warm-up answers] [threads]", SoakBenchmark.Run),
        TrainingBenchmark.Command(),
        PrecisionComparison.Command(),
        Plain("store", "Opening, reading and appending to a rationale store: [records stored] [records appended] [folder]", StoreBenchmark.Run),
        Plain("postgres", "Annotation by several processes, and a million records, in a PostgreSQL database: rate, faults or records [questions or records]", PostgresBenchmark.Run),
        Plain("init", "A checkpoint folder with random weights, to see a shape at its true size: <config.json> <tokenizer> <folder>", RandomCheckpoint.Write),
        Plain("scoring", "Questions a second of the evaluator against the bare scorer: tiny|small [runs] [threads] [questions]", EvaluationBenchmark.Scoring),
        Plain("mpi", "Two ranks against one, started by mpirun: mpirun -n 2 dotnet … mpi [rounds] [training steps a round] [small|tiny]", MpiBenchmark.Run),
        Plain("overlap", "Seconds to compare two sets of questions: [questions in each]", EvaluationBenchmark.Overlap),
        Plain("micro", "BenchmarkDotNet's benchmarks, for example: --filter *Tokenizer*", arguments => BenchmarkSwitcher.FromAssembly(typeof(SettingsSweep).Assembly).Run(arguments)),
    };
    return root.Parse(args).InvokeAsync();
}

static Command Plain(string name, string description, Action<string[]> run)
{
    var rest = new Argument<string[]>("arguments") { Arity = ArgumentArity.ZeroOrMore };
    var command = new Command(name, description) { rest };
    command.TreatUnmatchedTokensAsErrors = false;
    command.SetAction(parsed => run([.. parsed.GetValue(rest) ?? [], .. parsed.UnmatchedTokens]));
    return command;
}
