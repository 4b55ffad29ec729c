using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SciCoT.Questions;

/// <summary>Parts of a data set to learn from and to measure on.</summary>
/// <param name="Training">Questions to learn from.</param>
/// <param name="Development">Questions to choose settings by.</param>
/// <param name="Test">Questions to measure on at the end.</param>
public sealed record QuestionSplit(IReadOnlyList<ScienceQuestion> Training, IReadOnlyList<ScienceQuestion> Development, IReadOnlyList<ScienceQuestion> Test)
{
    /// <summary>
    /// Divides questions by a hash of their content: the same question, in whatever order of choices and under whatever
    /// identifier, always falls into the same part, and questions that are added later move none.
    /// </summary>
    /// <param name="questions">The questions.</param>
    /// <param name="development">The share that goes to development, from 0 to 1; the parts are about that large.</param>
    /// <param name="test">The share that goes to the test; both shares together are at most 1.</param>
    /// <param name="seed">Another seed is another division.</param>
    /// <exception cref="ArgumentOutOfRangeException">A share is negative, or they are more than 1 together.</exception>
    public static QuestionSplit Create(IEnumerable<ScienceQuestion> questions, double development, double test, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(questions);
        ArgumentOutOfRangeException.ThrowIfNegative(development);
        ArgumentOutOfRangeException.ThrowIfNegative(test);
        if (!(development + test <= 1))
            throw new ArgumentOutOfRangeException(nameof(test), test, FormattableString.Invariant($"The shares for development ({development}) and test ({test}) are more than 1 together."));

        var parts = questions.ToLookup(question => Place(question, seed) is var place && place < test ? 2 : place < test + development ? 1 : 0);
        return new([.. parts[0]], [.. parts[1]], [.. parts[2]]);
    }

    /// <summary>A number from 0 to below 1 that is the question's own.</summary>
    private static double Place(ScienceQuestion question, int seed)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {question.ContentHash}"));
        return (BinaryPrimitives.ReadUInt64LittleEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }
}
