using SciCoT.Distillation;
using SciCoT.Evaluation;
using SciCoT.Prompting;

namespace SciCoT.Reproduction;

/// <summary>What is reproduced: data, base, teacher, prompts, filters, training, systems and marks.</summary>
internal sealed record ReproductionRecipe
{
    /// <summary>Its name: a built-in recipe's, or the file's without its ending.</summary>
    public required string Name { get; init; }

    /// <summary>What is reproduced, in a few words.</summary>
    public required string Title { get; init; }

    public required RecipeData Data { get; init; }

    public required RecipeBase Base { get; init; }

    public required RecipeTeacher Teacher { get; init; }

    /// <summary>How students are made, filters and the source of the answer student's rationales among it.</summary>
    public required DistillationSettings Training { get; init; }

    /// <summary>The systems by name, with the training of those that have one of their own.</summary>
    public required IReadOnlyList<RecipeSystem> Systems { get; init; }

    /// <summary>The seeds; every system is trained once with each.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>How many seeds are worked on side by side.</summary>
    public int SeedsAtATime { get; init; } = 1;

    /// <summary>How many solved examples stand in front of each question when the base is measured; each number is a system.</summary>
    public IReadOnlyList<int> Shots { get; init; } = [];

    /// <summary>Published figures that systems are tested against.</summary>
    public IReadOnlyList<PublishedMark> Marks { get; init; } = [];

    public required RecipeVerdict Verdict { get; init; }

    /// <summary>Every setting with whose choice it is.</summary>
    public required IReadOnlyList<RecipeSetting> Settings { get; init; }

    /// <summary>Remarks that a reader of the report needs.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The most questions of each set that are taken, to see that everything works; <see langword="null"/> for all.</summary>
    public RecipeCounts? Limit { get; init; }

    /// <summary>The same with few questions, steps and seeds: to see that everything works. Its figures mean nothing.</summary>
    public ReproductionRecipe Shortened()
    {
        const int Steps = 20;
        return this with
        {
            Limit = new(160, 32, 64),
            Training = Short(Training),
            Systems = [.. Systems.Select(system => system with { Training = system.Training is null ? null : Short(system.Training) })],
            Seeds = [Seeds[0]],
            Notes = [.. Notes, $"Shortened: few questions and {Steps} steps, to see that everything works. The figures mean nothing."],
        };

        static DistillationSettings Short(DistillationSettings full)
        {
            var settings = full.Copy();
            (settings.Steps, settings.AnswerSteps, settings.WarmupSteps, settings.EvaluateEvery) = (Steps, Steps, 2, Steps);
            settings.MaxTargetTokens = Math.Min(settings.MaxTargetTokens, 24); // students that have learned nothing write to the end
            return settings;
        }
    }
}

/// <summary>The questions.</summary>
/// <param name="Name">The data set's name, by which marks and exposure are found, for example <c>ARC-Easy</c>.</param>
/// <param name="Task">How a plain checkpoint is asked; <see langword="null"/> where none is.</param>
/// <param name="Train">Files or names to learn from.</param>
/// <param name="Validation">Files or names to choose the best step by.</param>
/// <param name="Test">Files or names to measure on.</param>
internal sealed record RecipeData(string Name, HarnessTask? Task, IReadOnlyList<string> Train, IReadOnlyList<string> Validation, IReadOnlyList<string> Test)
{
    /// <summary>The maker of the questions, in place of files.</summary>
    public string? Parts { get; init; }

    /// <summary>The seed of what is made.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many questions there should be, for the estimate before they are there.</summary>
    public RecipeCounts? Expected { get; init; }

    /// <summary>All files and names.</summary>
    public IEnumerable<string> Sources => [.. Train, .. Validation, .. Test];
}

/// <summary>Numbers of questions.</summary>
internal sealed record RecipeCounts(int Train, int Validation, int Test);

/// <summary>What students start from.</summary>
/// <param name="Model">A name on the Hub or a folder; empty where <see cref="RecipeBase.Parts"/> makes it.</param>
/// <param name="Revision">A branch, a tag or a commit.</param>
internal sealed record RecipeBase(string Model, string Revision)
{
    /// <summary>The maker of random weights and a tokenizer, in place of a model.</summary>
    public string? Parts { get; init; }
}

/// <summary>Who explains the questions. What connects to a service is read by the host.</summary>
internal sealed record RecipeTeacher
{
    /// <summary>The maker of an offline teacher, in place of a service.</summary>
    public string? Parts { get; init; }

    /// <summary>The options of the service's client by their names in the tool, for example <c>teacherModel</c>.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    public required TeacherPrompt Prompt { get; init; }

    public int Samples { get; init; } = 1;

    public int Concurrency { get; init; } = 8;

    public int UnusableRetries { get; init; } = 2;

    public int MaxFailures { get; init; } = 20;

    public bool RevealAnswer { get; init; }

    public bool Rationalize { get; init; }

    public decimal? InputPrice { get; init; }

    public decimal? OutputPrice { get; init; }

    public decimal? MaxCost { get; init; }

    /// <summary>What a reply is assumed to have, in tokens, for the estimate.</summary>
    public int ReplyTokens { get; init; } = 150;
}

/// <summary>A system.</summary>
/// <param name="Variant">What it is.</param>
/// <param name="Training">Its training, where it differs from the recipe's.</param>
internal sealed record RecipeSystem(AblationVariant Variant, DistillationSettings? Training);

/// <summary>What the report's first line says.</summary>
/// <param name="System">The system.</param>
/// <param name="Against">A mark's or another system's name.</param>
/// <param name="Metric">The mark's metric; <see langword="null"/> where it is a system.</param>
internal sealed record RecipeVerdict(string System, string Against, string? Metric);

/// <summary>A value of the recipe.</summary>
/// <param name="Path">Its path, for example <c>base.model</c>.</param>
/// <param name="Value">The value.</param>
/// <param name="Choice">Whose choice it is.</param>
internal sealed record RecipeSetting(string Path, string Value, string Choice);
