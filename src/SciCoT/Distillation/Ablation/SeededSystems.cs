using System.Text.Json;
using SciCoT.Evaluation;
using SciCoT.Generation;
using SciCoT.IO;
using SciCoT.Students;

namespace SciCoT.Distillation;

/// <summary>The systems of a study under one seed: trains what a variant needs, then asks it the test questions.</summary>
/// <param name="options">What is compared.</param>
/// <param name="data">The questions.</param>
/// <param name="teacher">The teacher's rationales.</param>
/// <param name="folder">The seed's folder.</param>
/// <param name="seed">The seed of weights and batches.</param>
internal sealed class SeededSystems(AblationOptions options, DistillationData data, ExplainedSets teacher, RunFolder folder, long seed)
{
    private const int BatchSize = 64;

    /// <summary>Questions between two reports of progress.</summary>
    private const int ChunkSize = 256;

    /// <summary>Measures a variant, or reads what was measured before.</summary>
    public async Task<SystemResult> MeasureAsync(AblationVariant variant, IProgress<DistillationProgress>? progress, CancellationToken cancellationToken)
    {
        var home = new RunFolder(Path.Combine(folder.Root, variant.Folder));
        var asked = variant.Samples == 1 ? "" : FormattableString.Invariant($"-{variant.Samples}-samples-t{variant.Temperature}");
        var predictions = Path.Combine(home.Root, $"predictions{asked}.jsonl");
        var costs = Path.Combine(home.Root, $"cost{asked}.json");
        if (!File.Exists(predictions) || !File.Exists(costs))
        {
            var reports = await TrainAsync(variant, home, progress, cancellationToken).ConfigureAwait(false);
            var outcomes = await AskAsync(variant, home, progress, cancellationToken).ConfigureAwait(false);
            var cost = new SystemCost(
                reports.Parameters, reports.Students.Sum(report => report.Steps), reports.Students.Sum(report => report.Seconds));
            AtomicFile.WriteAllBytes(costs, JsonSerializer.SerializeToUtf8Bytes(cost, RunJson.Default.SystemCost));
            PredictionFile.Write(predictions, [new SystemResult { System = variant.Name, Seed = seed, Outcomes = outcomes }]);
        }

        var known = RunFolder.Read(costs, RunJson.Default.SystemCost);
        return new SystemResult
        {
            System = variant.Name,
            Seed = seed,
            Outcomes = PredictionFile.Read(predictions, data.Test).Single().Outcomes,
            Base = options.RationaleStudent.Base.WithSeed(seed).Description,
            Parameters = known.Parameters,
            TrainingSteps = known.Steps,
            TrainingSeconds = known.Seconds,
        };
    }

    /// <summary>Trains the variant's students; those that are there already are left alone.</summary>
    /// <returns>The parameters of the models that answer, and how every student that was trained for it came out.</returns>
    private async Task<(long Parameters, IReadOnlyList<StudentReport> Students)> TrainAsync(
        AblationVariant variant, RunFolder home, IProgress<DistillationProgress>? progress, CancellationToken cancellationToken)
    {
        switch (variant.Recipe)
        {
            case AblationRecipe.ZeroShot:
                using (var model = options.RationaleStudent.Base.WithSeed(seed).CreateModel())
                    return (model.parameters().Sum(parameter => parameter.numel()), []);

            case AblationRecipe.Direct:
                return Alone(await StudentAsync(options.Whole(options.Direct), StudentExamples.Direct(data.Training), StudentExamples.Direct(data.Validation)).ConfigureAwait(false));

            case AblationRecipe.OneStage:
                return Alone(await StudentAsync(options.Whole(options.OneStage), StudentExamples.OneStage(teacher.Training), StudentExamples.OneStage(teacher.Validation)).ConfigureAwait(false));

            case AblationRecipe.MultiTask:
                return Alone(await StudentAsync(
                    options.Whole(options.MultiTask),
                    StudentExamples.MultiTask(data.Training, teacher.Training, variant.RationaleWeight),
                    StudentExamples.MultiTask(data.Validation, teacher.Validation, variant.RationaleWeight)).ConfigureAwait(false));

            default:
                return await TwoStagesAsync(variant.Rationales, home, progress, cancellationToken).ConfigureAwait(false);
        }

        Task<StudentReport> StudentAsync(StudentPlan plan, IReadOnlyList<TextExample> training, IReadOnlyList<TextExample> validation) =>
            new StudentTrainer(plan.WithSeed(seed)).TrainAsync(DistillationStage.TrainAnswerStudent, home.AnswerStudent, training, validation, progress, cancellationToken);

        static (long, IReadOnlyList<StudentReport>) Alone(StudentReport report) => (report.Parameters, [report]);
    }

