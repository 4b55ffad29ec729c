using SciCoT.Distillation;
using SciCoT.Evaluation;
using SciCoT.Rationales;
using SciCoT.Reproduction;
using SciCoT.Teaching;
using SciCoT.Testing;
using SciCoT.Tokenization;

namespace SciCoT.Cli;

/// <summary>The mini data set with its scripted teacher and students from random weights, as a recipe's parts.</summary>
internal sealed class MiniScienceParts : IRecipeParts, IRecipeTeacher
{
    /// <summary>Its name in recipes.</summary>
    public const string PartsName = "mini-science";

    private readonly MiniScience _world;
    private readonly ScriptedTeacherOptions _talk;

    /// <param name="seed">The seed of the questions and of the teacher.</param>
    public MiniScienceParts(int seed)
    {
        _world = MiniScience.Create(seed);
        _talk = ScriptedTeacherOptions.Talkative with { Seed = seed };
    }

    public DistillationData Data => new(_world.Train, _world.Validation, _world.Test)
    {
        TestRationales = _world.Test.ToDictionary(question => question.Id, question => _world[question.Id].Rationale),
    };

    public IRecipeTeacher Teacher => this;

    public string Name => _talk.Name;

    /// <summary>A cell is what is held out; its questions go together.</summary>
    public Func<ScienceQuestion, string> Cluster => question => _world[question.Id].Cell;

    public IReadOnlyList<SubsetField> Subsets => [new("family", question => _world[question.Id].Family), SubsetField.ChoiceCount];

    public StudentBase CreateBase(string folder)
    {
        var path = Path.Combine(folder, "spiece.model");
        if (!File.Exists(path))
            MiniScience.WriteTokenizer(folder);
        return StudentBase.FromScratch(MiniScienceRecipe.Shape(T5Tokenizer.Load(path)), path, seed: 1);
    }

    public Task<AnnotationResult> AnnotateAsync(IReadOnlyList<ScienceQuestion> questions, IRationaleStore store, IProgress<AnnotationProgress>? progress, CancellationToken cancellationToken) =>
        // Replies cost no time: many at a time share one flush to disk.
        new RationaleAnnotator(new ScriptedTeacher(_world, _talk), store, new() { Teacher = Name, Concurrency = 1024 }).AnnotateAsync(questions, progress, cancellationToken);
}
