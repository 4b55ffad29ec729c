namespace SciCoT.Generation;

/// <summary>When beam search stops looking for better sequences of an input, as Hugging Face's <c>early_stopping</c>.</summary>
public enum EarlyStopping
{
    /// <summary>Once as many sequences are finished as there are beams, and the best running beam, at its present length, scores no better than the worst of them.</summary>
    False,

    /// <summary>As soon as as many sequences are finished as there are beams.</summary>
    True,

    /// <summary>Once no running beam can score better, whatever length it may still reach.</summary>
    Never,
}
