using SciCoT.Training;

namespace SciCoT.Distillation;

/// <summary>How to go on where a folder holds work under another plan.</summary>
internal static class PlanRemedy
{
    public static string Text(string options) =>
        "Restore these values to continue that work, or give the new run a folder of its own. "
        + $"--if-plan-differs start-anew of scicot distill ({options}.WhenPlanDiffers = {nameof(PlanChange.StartAnew)}) moves what was done aside and keeps stored rationales. "
        + $"--if-plan-differs continue ({nameof(PlanChange.Continue)}) takes over what is done and does the rest under the new plan.";
}
