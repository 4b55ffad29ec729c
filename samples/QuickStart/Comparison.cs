using SciCoT;
using SciCoT.Distillation;
using SciCoT.Evaluation;
using SciCoT.Students;
using SciCoT.Testing;
using SciCoT.Training;

namespace QuickStart;

/// <summary>Trains all students on the mini data set and measures them on its test questions.</summary>
internal sealed class Comparison
{
    private readonly Arguments _arguments;
    private readonly string _tokenizer;
    private readonly ScriptedTeacher _teacher;

    public Comparison(Arguments arguments)
    {
        _arguments = arguments;
        World = MiniScience.Create(arguments.Seed, comparisons: arguments.Comparisons);
        _teacher = new ScriptedTeacher(World, arguments.Teacher);
        _tokenizer = Path.Combine(arguments.Output, "tokenizer");
        MiniScience.WriteTokenizer(_tokenizer);
        Training = Taken(World.Train, 320);
        Validation = Taken(World.Validation, 64);
        Test = Taken(arguments.Validation ? World.Validation : World.Test, 64);
    }

    public string Command => _arguments.Command;

    public int Seed => _arguments.Seed;

    public bool IsValidation => _arguments.Validation;

    public MiniScience World { get; }

    public IReadOnlyList<ScienceQuestion> Training { get; }

    public IReadOnlyList<ScienceQuestion> Validation { get; }

    public IReadOnlyList<ScienceQuestion> Test { get; }

    /// <summary>Where the two-stage students lie when they are done: a folder that a pipeline loads.</summary>
    public string ModelFolder => Path.Combine(_arguments.Output, "model");

    /// <summary>The paper's recipe: teacher, rationale student, answer student.</summary>
    public Task<DistillationReport> DistilAsync(IProgress<DistillationProgress> progress, CancellationToken cancellationToken)
    {
        var options = new DistillationOptions
        {
            // The store gathers what comes at a time into one flush to disk.
            Annotation = new() { Teacher = _arguments.Teacher.Name, Concurrency = 1024 },
            RationaleStudent = Plan(MiniScienceRecipe.Rationale),
            AnswerStudent = Plan(MiniScienceRecipe.Answer),
            // The recommended recipe: the answer student starts from the rationale student and learns from what that student writes.
            AnswerRationales = RationaleSource.Student,
            AnswerStudentContinuesRationaleStudent = true,
        };
        var engine = new DistillationEngine(_teacher, options);
        return engine.RunAsync(new DistillationData(Training, Validation, Test: []), ModelFolder, progress, cancellationToken);
    }

    /// <summary>A student of the same size that learns to answer without reasoning.</summary>
    public Task<StudentReport> TrainDirectAsync(IProgress<TrainingProgress> progress, CancellationToken cancellationToken) =>
        new StudentTrainer(Plan(MiniScienceRecipe.Direct)).TrainAsync(
            DirectFolder, StudentExamples.Direct(Training), StudentExamples.Direct(Validation), progress, cancellationToken);

    /// <summary>A student of the same size that learns to write the teacher's reasoning and the answer in one go.</summary>
    public async Task<StudentReport> TrainOneStageAsync(IProgress<TrainingProgress> progress, CancellationToken cancellationToken) =>
        await new StudentTrainer(Plan(MiniScienceRecipe.OneStage)).TrainAsync(
            OneStageFolder, OneStage(await TaughtAsync(Training)), OneStage(await TaughtAsync(Validation)), progress, cancellationToken);

    /// <summary>Puts the test questions to every system.</summary>
    public async Task<Outcomes> MeasureAsync(ISciCoTPipeline pipeline, IAnswerStudent answerStudent, IProgress<int> systemsDone, CancellationToken cancellationToken)
    {
        ExplainedQuestion[] alone = [.. Test.Select(question => new ExplainedQuestion(question, ""))];
        using var direct = new DirectAnswerStudent(T5TextModel.Load(DirectFolder));
        using var oneStage = new OneStageStudent(T5TextModel.Load(OneStageFolder));
        int done = 0;

        // Every model has a thread of its own, so the systems answer side by side.
        var outcomes = await Task.WhenAll(
            Counted(Evaluator.EvaluateAsync(direct, alone, cancellationToken: cancellationToken)),
            Counted(Evaluator.EvaluateAsync(oneStage, alone, cancellationToken: cancellationToken)),
            Counted(Evaluator.EvaluateAsync(pipeline, Test, cancellationToken: cancellationToken)),
            Counted(Evaluator.EvaluateAsync(answerStudent, [.. Test.Select(question => new ExplainedQuestion(question, World[question.Id].Rationale))], cancellationToken: cancellationToken)));
        return new Outcomes(outcomes[0], outcomes[1], outcomes[2], outcomes[3]);

        async Task<IReadOnlyList<QuestionOutcome>> Counted(Task<IReadOnlyList<QuestionOutcome>> evaluation)
        {
            var result = await evaluation;
            systemsDone.Report(Interlocked.Increment(ref done));
            return result;
        }
    }

    private string DirectFolder => Path.Combine(_arguments.Output, "direct-student");

    private string OneStageFolder => Path.Combine(_arguments.Output, "one-stage-student");

    private static IReadOnlyList<TextExample> OneStage(IReadOnlyList<ExplainedQuestion> explained) => StudentExamples.OneStage(explained, MiniScienceRecipe.OneStageAnswerWeight);

    /// <summary>The questions with what the teacher says: asked again, it says the same.</summary>
    private async Task<IReadOnlyList<ExplainedQuestion>> TaughtAsync(IReadOnlyList<ScienceQuestion> questions)
    {
        var explained = new List<ExplainedQuestion>(questions.Count);
        foreach (var question in questions)
            explained.Add(new(question, (await _teacher.ExplainAsync(new TeacherRequest(question))).Rationale));
        return explained;
    }

    private IReadOnlyList<ScienceQuestion> Taken(IReadOnlyList<ScienceQuestion> questions, int whenShort) =>
        _arguments.Short ? [.. questions.Take(whenShort)] : questions;

    private StudentPlan Plan(Func<string, long, StudentPlan> recipe)
    {
        var plan = recipe(_tokenizer, _arguments.Seed);
        return _arguments.Short ? plan with { Training = plan.Training with { TotalSteps = 20, WarmupSteps = 5 } } : plan;
    }
}

/// <summary>How every student came out.</summary>
internal sealed record Trainings(DistillationReport TwoStage, StudentReport Direct, StudentReport OneStage);
