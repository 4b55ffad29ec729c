using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.Checkpoints;
using SciCoT.IO;
using SciCoT.Models;
using SciCoT.Models.T5;
using SciCoT.Training.Optimizers;
using SciCoT.Training.Plans;
using static TorchSharp.torch;

namespace SciCoT.Training.Checkpoints;

/// <summary>
/// Saves and loads all that a training needs to go on as if it had never stopped. A checkpoint folder holds the model as
/// Hugging Face lays it out, <c>optimizer.safetensors</c>, <c>training.json</c> and, where an earlier step's weights are
/// the best so far, <c>best.safetensors</c>.
/// </summary>
/// <param name="directory">Holds the checkpoint folders.</param>
/// <param name="keep">The number of newest checkpoints to keep.</param>
/// <param name="fingerprint">The training's plan, which must equal that of the one that wrote a checkpoint.</param>
/// <param name="change">What to do where it does not.</param>
internal sealed class TrainingCheckpoints(string directory, int keep, JsonObject fingerprint, PlanChange change) : IDisposable
{
    private const string OptimizerFile = "optimizer.safetensors";
    private const string BestFile = "best.safetensors";
    private const string StateFile = "training.json";
    private const int FormatVersion = 1;

    private readonly CheckpointFolders _folders = new(directory, keep);

    private readonly FolderLock _lock = FolderLock.Take(Directory.CreateDirectory(directory).FullName);

    /// <summary>Gives the folder back to other trainings.</summary>
    public void Dispose() => _lock.Dispose();

    public void Save(T5Model model, IOptimizer optimizer, ModelSnapshot? best, TrainingState state) =>
        _folders.Write(state.Step, folder =>
        {
            model.Config.Save(Path.Combine(folder, T5Layout.ConfigFileName));
            TensorFile.Write(Path.Combine(folder, WeightsFile(model)), Parameters(model));
            TensorFile.Write(Path.Combine(folder, OptimizerFile), optimizer.State);
            if (HasOtherBest(state))
                TensorFile.Write(Path.Combine(folder, BestFile), best!.Tensors);
            AtomicFile.WriteAllText(Path.Combine(folder, StateFile), JsonSerializer.Serialize(new CheckpointDocument(FormatVersion, fingerprint, state), CheckpointJson.Default.CheckpointDocument));
        });

    /// <summary>Loads the newest intact checkpoint into the model, the optimizer and the best weights.</summary>
    /// <returns>The state, or <see langword="null"/> if there is no checkpoint.</returns>
    /// <exception cref="PlanMismatchException">The checkpoint is of another training.</exception>
    public TrainingState? Load(T5Model model, IOptimizer optimizer, ModelSnapshot? best, ICollection<string> warnings)
    {
        if (_folders.NewestIntact(warnings) is not { } folder)
            return null;

        if (Read(Path.Combine(folder, StateFile)) is not { } state)
            return null;
        TensorFile.Read(Path.Combine(folder, WeightsFile(model)), Parameters(model));
        TensorFile.Read(Path.Combine(folder, OptimizerFile), optimizer.State);
        if (HasOtherBest(state))
            TensorFile.Read(Path.Combine(folder, BestFile), best!.Tensors);
        else
            best?.Take();
        return state;
    }

    /// <returns>The state, or <see langword="null"/> where it is of another training and this one starts anew.</returns>
    private TrainingState? Read(string path)
    {
        var document = ReadDocument(path);
        if (document is not { Format: FormatVersion, Fingerprint: not null, State: not null })
            throw new InvalidFileException($"{path}: expected a training state of format {FormatVersion}, got {document.Format}. Choose another folder for checkpoints, or remove those in {directory} to start anew.");

        var differences = TrainingPlan.Differences(document.Fingerprint, fingerprint);
        if (differences.Count > 0 && change == PlanChange.Refuse)
        {
            throw new PlanMismatchException(
                $"{directory} holds checkpoints of another training, under",
                differences,
                $"Restore these values to continue it. To start anew, remove {directory} or take another folder for checkpoints. To continue on purpose, set Seq2SeqTrainer.WhenPlanDiffers to {nameof(PlanChange.Continue)}.");
        }

        return differences.Count > 0 && change == PlanChange.StartAnew ? null : document.State;
    }

    /// <summary>The options under which the newest checkpoint of a folder was written; <see langword="null"/> where there is none to be read.</summary>
    public static JsonObject? BegunUnder(string directory)
    {
        try
        {
            return CheckpointFolders.Newest(directory) is { } folder && Path.Combine(folder, StateFile) is var file && File.Exists(file) && ReadDocument(file).Fingerprint is { } plan
                ? TrainingPlan.OptionsOf(plan)
                : null;
        }
        catch (InvalidFileException)
        {
            return null; // loading says what is wrong, or takes the one before
        }
    }

    private static CheckpointDocument ReadDocument(string path) =>
        OutsideJson.Deserialize(File.ReadAllBytes(path), CheckpointJson.Default.CheckpointDocument, path, "Remove the folder to continue from the checkpoint before it.");

    /// <summary>With an adapter the folder holds its weights alone: the base's do not change.</summary>
    private static string WeightsFile(T5Model model) => model.Adapter is null ? CheckpointFiles.SingleFileName : LoraAdapter.WeightsFileName;

    private static Dictionary<string, Tensor> Parameters(T5Model model) =>
        model.TrainedParameters().ToDictionary(p => p.name, Tensor (p) => p.parameter, StringComparer.Ordinal);

    private static bool HasOtherBest(TrainingState state) => state.BestStep > 0 && state.BestStep != state.Step;
}
