using SciCoT.Distillation;
using SciCoT.IO;

namespace SciCoT.Reproduction;

/// <summary>Makes the options of the study that trains a recipe's systems.</summary>
internal static class StudyOptions
{
    /// <param name="recipe">The recipe.</param>
    /// <param name="made">What students start from where it is made.</param>
    /// <param name="checkpoint">The folder that they start from otherwise.</param>
    /// <param name="teacher">Whose rationales are learned from.</param>
    /// <exception cref="RecipeException">A value of the training is out of range.</exception>
    public static AblationOptions Create(ReproductionRecipe recipe, StudentBase? made, string? checkpoint, string teacher)
    {
        try
        {
            var options = Options(recipe.Training);
            var study = new AblationOptions
            {
                RationaleStudent = options.RationaleStudent,
                AnswerStudent = options.AnswerStudent,
                AnswerStudentContinuesRationaleStudent = options.AnswerStudentContinuesRationaleStudent,
                Filters = options.Filters,
                Rationales = options.Rationales with { Teachers = [teacher] },
                MaxMissingShare = options.MaxMissingShare,
                Variants = [.. recipe.Systems.Select(system => system.Variant)],
                Seeds = recipe.Seeds,
                SeedsAtATime = recipe.SeedsAtATime,
            };
            return study with { Direct = Own("direct", study), OneStage = Own("one-stage", study), MultiTask = Own("multi-task", study) };
        }
        catch (Exception e) when (e is ArgumentException or SettingsException)
        {
            throw new RecipeException($"Recipe {recipe.Name}: {SciCoTException.Explain(e)}", e);
        }

        DistillationOptions Options(DistillationSettings settings) => made is null ? settings.ToOptions(checkpoint) : SettingsConversion.Options(settings, made);

        // A system of one student has the steps and the targets of both stages together, unless the recipe gives it steps of its own.
        StudentPlan? Own(string name, AblationOptions study)
        {
            if (recipe.Systems.FirstOrDefault(system => system.Variant.Name == name)?.Training is not { } given)
                return null;
            var settings = given.Copy();
            (settings.AnswerEpochs, settings.AnswerSteps, settings.AnswerLearningRate) = (null, null, null);
            var (whole, own) = (study.Whole(null), Options(settings).AnswerStudent);
            bool hasSteps = given.Steps != recipe.Training.Steps || given.Epochs != recipe.Training.Epochs;
            return own with
            {
                MaxTargetTokens = given.MaxTargetTokens == recipe.Training.MaxTargetTokens ? whole.MaxTargetTokens : own.MaxTargetTokens,
                Training = hasSteps ? own.Training : own.Training with { TotalSteps = whole.Training.TotalSteps, Epochs = whole.Training.Epochs },
            };
        }
    }
}
