namespace SciCoT;

/// <summary>A request to a teacher: a question, and which sample and attempt it is.</summary>
/// <param name="Question">The question to explain.</param>
public sealed record TeacherRequest(ScienceQuestion Question)
{
    /// <summary>Which of a question's rationales this is, from 0. Teachers that sample vary their seed with it.</summary>
    /// <value>The default is 0.</value>
    public int SampleIndex { get; init; }

    /// <summary>Which try at this sample it is, from 0: replies of no use may be asked for again. Teachers that sample vary their seed with it.</summary>
    /// <value>The default is 0.</value>
    public int Attempt { get; init; }

    /// <summary>
    /// A rationale that is there already and from which only the answer is wanted: the second of two steps
    /// (arXiv 2205.11916).
    /// </summary>
    /// <value>The default is <see langword="null"/>: rationale and answer are wanted.</value>
    public string? Rationale { get; init; }

    /// <summary>
    /// Whether the teacher may see the gold answer (rationalisation as in STaR, arXiv 2203.14465). Replies made so are
    /// marked in the store and never mixed silently with the others.
    /// </summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool RevealAnswer { get; init; }
}
