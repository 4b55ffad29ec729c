using System.Globalization;
using System.Text.Json.Serialization;
using SciCoT.Distillation;
using SciCoT.Models;
using SciCoT.Teaching.Filters;
using SciCoT.Testing;
using SciCoT.Tokenization;

namespace SciCoT.Benchmarks.TeacherStudy;

/// <summary>One cell of the study: a teacher, students of a size, and how long they learn. Its values are kept with its results.</summary>
/// <param name="Seed">Makes the world, the weights and the teacher's words.</param>
internal sealed record StudyCondition(int Seed)
{
    /// <summary>Whether the validation questions are put to the systems, for choosing settings, in place of the test questions.</summary>
    public bool Validation { get; init; }

    /// <summary>The share of the teacher's replies with irrelevant facts.</summary>
    public double IrrelevantRate { get; init; } = 1;

    /// <summary>How many irrelevant facts such a reply has.</summary>
    public int IrrelevantFacts { get; init; } = 2;

    /// <summary>The share of the teacher's replies with a filler sentence.</summary>
    public double FillerRate { get; init; } = 0.5;

    /// <summary>The share of the teacher's replies that are wrong: another choice and another question's rationale.</summary>
    public double WrongRate { get; init; }

    /// <summary>Whether the default filters judge the replies; otherwise all are learned from.</summary>
    public bool Filters { get; init; } = true;

    /// <summary>The students' width.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Optimizer steps of the rationale student.</summary>
    public int RationaleSteps { get; init; } = 1700;

    /// <summary>Optimizer steps of the answer student. One-stage and direct students have the steps of both.</summary>
    public int AnswerSteps { get; init; } = 500;

    /// <summary>Examples a step.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The peak learning rate of rationale students.</summary>
    public double RationaleRate { get; init; } = 5e-3;

    /// <summary>The peak learning rate of answer students.</summary>
    public double AnswerRate { get; init; } = 5e-3;

    /// <summary>The peak learning rate of one-stage students.</summary>
    public double OneStageRate { get; init; } = 5e-3;

    /// <summary>What a token of the answer counts in a one-stage student's loss.</summary>
    public double OneStageAnswerWeight { get; init; } = 1;

    /// <summary>The peak learning rate of direct students.</summary>
    public double DirectRate { get; init; } = 2e-3;

    /// <summary>A folder name that says all of it.</summary>
    [JsonIgnore]
    public string Folder => string.Create(
        CultureInfo.InvariantCulture,
        $"s{Seed}{(Validation ? "v" : "")}-i{IrrelevantRate}x{IrrelevantFacts}-f{FillerRate}-w{WrongRate}{(Filters ? "" : "-unfiltered")}-d{Width}-r{RationaleSteps}-a{AnswerSteps}-b{BatchSize}-lr{RationaleRate}-{AnswerRate}-{OneStageRate}x{OneStageAnswerWeight}-{DirectRate}");

    /// <summary>Examples that a system's students see in all while they learn.</summary>
    [JsonIgnore]
    public int Steps => RationaleSteps + AnswerSteps;

    [JsonIgnore]
    public ScriptedTeacherOptions Teacher => new()
    {
        Name = "scripted-talkative",
        Seed = Seed,
        IrrelevantFactRate = IrrelevantRate,
        IrrelevantFacts = IrrelevantFacts,
        FillerRate = FillerRate,
        WrongRate = WrongRate,
    };

    public AblationOptions Options(string tokenizerPath, IReadOnlyList<AblationVariant> variants)
    {
        var tokenizer = T5Tokenizer.Load(tokenizerPath);
        var shape = MiniScienceRecipe.Shape(tokenizer) is var whole && Width == whole.ModelSize
            ? whole
            : whole with { ModelSize = Width, HeadSize = Width / whole.Heads, FeedForwardSize = 3 * Width };
        return new AblationOptions
        {
            Annotation = new() { Teacher = Teacher.Name, Concurrency = 1024 },
            Filters = Filters ? RationaleFilterChain.Default : new RationaleFilterChain(),
            RationaleStudent = Plan(MiniScienceRecipe.Rationale(tokenizerPath, Seed), RationaleSteps, RationaleRate),
            AnswerStudent = Plan(MiniScienceRecipe.Answer(tokenizerPath, Seed), AnswerSteps, AnswerRate),
            OneStage = Plan(MiniScienceRecipe.OneStage(tokenizerPath, Seed), Steps, OneStageRate),
            OneStageAnswerWeight = OneStageAnswerWeight,
            Direct = Plan(MiniScienceRecipe.Direct(tokenizerPath, Seed), Steps, DirectRate),
            AnswerStudentContinuesRationaleStudent = true,
            Variants = variants,
            Seeds = [Seed],
        };

        StudentPlan Plan(StudentPlan recipe, int steps, double rate) => recipe with
        {
            Base = StudentBase.FromScratch(shape, tokenizerPath, Seed),
            Training = recipe.Training with
            {
                TotalSteps = steps,
                BatchSize = BatchSize,
                LearningRate = rate,
                WarmupSteps = Math.Min(100, steps / 5),
                EvaluateEverySteps = Math.Max(50, steps / 4),
                CheckpointEverySteps = 200,
            },
        };
    }
}
