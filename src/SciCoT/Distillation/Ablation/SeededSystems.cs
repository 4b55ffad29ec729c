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
            var cost = await TrainAsync(variant, home, progress, cancellationToken).ConfigureAwait(false);
            var outcomes = await AskAsync(variant, home, progress, cancellationToken).ConfigureAwait(false);
            AtomicFile.WriteAllBytes(costs, JsonSerializer.SerializeToUtf8Bytes(cost, AblationJson.Default.SystemCost));
            PredictionFile.Write(predictions, [new SystemResult { System = variant.Name, Seed = seed, Outcomes = outcomes }]);
        }

        var known = RunFolder.Read(costs, AblationJson.Default.SystemCost);
        return new SystemResult
        {
            System = variant.Name,
            Seed = seed,
            Outcomes = PredictionFile.Read(predictions, data.Test).Single().Outcomes,
            Base = options.RationaleStudent.Base.Name,
            Parameters = known.Parameters,
            TrainingSteps = known.Steps,
            TrainingSeconds = known.Seconds,
            Training = known.Training,
        };
    }

    /// <summary>Trains the variant's students; those that are there already are left alone.</summary>
    private async Task<SystemCost> TrainAsync(AblationVariant variant, RunFolder home, IProgress<DistillationProgress>? progress, CancellationToken cancellationToken)
    {
        switch (variant.Recipe)
        {
            case AblationRecipe.ZeroShot:
                using (var model = options.RationaleStudent.Base.WithSeed(seed).CreateModel())
                    return SystemCost.Of(model.parameters().Sum(parameter => parameter.numel()), []);

            case AblationRecipe.Direct:
                return await AloneAsync(StudentExamples.Direct(data.Training), StudentExamples.Direct(data.Validation)).ConfigureAwait(false);

            case AblationRecipe.OneStage:
                var (reports, read) = await RationalesAsync(variant.Rationales, progress, cancellationToken).ConfigureAwait(false);
                return await AloneAsync(
                    StudentExamples.OneStage(read.Training, options.OneStageAnswerWeight),
                    StudentExamples.OneStage(read.Validation, options.OneStageAnswerWeight),
                    reports).ConfigureAwait(false);

            case AblationRecipe.MultiTask:
                return await AloneAsync(
                    StudentExamples.MultiTask(data.Training, teacher.Training, variant.RationaleWeight),
                    StudentExamples.MultiTask(data.Validation, teacher.Validation, variant.RationaleWeight)).ConfigureAwait(false);

            default:
                return await TwoStagesAsync(variant.Rationales, home, progress, cancellationToken).ConfigureAwait(false);
        }

        async Task<SystemCost> AloneAsync(IReadOnlyList<TextExample> training, IReadOnlyList<TextExample> validation, params IReadOnlyList<(string, StudentReport)> before)
        {
            var plan = PlanOf(variant).WithSeed(seed);
            var trainer = new StudentTrainer(plan) { Evaluators = StudentEvaluators.Answer(plan, Alone(data.Validation), model => Whole(variant, model, Greedy(plan))), WhenPlanDiffers = options.WhenPlanDiffers };
            var report = await trainer.TrainAsync(DistillationStage.TrainAnswerStudent, home.AnswerStudent, training, validation, progress, cancellationToken).ConfigureAwait(false);
            return SystemCost.Of(report.Parameters, [.. before, ($"{variant.Recipe switch { AblationRecipe.OneStage => "one-stage", AblationRecipe.MultiTask => "multi-task", _ => "direct" }} student", report)]);
        }
    }

    private async Task<SystemCost> TwoStagesAsync(RationaleSource source, RunFolder home, IProgress<DistillationProgress>? progress, CancellationToken cancellationToken)
    {
        var (rationale, folds, answer) = await Stages(source).RunAsync(data, teacher, folder, home.AnswerStudent, progress, cancellationToken).ConfigureAwait(false);
        return SystemCost.Of(rationale.Parameters + answer.Parameters, [.. Named(rationale, folds), ("answer student", answer)]);
    }

    /// <summary>The rationales that a one-stage student learns from, and the students that wrote them; none where these are the teacher's.</summary>
    private async Task<(IReadOnlyList<(string, StudentReport)> Writers, ExplainedSets Read)> RationalesAsync(RationaleSource source, IProgress<DistillationProgress>? progress, CancellationToken cancellationToken)
    {
        if (source == RationaleSource.Teacher)
            return ([], teacher);
        var (rationale, folds, read) = await Stages(source).PrepareAsync(data, teacher, folder, progress, cancellationToken).ConfigureAwait(false);
        return ([.. Named(rationale, folds)], read);
    }

    private TwoStageTraining Stages(RationaleSource source) => new()
    {
        RationaleStudent = options.RationaleStudent.WithSeed(seed),
        AnswerStudent = options.AnswerStudent.WithSeed(seed),
        AnswerStudentContinuesRationaleStudent = options.AnswerStudentContinuesRationaleStudent,
        AnswerRationales = source,
        WhenPlanDiffers = options.WhenPlanDiffers,
    };

    private static IEnumerable<(string, StudentReport)> Named(StudentReport rationale, IReadOnlyList<StudentReport> folds) =>
        [("rationale student", rationale), .. folds.Select((fold, i) => (FormattableString.Invariant($"rationale student without fold {i + 1}"), fold))];

    private async Task<IReadOnlyList<QuestionOutcome>> AskAsync(AblationVariant variant, RunFolder home, IProgress<DistillationProgress>? progress, CancellationToken cancellationToken)
    {
        var models = new List<T5TextModel>();
        try
        {
            var (student, reader) = Student(variant, home, models);
            var answered = new List<QuestionOutcome>(data.Test.Count);
            foreach (var chunk in data.Test.Chunk(ChunkSize))
            {
                answered.AddRange(await Evaluator.EvaluateAsync(student, Alone(chunk), cancellationToken).ConfigureAwait(false));
                progress?.Report(new(DistillationStage.Evaluate, (double)answered.Count / data.Test.Count));
            }

            var outcomes = data.WithTeacher(answered);
            // Of several samples one is kept; what the others took is not known.
            if (variant.Samples == 1)
                outcomes = Evaluator.CountTokens(outcomes, text => models[0].Tokenizer.EncodeToIds(text).Count);
            return reader is null ? outcomes : await RationaleUseEvaluator.EvaluateAsync(reader, outcomes, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            models.ForEach(model => model.Dispose());
        }
    }

    /// <summary>The variant as a student that is given the question alone, and the one within it that reads rationales, if there is one.</summary>
    private (IAnswerStudent Student, IAnswerStudent? Reader) Student(AblationVariant variant, RunFolder home, List<T5TextModel> models)
    {
        switch (variant.Recipe)
        {
            case AblationRecipe.ZeroShot:
                var start = options.RationaleStudent.Base.WithSeed(seed);
                var untrained = new T5TextModel(start.CreateModel(), start.CreateTokenizer(), options.RationaleStudent.MaxSourceTokens, BatchSize);
                models.Add(untrained);
                return (new DirectAnswerStudent(untrained), null);

            case AblationRecipe.TwoStage:
                var explainer = Load(folder.RationaleStudent, options.RationaleStudent);
                var answerer = new T5AnswerStudent(Load(home.AnswerStudent, options.AnswerStudent));
                return (Sampled(variant, options.RationaleStudent, search => new TwoStageStudent(new T5RationaleStudent(explainer, search), answerer)), answerer);

            default:
                var plan = PlanOf(variant);
                var model = Load(home.AnswerStudent, plan);
                return (Sampled(variant, plan, search => Whole(variant, model, search)), null);
        }

        T5TextModel Load(string directory, StudentPlan plan)
        {
            var model = T5TextModel.Load(directory, plan.MaxSourceTokens, new() { BatchSize = BatchSize, Device = plan.Base.DeviceName });
            models.Add(model);
            return model;
        }
    }

    /// <summary>How a student that does both stages' work is made.</summary>
    private StudentPlan PlanOf(AblationVariant variant) => options.Whole(variant.Recipe switch
    {
        AblationRecipe.OneStage => options.OneStage,
        AblationRecipe.MultiTask => options.MultiTask,
        _ => options.Direct,
    });

    /// <summary>A student that does both stages' work.</summary>
    private static IAnswerStudent Whole(AblationVariant variant, T5TextModel model, GenerationOptions search) => variant.Recipe switch
    {
        AblationRecipe.OneStage => new OneStageStudent(model, search),
        AblationRecipe.MultiTask => new MultiTaskStudent(model),
        _ => new DirectAnswerStudent(model),
    };

    /// <summary>The student with the likeliest rationale, or the vote of students that each sample another, as a pipeline does.</summary>
    private IAnswerStudent Sampled(AblationVariant variant, StudentPlan plan, Func<GenerationOptions, IAnswerStudent> student) => variant.Samples == 1
        ? student(Greedy(plan))
        : new AveragingStudent([.. Enumerable.Range(1, variant.Samples).Select(sample =>
            student(Greedy(plan) with { Sample = true, Temperature = variant.Temperature, Seed = unchecked(seed * 1_000_003 + sample) }))]);

    private static GenerationOptions Greedy(StudentPlan plan) => new() { MaxNewTokens = plan.MaxTargetTokens };

    private static ExplainedQuestion[] Alone(IReadOnlyList<ScienceQuestion> questions) => [.. questions.Select(question => new ExplainedQuestion(question, ""))];
}
