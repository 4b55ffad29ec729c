namespace SciCoT.Training;

/// <summary>The optimizers that the trainer has.</summary>
public enum OptimizerKind
{
    /// <summary>Adam with decoupled weight decay (arXiv 1711.05101), as <c>torch.optim.AdamW</c> computes it.</summary>
    AdamW,

    /// <summary>Adafactor (arXiv 1804.04235), as <c>transformers.Adafactor</c> computes it. Its state is a small part of AdamW's.</summary>
    Adafactor,
}
