namespace SciCoT.Questions;

/// <summary>Options of <see cref="QuestionReader"/>.</summary>
/// <include file="Examples.xml" path="examples/QuestionReaderOptions/example"/>
public sealed record QuestionReaderOptions
{
    /// <summary>One of <see cref="QuestionReader.Formats"/>.</summary>
    /// <value>The default is <see langword="null"/>: the file tells.</value>
    public string? Format { get; init; }

    /// <summary>The part of a ScienceQA file: <c>train</c>, <c>val</c> or <c>test</c>.</summary>
    /// <value>The default is <see langword="null"/>: all parts.</value>
    public string? Split { get; init; }

    /// <summary>What stands between two cells of a CSV file.</summary>
    /// <value>The default is <see langword="null"/>: the header tells.</value>
    public char? Delimiter { get; init; }

    /// <summary>
    /// Whether SciQ's choices keep the file's order, <c>distractor1</c> to <c>distractor3</c> and the right one last, as
    /// lm-evaluation-harness asks them.
    /// </summary>
    /// <value>The default is <see langword="false"/>: a hash of the question orders them, so that their place tells nothing.</value>
    public bool RightLast { get; init; }

    /// <summary>Is told of each row that is no question, which is then skipped.</summary>
    /// <value>The default is <see langword="null"/>: the first bad row is thrown.</value>
    public Action<BadRowException>? OnBadRow { get; init; }

    /// <summary>Is told the identifier of each question that has an image and is left out.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public Action<string>? OnImage { get; init; }
}
