namespace SciCoT.Questions;

/// <summary>Reads questions from files of one format. A program's own format needs no more than this.</summary>
/// <remarks>Safe for concurrent callers. <see cref="QuestionFiles"/> asks readers for a file and takes the first that can read it.</remarks>
/// <include file="Examples.xml" path="examples/IQuestionReader/example"/>
public interface IQuestionReader
{
    /// <summary>The format's name, for messages.</summary>
    string Name { get; }

    /// <summary>Whether a file is of this format, as its name or its beginning tells. It exists.</summary>
    /// <param name="path">The file.</param>
    bool CanRead(string path);

    /// <summary>Reads a file; rows are read as they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onBadRow">Is told of each bad row, which is then skipped; without it the first one is thrown.</param>
    /// <exception cref="BadRowException">A row is no question.</exception>
    IEnumerable<ScienceQuestion> Read(string path, Action<BadRowException>? onBadRow = null);
}