    private async Task<(long Parameters, IReadOnlyList<StudentReport> Students)> TwoStagesAsync(
        RationaleSource source, RunFolder home, IProgress<DistillationProgress>? progress, CancellationToken cancellationToken)
    {
        var plan = options.RationaleStudent.WithSeed(seed);
        var rationale = await new StudentTrainer(plan).TrainAsync(
            DistillationStage.TrainRationaleStudent, folder.RationaleStudent, StudentExamples.Rationale(teacher.Training), StudentExamples.Rationale(teacher.Validation), progress, cancellationToken).ConfigureAwait(false);
        var (written, folds) = source.Author == RationaleAuthor.Teacher
            ? (null, [])
            : await new WritingStage(plan, source).RunAsync(data, teacher, folder, progress, cancellationToken).ConfigureAwait(false);
        var read = ExplainedSets.For(source, data, teacher, written);
        var answerPlan = options.AnswerStudent.WithSeed(seed);
        if (options.AnswerStudentContinuesRationaleStudent)
            answerPlan = answerPlan with { Base = StudentBase.FromCheckpoint(folder.RationaleStudent) };
        var answer = await new StudentTrainer(answerPlan).TrainAsync(
            DistillationStage.TrainAnswerStudent, home.AnswerStudent, StudentExamples.Answer(read.Training), StudentExamples.Answer(read.Validation), progress, cancellationToken).ConfigureAwait(false);
        return (rationale.Parameters + answer.Parameters, [rationale, .. folds, answer]);
    }

    private async Task<IReadOnlyList<QuestionOutcome>> AskAsync(AblationVariant variant, RunFolder home, IProgress<DistillationProgress>? progress, CancellationToken cancellationToken)
    {
        var models = new List<T5TextModel>();
        try
        {
            var student = Student(variant, home, models);
            var outcomes = new List<QuestionOutcome>(data.Test.Count);
            foreach (var chunk in data.Test.Chunk(ChunkSize))
            {
                outcomes.AddRange(await Evaluator.EvaluateAsync(student, [.. chunk.Select(question => new ExplainedQuestion(question, ""))], cancellationToken).ConfigureAwait(false));
                progress?.Report(new(DistillationStage.Evaluate, (double)outcomes.Count / data.Test.Count));
            }

            return outcomes;
        }
        finally
        {
            models.ForEach(model => model.Dispose());
        }
    }

    /// <summary>The variant as a student that is given the question alone.</summary>
    private IAnswerStudent Student(AblationVariant variant, RunFolder home, List<T5TextModel> models)
    {
        switch (variant.Recipe)
        {
            case AblationRecipe.ZeroShot:
                var start = options.RationaleStudent.Base.WithSeed(seed);
                var untrained = new T5TextModel(start.CreateModel(), start.CreateTokenizer(), options.RationaleStudent.MaxSourceTokens, BatchSize);
                models.Add(untrained);
                return new DirectAnswerStudent(untrained);

            case AblationRecipe.Direct:
                return new DirectAnswerStudent(Load(home.AnswerStudent, options.Whole(options.Direct)));

            case AblationRecipe.MultiTask:
                return new MultiTaskStudent(Load(home.AnswerStudent, options.Whole(options.MultiTask)));

            case AblationRecipe.OneStage:
                var oneStage = options.Whole(options.OneStage);
                var model = Load(home.AnswerStudent, oneStage);
                return Sampled(variant, oneStage.MaxTargetTokens, search => new OneStageStudent(model, search));

            default:
                var explainer = Load(folder.RationaleStudent, options.RationaleStudent);
                var answerer = new T5AnswerStudent(Load(home.AnswerStudent, options.AnswerStudent));
                return Sampled(variant, options.RationaleStudent.MaxTargetTokens, search => new TwoStageStudent(new T5RationaleStudent(explainer, search), answerer));
        }

        T5TextModel Load(string directory, StudentPlan plan)
        {
            var model = T5TextModel.Load(directory, plan.MaxSourceTokens, BatchSize);
            models.Add(model);
            return model;
        }
    }

    /// <summary>The student with the likeliest rationale, or the mean over students that each sample another.</summary>
    private IAnswerStudent Sampled(AblationVariant variant, int maxTokens, Func<GenerationOptions, IAnswerStudent> student)
    {
        var greedy = new GenerationOptions { MaxNewTokens = maxTokens };
        return variant.Samples == 1
            ? student(greedy)
            : new AveragingStudent([.. Enumerable.Range(1, variant.Samples).Select(sample =>
                student(greedy with { Sample = true, TopK = 0, Temperature = variant.Temperature, Seed = unchecked(seed * 1_000_003 + sample) }))]);
    }
}

/// <summary>What a system cost to train.</summary>
/// <param name="Parameters">The numbers of the models that answer.</param>
/// <param name="Steps">Optimizer steps of every student that was trained for it, fold students among them.</param>
/// <param name="Seconds">Seconds of their training.</param>
internal sealed record SystemCost(long Parameters, int Steps, double Seconds);
