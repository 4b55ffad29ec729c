using SciCoT.Distributed;
using SciCoT.Evaluation;
using SciCoT.IO;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Training;

namespace SciCoT.Distillation;

/// <summary>Trains several systems from one base with several seeds, and measures them on the same test questions.</summary>
/// <remarks>
/// Direct, one-stage and multi-task students have the steps of both stages together. What systems share is made once: the
/// teacher's rationales for all, a rationale student for each seed. A study is one folder; started again, it continues where it
/// stopped, and systems and seeds that were added since are trained.
/// </remarks>
/// <include file="Examples.xml" path="examples/AblationStudy/example"/>
public sealed class AblationStudy
{
    private readonly ExplanationStage _explanations;
    private readonly AblationOptions _options;

    /// <summary>Prepares a study in which a teacher explains the questions.</summary>
    /// <param name="teacher">Who explains the questions.</param>
    /// <param name="options">What is compared.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public AblationStudy(ITeacherPrompter teacher, AblationOptions options)
        : this(options, teacher, null) => ArgumentNullException.ThrowIfNull(teacher);

    /// <summary>Prepares a study from stored rationales.</summary>
    /// <param name="store">The rationales; it stays the caller's.</param>
    /// <param name="options">What is compared.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public AblationStudy(IRationaleStore store, AblationOptions options)
        : this(options, null, store) => ArgumentNullException.ThrowIfNull(store);

    private AblationStudy(AblationOptions options, ITeacherPrompter? teacher, IRationaleStore? store)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _explanations = new(teacher, store, options);
    }

    /// <summary>
    /// The processes that work together: each makes whole systems, as one process would make them. All of them call <see cref="RunAsync"/>
    /// with the same questions and options, and a folder that all of them see. Rank 0 asks the teacher and reports the progress of its own
    /// systems.
    /// </summary>
    /// <value>The default is <see cref="ProcessGroup.Single"/>.</value>
    public IProcessGroup Group { get; init; } = ProcessGroup.Single;

    /// <summary>Trains and measures what is not done yet.</summary>
    /// <param name="data">The questions; there must be test questions.</param>
    /// <param name="directory">The study's folder; it is made where it is missing.</param>
    /// <param name="progress">Told of each step. With several seeds at a time it is called by several threads.</param>
    /// <param name="cancellationToken">Stops at the next step; a later call continues.</param>
    /// <returns>
    /// Every system's answers, with the teacher's rationales where <see cref="DistillationData.TestRationales"/> has them, and of
    /// two-stage systems what they answer with other rationales; <c>predictions.jsonl</c> in the folder holds the same.
    /// </returns>
    /// <exception cref="ArgumentException">There are no test questions, a question has no answer, or an identifier stands twice.</exception>
    /// <exception cref="PlanMismatchException">The folder holds a study under another plan; the message tells what differs and how to go on.</exception>
    /// <exception cref="FolderInUseException">Another run or study, of this or another process, works in the folder.</exception>
    /// <exception cref="SciCoTException">No rationale is left to learn from.</exception>
    /// <exception cref="TeacherException">More replies are missing than may be; a later call asks for them again.</exception>
    public async Task<AblationResult> RunAsync(
        DistillationData data,
        string directory,
        IProgress<AblationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        data.Validate();
        if (data.Test.Count == 0)
            throw new ArgumentException("There is no test question to measure the systems on.", nameof(data));
        progress = Group.IsLeader() ? progress : null;
        SharedFolder.Check(Group, directory);
        var folder = new RunFolder(directory);
        using var alone = Group.IsLeader() ? FolderLock.Take(folder.Root) : null;
        Group.LeaderFirst(folder.RemoveLeftovers);
        var chosen = await _explanations.ChooseAsync(data, cancellationToken).ConfigureAwait(false);
        var options = AsBegun(Group.JsonFromLeader(() => PlanFile.Read(folder.Study)));
        Group.LeaderFirst(() => PlanFile.Begin(
            folder.Study,
            AblationPlan.Of(options, data, chosen, _explanations.HasTeacher),
            AblationPlan.Earlier,
            _options.WhenPlanDiffers,
            PlanRemedy.Text(nameof(AblationOptions)),
            folder.MoveAside));

        int done = 0, total = _options.Seeds.Count * _options.Variants.Count;
        var explained = await _explanations
            .RunAsync(data, chosen, folder, Group, Stage(null, null), cancellationToken).ConfigureAwait(false);

        if (Group.Size > 1)
            await Group.WorkApartAsync(MakeOwnAsync).ConfigureAwait(false);
        var bySeed = new IReadOnlyList<SystemResult>[_options.Seeds.Count];
        await Parallel.ForAsync(
            0,
            _options.Seeds.Count,
            new ParallelOptions { MaxDegreeOfParallelism = _options.SeedsAtATime, CancellationToken = cancellationToken },
            async (i, token) => bySeed[i] = await RunSeedAsync(_options.Seeds[i], token).ConfigureAwait(false)).ConfigureAwait(false);

        // Read back, so that a result is what the files say, whether it was measured now or before.
        SystemResult[] results = [.. _options.Variants.SelectMany((_, v) => bySeed.Select(results => results[v]))];
        Group.LeaderFirst(() => PredictionFile.Write(folder.Predictions, results));
        return new(results, OverlapCheck.Compare(data.Training, data.Test));

        SeededSystems Systems(long seed) => new(options, data, explained, new RunFolder(Path.Combine(folder.Root, FormattableString.Invariant($"seed-{seed}"))), seed);

        // Systems that share a student are one rank's: two would train it at the same time.
        async Task MakeOwnAsync()
        {
            var units = _options.Seeds.SelectMany(seed => _options.Variants.GroupBy(variant => variant.SharedWork, (_, variants) => (Seed: seed, Variants: variants.ToArray())));
            foreach (var (seed, variants) in Group.Own([.. units.OrderByDescending(unit => unit.Variants.Length)]))
            {
                foreach (var variant in variants)
                {
                    await Systems(seed).MeasureAsync(variant, Stage(seed, variant.Name), cancellationToken).ConfigureAwait(false);
                    progress?.Report(new(seed, variant.Name, Math.Min(total, Interlocked.Add(ref done, Group.Size)), total));
                }
            }

            done = 0;
        }

        async Task<IReadOnlyList<SystemResult>> RunSeedAsync(long seed, CancellationToken token)
        {
            var systems = Systems(seed);
            var results = new List<SystemResult>(_options.Variants.Count);
            foreach (var variant in _options.Variants)
            {
                results.Add(await systems.MeasureAsync(variant, Stage(seed, variant.Name), token).ConfigureAwait(false));
                progress?.Report(new(seed, variant.Name, Interlocked.Increment(ref done), total));
            }

            return results;
        }

        SynchronousProgress<DistillationProgress>? Stage(long? seed, string? system) => progress is null
            ? null
            : new(stage => progress.Report(new(seed, system, Volatile.Read(ref done), total) { Stage = stage }));
    }

    /// <summary>A study that an earlier version began goes on as it was begun.</summary>
    private AblationOptions AsBegun(System.Text.Json.Nodes.JsonObject? begun) => _options with
    {
        RationaleStudent = _options.RationaleStudent.AsBegun(begun, "rationaleStudent"),
        AnswerStudent = _options.AnswerStudent.AsBegun(begun, "answerStudent"),
        Direct = _options.Direct?.AsBegun(begun, "direct"),
        OneStage = _options.OneStage?.AsBegun(begun, "oneStage"),
        MultiTask = _options.MultiTask?.AsBegun(begun, "multiTask"),
    };
}
